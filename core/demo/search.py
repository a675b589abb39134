"""Search at the demo servers: which parameters each type has, filtering, and pages over a fixed snapshot."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson

from core.clock import iso_stamp
from core.demo.messages import Problem
from core.demo.search_values import (
    Span,
    date_matches,
    reference_matches,
    span_of,
    spans_in,
    split_prefix,
    text_matches,
    token_matches,
    values_at,
)
from core.demo.versions import Version, VersionedStore

DEFAULT_COUNT = 50
MAX_COUNT = 1000
SNAPSHOT_AGE = timedelta(hours=1)
SNAPSHOTS_KEPT = 200


@dataclass(frozen=True)
class Parameter:
    """A search parameter: its FHIR type, where the values are, and for references the type of a bare id."""

    type: str
    paths: tuple[str, ...]
    target: str = ""


def _token(*paths: str) -> Parameter:
    return Parameter("token", paths)


def _date(*paths: str) -> Parameter:
    return Parameter("date", paths)


def _to(target: str, *paths: str) -> Parameter:
    return Parameter("reference", paths, target)


COMMON = {"_id": _token("id"), "_lastUpdated": _date("meta.lastUpdated"), "identifier": _token("identifier")}
_STATUS = {"status": _token("status")}
_SUBJECT = {"patient": _to("Patient", "subject"), "subject": _to("Patient", "subject")}
_PEOPLE = {
    "name": Parameter("string", ("name.family", "name.given", "name.text", "name.prefix", "name.suffix")),
    "family": Parameter("string", ("name.family",)),
    "given": Parameter("string", ("name.given",)),
}
PARAMETERS: dict[str, dict[str, Parameter]] = {
    "Patient": _PEOPLE
    | {
        "birthdate": _date("birthDate"),
        "gender": _token("gender"),
        "phone": _token("telecom"),
        "address-postalcode": Parameter("string", ("address.postalCode",)),
        "active": _token("active"),
    },
    "Practitioner": _PEOPLE | {"active": _token("active")},
    "Organization": {"name": Parameter("string", ("name",))},
    "Location": {"name": Parameter("string", ("name",))} | _STATUS,
    "Appointment": {
        "patient": _to("Patient", "participant.actor"),
        "practitioner": _to("Practitioner", "participant.actor"),
        "date": _date("start"),
    }
    | _STATUS,
    "Encounter": _SUBJECT
    | _STATUS
    | {"date": _date("period"), "practitioner": _to("Practitioner", "participant.individual")},
    "Condition": _SUBJECT | {"encounter": _to("Encounter", "encounter"), "recorded-date": _date("recordedDate")},
    "Procedure": _SUBJECT
    | _STATUS
    | {"encounter": _to("Encounter", "encounter"), "date": _date("performedDateTime", "performedPeriod")},
    "Immunization": _STATUS | {"patient": _to("Patient", "patient"), "date": _date("occurrenceDateTime")},
    "ImagingStudy": _SUBJECT | _STATUS | {"encounter": _to("Encounter", "encounter"), "started": _date("started")},
    "ServiceRequest": _SUBJECT
    | _STATUS
    | {"encounter": _to("Encounter", "encounter"), "authored": _date("authoredOn")},
    "DiagnosticReport": _SUBJECT
    | _STATUS
    | {"encounter": _to("Encounter", "encounter"), "date": _date("effectiveDateTime", "effectivePeriod")},
    "Coverage": _STATUS | {"beneficiary": _to("Patient", "beneficiary"), "patient": _to("Patient", "beneficiary")},
    "Account": _SUBJECT | _STATUS,
    "ChargeItem": _SUBJECT
    | {
        "context": _to("Encounter", "context"),
        "occurrence": _date("occurrenceDateTime", "occurrencePeriod"),
        "entered-date": _date("enteredDate"),
        "code": _token("code"),
    },
    "Claim": _STATUS | {"patient": _to("Patient", "patient"), "created": _date("created")},
}


def parameters_of(kind: str) -> dict[str, Parameter]:
    """The search parameters that a type has here."""
    return COMMON | PARAMETERS.get(kind, {})


Test = Callable[[Version], bool]


def _alternatives(raw: str) -> list[str]:
    """A value's comma-separated alternatives, with FHIR's backslash escapes undone."""
    parts: list[str] = []
    part, escaped = "", False
    for letter in raw:
        if escaped:
            part, escaped = part + letter, False
        elif letter == "\\":
            escaped = True
        elif letter == ",":
            parts, part = [*parts, part], ""
        else:
            part += letter
    return [*parts, part]


def _date_test(name: str, parameter: Parameter, wanted: str, zone: ZoneInfo) -> Test:
    prefix, text = split_prefix(wanted)
    try:
        span = span_of(text.replace(" ", "+"), zone)  # "+" of an offset that was not escaped arrives as a blank
    except ValueError as error:
        raise Problem(400, "value", f"{name}: {error}") from error
    if name == "_lastUpdated":
        width = timedelta(milliseconds=1)
        return lambda v: date_matches(Span(v.updated_at, v.updated_at + width), prefix, span)
    return lambda v: any(
        date_matches(found, prefix, span)
        for path in parameter.paths
        for value in values_at(v.resource, path)
        for found in spans_in(value, zone)
    )


def _one_test(name: str, parameter: Parameter, wanted: str, zone: ZoneInfo) -> Test:
    if parameter.type == "date":
        return _date_test(name, parameter, wanted, zone)
    if parameter.type == "reference":
        matches: Callable[[Any], bool] = lambda value: reference_matches(value, wanted, parameter.target)  # noqa: E731
    elif parameter.type == "token":
        matches = lambda value: token_matches(value, wanted)  # noqa: E731
    else:
        matches = lambda value: text_matches(value, wanted)  # noqa: E731
    return lambda v: any(matches(value) for path in parameter.paths for value in values_at(v.resource, path))


def tests_for(kind: str, query: Sequence[tuple[str, str]], zone: ZoneInfo) -> list[Test]:
    """One test per filter; each is true when one of the filter's alternatives fits."""
    known = parameters_of(kind)
    tests: list[Test] = []
    for name, raw in query:
        either = [_one_test(name, known[name], wanted, zone) for wanted in _alternatives(raw)]
        tests.append(lambda v, either=either: any(test(v) for test in either))  # type: ignore[misc]
    return tests


