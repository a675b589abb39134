"""A FHIR server that only deals out ready pages, in a process of its own: next to no cost beside what is measured."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

PAGE = 200
KINDS = ("Patient", "Encounter", "ChargeItem")
CPT, ICD = "http://www.ama-assn.org/go/cpt", "http://hl7.org/fhir/sid/icd-10-cm"


def name_of(kind: str, number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}{number}"))


def resource(kind: str, number: int) -> dict[str, Any]:
    """A record of the size that real servers send (about 1 kB)."""
    about = {"reference": f"Patient/{name_of('Patient', number)}"}
    head = {
        "resourceType": kind,
        "id": name_of(kind, number),
        "meta": {"versionId": "1", "lastUpdated": "2026-05-01T10:00:00.000Z"},
        "text": {"status": "generated", "div": f"<div xmlns='http://www.w3.org/1999/xhtml'>{kind} {number}</div>"},
    }
    if kind == "Patient":
        return head | {
            "identifier": [{"system": "urn:mrn", "value": f"E{number}"}],
            "active": True,
            "name": [{"use": "official", "family": f"Name{number % 5000}", "given": ["Ana", "M"]}],
            "telecom": [{"system": "phone", "value": f"617-555-{number % 10000:04}", "use": "home"}],
            "gender": "female",
            "birthDate": f"19{number % 80 + 10}-0{number % 9 + 1}-1{number % 9}",
            "address": [{"line": [f"{number} Oak St"], "city": "Salem", "state": "MA", "postalCode": "01970"}],
        }
    if kind == "Encounter":
        return head | {
            "identifier": [{"system": "urn:visit", "value": f"V{number}"}],
            "status": "finished",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "type": [{"coding": [{"system": CPT, "code": "99213"}]}],
            "subject": about,
            "participant": [{"individual": {"reference": f"Practitioner/{number % 20}"}}],
            "period": {"start": "2026-05-01T09:00:00-04:00", "end": "2026-05-01T09:20:00-04:00"},
            "location": [{"location": {"reference": "Location/1"}}],
        }
    return head | {
        "status": "billable",
        "code": {"coding": [{"system": CPT, "code": "99213"}]},
        "subject": about,
        "context": {"reference": f"Encounter/{name_of('Encounter', number)}"},
        "occurrenceDateTime": "2026-05-01",
        "performer": [{"actor": {"reference": f"Practitioner/{number % 20}"}}],
        "quantity": {"value": 1},
        "priceOverride": {"value": 158.25, "currency": "USD"},
        "enteredDate": "2026-05-02",
        "reason": [{"coding": [{"system": ICD, "code": "I10"}]}],
    }


def bundle(base: str, kind: str, start: int, count: int, *, self_link: str) -> bytes:
    end = min(start + PAGE, count)
    links = [{"relation": "self", "url": self_link}]
    if end < count:
        links.append({"relation": "next", "url": f"{base}/{kind}?from={end}"})
    entries = [{"resource": resource(kind, number), "search": {"mode": "match"}} for number in range(start, end)]
    return orjson.dumps(
        {"resourceType": "Bundle", "type": "searchset", "total": count, "link": links, "entry": entries}
    )


def statement() -> bytes:
    kinds = [{"type": kind, "interaction": [{"code": "read"}, {"code": "search-type"}]} for kind in KINDS]
    return orjson.dumps(
        {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{"mode": "server", "resource": kinds}]}
    )


def _serve(pipe: Connection, count: int, is_ready_made: bool) -> None:
    pages: dict[tuple[str, int], bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            kind = parts.path.rpartition("/")[2]
            if kind == "metadata":
                body = statement()
            elif kind in KINDS and "_lastUpdated" in query:
                body = bundle(base, kind, 0, 0, self_link=f"{base}{self.path.removeprefix('/fhir')}")
            elif kind in KINDS:
                start = int(query.get("from", ["0"])[0])
                body = pages.get((kind, start)) or bundle(base, kind, start, count, self_link=f"{base}/{kind}")
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    base = f"http://127.0.0.1:{server.server_port}/fhir"
    if is_ready_made:
        for kind in KINDS:
            for start in range(0, count, PAGE):
                pages[kind, start] = bundle(base, kind, start, count, self_link=f"{base}/{kind}")
    pipe.send(base)
    server.serve_forever()


@contextmanager
def page_server(count: int, *, is_ready_made: bool = True) -> Iterator[str]:
    """Serve `count` records of each kind; gives the base address."""
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(theirs, count, is_ready_made), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()
