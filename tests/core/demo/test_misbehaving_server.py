"""Each switch of the misbehaving server does what it says: the other tests rest on that."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fakes.misbehaving import Faults, MisbehavingServer

from core.clock import Clock
from core.demo.sign_in import ASSERTION_TYPE, Client, SignIn

PATIENTS = [
    {
        "resourceType": "Patient",
        "id": f"p{number}",
        "birthDate": "1984-03-05",
        "gender": "female",
        "name": [{"family": f"Quill{number}"}],
    }
    for number in range(1, 6)
]
HTML = "text/html"


@contextmanager
def served(faults: Faults | None = None):
    with MisbehavingServer.holding(PATIENTS, faults) as server, httpx.Client(base_url=server.base, timeout=5) as client:
        yield server, client


def next_of(bundle: dict[str, Any]) -> str:
    return next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")


def crawl(client: httpx.Client, url: str = "/Patient?_count=2", most: int = 20) -> list[dict[str, Any]]:
    bundles: list[dict[str, Any]] = []
    while url and len(bundles) < most:
        bundles.append(client.get(url).raise_for_status().json())
        following = next_of(bundles[-1])
        url = urljoin(f"{client.base_url}", following) if following else ""
    return bundles


def ids(bundles: list[dict[str, Any]]) -> list[str]:
    return [entry["resource"].get("id", "") for bundle in bundles for entry in bundle["entry"]]


def test_without_faults_all_is_well() -> None:
    with served() as (server, client):
        assert ids(crawl(client)) == ["p1", "p2", "p3", "p4", "p5"]
        assert [request.path for request in server.seen] == ["/fhir/Patient", "/fhir", "/fhir"]


def test_repeated_entries() -> None:
    with served(Faults(repeats_entries=True)) as (_, client):
        assert ids(crawl(client)) == ["p1", "p2", "p2", "p3", "p4", "p4", "p5"]


def test_empty_pages_lose_nothing() -> None:
    with served(Faults(empty_pages=True)) as (_, client):
        bundles = crawl(client)
        assert ids(bundles) == ["p1", "p2", "p3", "p4", "p5"]
        assert [len(bundle["entry"]) for bundle in bundles] == [2, 0, 2, 0, 1]


def test_relative_next() -> None:
    with served(Faults(relative_next=True)) as (_, client):
        assert next_of(client.get("/Patient?_count=2").json()).startswith("Patient?")
        assert ids(crawl(client)) == ["p1", "p2", "p3", "p4", "p5"]


def test_looping_next() -> None:
    with served(Faults(looping_next=True)) as (_, client):
        assert ids(crawl(client, most=5)) == ["p1", "p2", *["p3", "p4"] * 4]


def test_foreign_next() -> None:
    with served(Faults(foreign_next="http://127.0.0.1:9")) as (_, client):
        assert next_of(client.get("/Patient?_count=2").json()).startswith("http://127.0.0.1:9/fhir?")


@pytest.mark.parametrize("status", [410, 404])
def test_expired_next_works_after_a_new_start(status: int) -> None:
    with served(Faults(expired_next=1, expired_status=status)) as (_, client):
        first = client.get("/Patient?_count=2").json()
        assert client.get(next_of(first)).status_code == status
        assert ids(crawl(client)) == ["p1", "p2", "p3", "p4", "p5"]


def test_outcome_entries() -> None:
    with served(Faults(outcome_entries=True)) as (_, client):
        modes = [entry["search"]["mode"] for entry in client.get("/Patient").json()["entry"]]
        assert modes == ["match"] * 5 + ["outcome"]


@pytest.mark.parametrize("by_post", [False, True])
def test_ignored_filters(by_post: bool) -> None:
    with served(Faults(ignored_filters=frozenset({"family"}))) as (_, client):
        query, strict = {"family": "Quill3", "gender": "female"}, {"Prefer": "handling=strict"}
        if by_post:
            bundle = client.post("/Patient/_search", data=query, headers=strict).json()
        else:
            bundle = client.get("/Patient", params=query, headers=strict).json()
        assert len(ids([bundle])) == 5
        url = next(link["url"] for link in bundle["link"] if link["relation"] == "self")
        assert "gender=female" in url
        assert "family" not in url


def test_ignored_filters_that_the_self_link_claims() -> None:
    with served(Faults(ignored_filters=frozenset({"_lastUpdated"}), claims_all_filters=True)) as (_, client):
        bundle = client.get("/Patient", params={"_lastUpdated": "ge2999-01-01"}).json()
        assert len(ids([bundle])) == 5
        assert "_lastUpdated" in next(link["url"] for link in bundle["link"] if link["relation"] == "self")


def test_partial_dates_and_missing_meta() -> None:
    with served(Faults(partial_dates=True, missing_meta=True)) as (_, client):
        read, bundle = client.get("/Patient/p1"), client.get("/Patient").json()
        assert read.json()["birthDate"] == "1984-03"
        assert "meta" not in read.json()
        assert "etag" not in read.headers
        assert "meta" not in bundle
        assert all("meta" not in entry["resource"] for entry in bundle["entry"])


def test_a_merged_patient_redirects() -> None:
    with served(Faults(moved={"p1": "p2"})) as (server, client):
        answer = client.get("/Patient/p1")
        assert (answer.status_code, answer.headers["location"]) == (301, f"{server.base}/Patient/p2")


@pytest.mark.parametrize(
    ("wait", "fits"),
    [
        ("3", lambda header: header == "3"),
        ("date", lambda header: header.endswith("GMT")),
        ("", lambda header: header is None),
    ],
)
def test_throttled(wait: str, fits: Callable[[str | None], bool]) -> None:
    with served(Faults(throttled=1, retry_after=wait)) as (_, client):
        first = client.get("/Patient")
        assert first.status_code == 429
        assert fits(first.headers.get("retry-after"))
        assert client.get("/Patient").status_code == 200


def test_refusals_that_pass() -> None:
    with served(Faults(unavailable=1, html_errors=1, html_instead=1)) as (_, client):
        answers = [client.get("/Patient") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [503, 502, 200, 200]
        assert [HTML in answer.headers["content-type"] for answer in answers] == [False, True, True, False]


def test_signed_out_in_the_middle() -> None:
    with served(Faults(signs_out_after=2)) as (_, client):
        assert [client.get("/Patient").status_code for _ in range(5)] == [200, 200, 401, 200, 200]


@pytest.mark.parametrize("status", [412, 409])
def test_conflicts(status: int) -> None:
    with served(Faults(conflict_status=status)) as (_, client):
        assert client.put("/Patient/p1", json=PATIENTS[0], headers={"If-Match": 'W/"1"'}).status_code == status


def test_refusal_with_text() -> None:
    with served(Faults(refusal="the period is closed")) as (_, client):
        answer = client.post("/Patient", json=PATIENTS[0])
        assert answer.status_code == 422
        assert answer.json()["issue"][0]["details"]["text"] == "the period is closed"


def test_an_ignored_field_is_accepted_and_not_stored() -> None:
    with served(Faults(ignored_fields=frozenset({"birthDate"}))) as (_, client):
        body = PATIENTS[0] | {"birthDate": "1985-01-01", "gender": "male"}
        assert client.put("/Patient/p1", json=body, headers={"If-Match": 'W/"1"'}).status_code == 200
        stored = client.get("/Patient/p1").json()
        assert (stored["birthDate"], stored["gender"]) == ("1984-03-05", "male")


def test_a_write_that_is_done_and_not_answered() -> None:
    with served(Faults(cut_after_write=1)) as (_, client):
        with pytest.raises(httpx.TransportError):
            client.post("/Patient", json={"resourceType": "Patient", "gender": "male"})
        assert client.get("/Patient?gender=male").json()["total"] == 1


def test_connections_that_break() -> None:
    with served(Faults(cut_at_once=1, cut_in_body=1)) as (_, client):
        for _ in range(2):
            with pytest.raises(httpx.RemoteProtocolError):
                client.get("/Patient")
        assert client.get("/Patient").status_code == 200


def test_a_hanging_answer_ends_with_the_server() -> None:
    before = set(threading.enumerate())
    with served(Faults(hangs=1)) as (_, client):
        with pytest.raises(httpx.ReadTimeout):
            client.get("/Patient", timeout=0.2)
        assert client.get("/Patient").status_code == 200
        started = time.monotonic()
    assert time.monotonic() - started < 2
    assert set(threading.enumerate()) <= before


def test_faults_can_be_aimed_and_changed() -> None:
    with served(Faults(unavailable=5, only="/Appointment")) as (server, client):
        assert client.get("/Patient").status_code == 200
        assert client.get("/Appointment").status_code == 503
        server.faults = Faults()
        assert client.get("/Appointment").status_code == 200


def test_discovery_stays_well_behaved_unless_told() -> None:
    with served(Faults(unavailable=5)) as (server, client):
        assert client.get("/metadata").json()["fhirVersion"] == "4.0.1"
        server.faults = Faults(fhir_version="3.0.2")
        assert client.get("/metadata").json()["fhirVersion"] == "3.0.2"


def test_a_smaller_scope_is_named_than_was_asked() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    pem = key.public_key().public_bytes(*form).decode()
    sign_in = SignIn((Client("c", (pem,), ("system/*.cruds",)),), Clock().now)
    faults = Faults(granted_scope="system/Patient.r")
    with MisbehavingServer.holding(PATIENTS, faults, sign_in=sign_in) as server:
        url = f"{server.origin}/auth/token"
        claims = {"iss": "c", "sub": "c", "aud": url, "exp": int(time.time()) + 200, "jti": "1"}
        words = {
            "grant_type": "client_credentials",
            "scope": "system/*.cruds",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": jwt.encode(claims, key, "ES384"),
        }
        assert httpx.post(url, data=words).json()["scope"] == "system/Patient.r"