@dataclass(frozen=True)
class Snapshot:
    """The fixed result of one search; pages are cut from it whatever happens to the data meanwhile."""

    kind: str
    found: tuple[Version, ...]
    count: int
    taken_at: datetime
    self_url: str


class Search:
    """Answers searches of one server and keeps the snapshots that its next links point into."""

    def __init__(self, store: VersionedStore, clock: Callable[[], datetime], zone: ZoneInfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._lock = threading.Lock()
        self._snapshots: OrderedDict[str, Snapshot] = OrderedDict()

    def first_page(self, base: str, kind: str, query: Sequence[tuple[str, str]], strict: bool) -> bytes:
        """The first page as a searchset Bundle. The self link names only the filters that were applied."""
        known = parameters_of(kind)
        filters: list[tuple[str, str]] = []
        count, is_summary = DEFAULT_COUNT, False
        for name, value in query:
            if name == "_count":
                count = self._count(value)
            elif name == "_summary" and value == "count":
                is_summary = True
            elif name in known and value:
                filters.append((name, value))
            elif strict and name not in {"_format", "_pretty"}:
                raise Problem(400, "not-supported", f"{kind} has no search parameter {name}")
        tests = tests_for(kind, filters, self._zone)
        found = tuple(version for version in self._store.living(kind) if all(test(version) for test in tests))
        said = [*filters, ("_summary", "count") if is_summary else ("_count", str(count))]
        snapshot = Snapshot(kind, found, 0 if is_summary else count, self._clock(), f"{base}/{kind}?{urlencode(said)}")
        return self._bundle(base, snapshot, "", 0)

    def later_page(self, base: str, token: str) -> bytes:
        """The page that a next link points to; 410 when its snapshot is no longer kept."""
        name, _, offset = token.rpartition(".")
        with self._lock:
            self._forget_old()
            snapshot = self._snapshots.get(name)
        if snapshot is None or not offset.isdigit():
            raise Problem(410, "expired", "this page link has expired; search again")
        return self._bundle(base, snapshot, name, int(offset))

    @staticmethod
    def _count(value: str) -> int:
        if not value.isdigit():
            raise Problem(400, "value", "_count is not a whole number")
        return min(int(value), MAX_COUNT)

    def _keep(self, snapshot: Snapshot) -> str:
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._forget_old()
            self._snapshots[name] = snapshot
            while len(self._snapshots) > SNAPSHOTS_KEPT:
                self._snapshots.popitem(last=False)
        return name

    def _forget_old(self) -> None:
        oldest = self._clock() - SNAPSHOT_AGE
        for name in [name for name, kept in self._snapshots.items() if kept.taken_at < oldest]:
            del self._snapshots[name]

    def _bundle(self, base: str, snapshot: Snapshot, name: str, offset: int) -> bytes:
        page = snapshot.found[offset : offset + snapshot.count]
        here = snapshot.self_url if offset == 0 else f"{base}?_page={name}.{offset}"
        links = [{"relation": "self", "url": here}]
        after = offset + len(page)
        if page and after < len(snapshot.found):
            name = name or self._keep(snapshot)
            links.append({"relation": "next", "url": f"{base}?_page={name}.{after}"})
        bundle: dict[str, Any] = {
            "resourceType": "Bundle",
            "id": secrets.token_hex(8),
            "meta": {"lastUpdated": iso_stamp(snapshot.taken_at)},
            "type": "searchset",
            "total": len(snapshot.found),
            "link": links,
        }
        if page:
            bundle["entry"] = [
                {
                    "fullUrl": f"{base}/{version.kind}/{version.id}",
                    "resource": orjson.Fragment(version.body),
                    "search": {"mode": "match"},
                }
                for version in page
            ]
        return orjson.dumps(bundle)
