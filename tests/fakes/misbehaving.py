"""A FHIR server that does what real ones do wrong: the demo's server with switches.

    with MisbehavingServer.holding(resources, Faults(throttled=2, retry_after="date")) as server:
        ... server.base, server.seen, server.faults = Faults(...)

Counted faults (an int) happen that many times and then stop; the others last until `faults` is set anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from core.clock import Clock
from core.demo.fhir_server import Connection, FhirServer, wire_bytes
from core.demo.messages import FHIR_JSON, Answer, Problem, Request, outcome, problem_answer
from core.demo.profile import ServerProfile, writable
from core.demo.search import PARAMETERS
from core.demo.service import ROOT, TOKEN_PATH, FhirService
from core.demo.sign_in import SignIn
from core.demo.versions import VersionedStore

Resource = dict[str, Any]
EVERYTHING = ServerProfile(
    "Misbehaving practice",
    tuple(
        writable(kind, "create", "update", "patch", "delete", operations=("merge",) if kind == "Patient" else ())
        for kind in PARAMETERS
    ),
)


@dataclass(frozen=True)
class Faults:
    """What goes wrong. `only` limits it to page links and requests whose path contains that text.

    Without `only`, discovery and the token endpoint stay well behaved.
    """

    only: str = ""
    # pages
    repeats_entries: bool = False  # each page begins with the last entry of the page before
    empty_pages: bool = False  # an empty page with a next link stands before each later page
    relative_next: bool = False
    looping_next: bool = False  # the second page's next link leads to the second page
    foreign_next: str = ""  # this origin stands in the next links, as "http://127.0.0.1:9999"
    expired_next: int = 0  # so many page links are answered with 410
    expired_status: int = 410
    outcome_entries: bool = False  # an OperationOutcome among the entries
    ignored_filters: frozenset[str] = frozenset()  # left out of the search, and of the self link
    claims_all_filters: bool = False  # the self link names them nevertheless
    # records
    partial_dates: bool = False  # birth dates without day, service dates without day and time
    missing_meta: bool = False  # neither meta nor ETag nor Last-Modified
    moved: Mapping[str, str] = field(default_factory=dict)  # reading the id of a merged patient redirects to another
    # refusals
    throttled: int = 0
    retry_after: str = "1"  # seconds, "date", or "" for no such header
    unavailable: int = 0  # 503
    signs_out_after: int = 0  # after so many answers every token ends, once; without sign-in one 401
    html_errors: int = 0  # 502 with a page of HTML
    html_instead: int = 0  # 200 with a page of HTML
    # writes
    conflict_status: int = 0  # 412 or 409 for every update
    refusal: str = ""  # 422 with this text for every write
    ignored_fields: frozenset[str] = frozenset()  # top-level fields of an update that are kept as they were
    cut_after_write: int = 0  # the write is done and no answer comes
    # connections
    cut_in_body: int = 0
    cut_at_once: int = 0
    hangs: int = 0
    # sign-in and discovery
    granted_scope: str = ""  # the answer names this scope whatever was asked
    fhir_version: str = ""


class MisbehavingServer(FhirServer):
    """The demo's FHIR server with faults. `seen` are the requests in the order they came."""

    def __init__(self, service: FhirService, faults: Faults) -> None:
        super().__init__(service)
        self.seen: list[Request] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.faults = faults

    @classmethod
    def holding(
        cls,
        resources: Iterable[Resource],
        faults: Faults | None = None,
        *,
        profile: ServerProfile = EVERYTHING,
        sign_in: SignIn | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> MisbehavingServer:
        """A server over these resources; not started yet."""
        now = clock or Clock().now
        store = VersionedStore(now)
        store.seed(resources)
        return cls(FhirService(store, profile, now, sign_in=sign_in), faults or Faults())

    @property
    def faults(self) -> Faults:
        """What goes wrong now."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        with self._lock:
            self._faults = faults
            self._left = {name: value for name, value in vars(faults).items() if type(value) is int}
            self._answered = 0

    @property
    def store(self) -> VersionedStore:
        """The records behind it."""
        return self.service.store

    def stop(self) -> None:
        """Stop, and end hanging answers."""
        self._stopping.set()
        super().stop()

    def respond(self, request: Request) -> Answer:
        """The answer, with what goes wrong in it."""
        with self._lock:
            self.seen.append(request)
        if _page_of(request):
            request = replace(request, path=ROOT)  # a relative page link may have led to the type's address
        if not self._applies(request):
            return self._spoiled_words(request, super().respond(request))
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        answer = super().respond(self._weakened(request))
        return self._spoiled(request, self._spoiled_words(request, answer))

    def deliver(self, request: Request, answer: Answer, connection: Connection) -> None:
        """Send the answer, or fail to."""
        whole = wire_bytes(answer, self.service.clock())
        if not self._applies(request):
            connection.send(whole)
        elif self._due("hangs"):
            self._stopping.wait()
            connection.cut()
        elif self._due("cut_at_once") or (_is_write(request) and self._due("cut_after_write")):
            connection.cut()
        elif answer.body and self._due("cut_in_body"):
            connection.send(whole[: len(whole) - len(answer.body) // 2])
            connection.cut()
        else:
            connection.send(whole)

    def _applies(self, request: Request) -> bool:
        if self.faults.only:
            return self.faults.only in request.path or bool(_page_of(request))
        return not request.path.endswith(("/metadata", "/smart-configuration", TOKEN_PATH))

    def _due(self, name: str) -> bool:
        with self._lock:
            left = self._left.get(name, 0)
            self._left[name] = left - 1
            return left > 0

    def _refusal(self, request: Request) -> Answer | None:
        faults = self.faults
        if self._due("throttled"):
            when = format_datetime(self.service.clock().astimezone(UTC) + timedelta(seconds=2), usegmt=True)
            wait = when if faults.retry_after == "date" else faults.retry_after
            return problem_answer(Problem(429, "throttled", "slow down", (("Retry-After", wait),) if wait else ()))
        if self._due("unavailable"):
            return problem_answer(Problem(503, "transient", "down for a moment"))
        if self._due("html_errors"):
            return Answer(502, b"<html><body><h1>Bad Gateway</h1></body></html>", content_type="text/html")
        if self._due("html_instead"):
            return Answer(200, b"<!DOCTYPE html><html><body>Please sign in</body></html>", content_type="text/html")
        if self._signs_out():
            if self.service.sign_in is None:
                return problem_answer(Problem(401, "login", "signed out"))
            self.service.sign_in.expire_all()
        if _page_of(request) and self._due("expired_next"):
            return problem_answer(Problem(faults.expired_status, "expired", "this page link has expired"))
        if _is_write(request):
            return self._write_refusal(request)
        target = faults.moved.get(request.path.rpartition("/")[2])
        if target and request.method == "GET":
            kind = request.path.split("/")[-2]
            return Answer(301, b"", (("Location", f"{self.base}/{kind}/{target}"),))
        return None

    def _write_refusal(self, request: Request) -> Answer | None:
        if self.faults.refusal:
            return problem_answer(Problem(422, "business-rule", self.faults.refusal))
        if self.faults.conflict_status and request.method in ("PUT", "PATCH"):
            return problem_answer(Problem(self.faults.conflict_status, "conflict", "changed meanwhile"))
        return None

    def _signs_out(self) -> bool:
        with self._lock:
            self._answered += 1
            return 0 < self.faults.signs_out_after == self._answered - 1

    def _weakened(self, request: Request) -> Request:
        """The request without the filters and fields that this server overlooks."""
        faults = self.faults
        query = tuple((name, value) for name, value in request.query if name not in faults.ignored_filters)
        body = request.body
        if request.path.endswith("/_search") and faults.ignored_filters:
            pairs = parse_qsl(body.decode(), keep_blank_values=True)
            body = urlencode([pair for pair in pairs if pair[0] not in faults.ignored_filters]).encode()
        if request.method == "PUT" and faults.ignored_fields:
            body = self._with_kept_fields(request)
        headers = dict(request.headers)
        if faults.ignored_filters:
            headers.pop("prefer", None)
        return Request(request.method, request.path, query, headers, body)

    def _with_kept_fields(self, request: Request) -> bytes:
        kind, resource_id = request.path.split("/")[-2:]
        before = self.store.latest(kind, resource_id)
        sent: Resource = orjson.loads(request.body)
        for name in self.faults.ignored_fields:
            sent.pop(name, None)
            if before is not None and name in before.resource:
                sent[name] = before.resource[name]
        return orjson.dumps(sent)

    def _spoiled_words(self, request: Request, answer: Answer) -> Answer:
        """Discovery and sign-in that say something else."""
        if request.path == TOKEN_PATH and answer.status == 200 and self.faults.granted_scope:
            words = orjson.loads(answer.body) | {"scope": self.faults.granted_scope}
        elif request.path.endswith("/metadata") and self.faults.fhir_version:
            words = orjson.loads(answer.body) | {"fhirVersion": self.faults.fhir_version}
        else:
            return answer
        return replace(answer, body=orjson.dumps(words))

    def _spoiled(self, request: Request, answer: Answer) -> Answer:
        if not answer.body or answer.status >= 300 or request.path == TOKEN_PATH:
            return answer
        content = orjson.loads(answer.body)
        headers = answer.headers
        if content.get("resourceType") == "Bundle":
            self._spoil_bundle(request, content)
        else:
            content = self._spoiled_record(content)
        if self.faults.missing_meta:
            headers = tuple(pair for pair in headers if pair[0] not in ("ETag", "Last-Modified"))
        return Answer(answer.status, orjson.dumps(content), headers, FHIR_JSON)

    def _spoil_bundle(self, request: Request, bundle: Resource) -> None:
        faults = self.faults
        entries = [{**entry, "resource": self._spoiled_record(entry["resource"])} for entry in bundle.get("entry", [])]
        page = _page_of(request)
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        if faults.claims_all_filters and not page:
            links["self"] = f"{self.base}/{request.path.split('/')[2]}?{urlencode(request.query)}"
        if page and faults.repeats_entries and entries:
            name, _, offset = page.rpartition(".")
            before = super().respond(
                Request("GET", ROOT, (("_page", f"{name}.{max(0, int(offset) - 1)}"),), request.headers)
            )
            entries.insert(0, orjson.loads(before.body)["entry"][0])
        if faults.outcome_entries:
            warning = outcome("informational", "not everything may be shown", "warning")
            entries.append({"resource": warning, "search": {"mode": "outcome"}})
        if faults.empty_pages and "next" in links and "_empty" not in dict(request.query):
            links["next"] += "&_empty=1"
        elif faults.empty_pages and "_empty" in dict(request.query):
            entries = []
            links["next"] = f"{self.base}?_page={page}&_filled=1"
        if faults.looping_next and page:
            links["next"] = f"{self.base}?_page={page}"
        if "next" in links:
            kind = entries[0]["resource"]["resourceType"] if entries else ""
            links["next"] = self._link(links["next"], kind)
        bundle["link"] = [{"relation": relation, "url": url} for relation, url in links.items()]
        bundle["entry"] = entries
        if faults.missing_meta:
            bundle.pop("meta", None)

    def _link(self, url: str, kind: str) -> str:
        if self.faults.foreign_next:
            return url.replace(self.origin, self.faults.foreign_next)
        return f"{kind}{url.removeprefix(self.base)}" if self.faults.relative_next else url

    def _spoiled_record(self, resource: Resource) -> Resource:
        changed = dict(resource)
        if self.faults.missing_meta:
            changed.pop("meta", None)
        if self.faults.partial_dates:
            for name in ("birthDate", "occurrenceDateTime", "performedDateTime", "recordedDate"):
                if name in changed:
                    changed[name] = changed[name][:7]
        return changed


def _page_of(request: Request) -> str:
    return dict(request.query).get("_page", "")


def _is_write(request: Request) -> bool:
    if request.path == TOKEN_PATH or request.path.endswith("/_search"):
        return False
    return request.method in ("POST", "PUT", "PATCH", "DELETE")
