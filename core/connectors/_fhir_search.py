"""Reading a FHIR R4 server: what it declares, and searches page by page, without trusting it more than it deserves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import orjson

from core.connectors._answers import json_of
from core.connectors._fhir_kinds import FORM, is_id, version_of
from core.connectors._http import Http
from core.connectors._port import Capabilities, Capability, RawItem, Unreadable
from core.errors import BadAnswer, ConnectorError, NotFound, Rejected
from core.jobs import Job

OVERLAP = timedelta(minutes=10)
_MOST_PAGES = 100_000
_FAR_FUTURE = "2199-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search: records, pieces that are none, where to go on, the server's own time, how many in all."""

    items: tuple[RawItem, ...]
    unreadable: tuple[Unreadable, ...]
    next: str | None
    server_time: datetime | None
    total: int | None
    is_filtered: bool  # whether the server says that it applied the `_lastUpdated` that was asked for
    bytes: int


def capabilities(http: Http, job: Job | None = None) -> Capabilities:
    """Ask /metadata. Raises BadAnswer for another version of the standard."""
    statement = json_of(http.read(http.address("metadata"), job=job))
    version = str(statement.get("fhirVersion", ""))
    if statement.get("resourceType") != "CapabilityStatement":
        raise BadAnswer("This address is no FHIR server: it has no capability statement.")
    if version and not version.startswith(("4.0", "4.3")):
        raise BadAnswer(f"The server speaks FHIR {version}; only R4 is understood.")
    rest = next((r for r in _rows(statement.get("rest")) if r.get("mode", "server") == "server"), {})
    software = statement.get("software")
    name = software.get("name") if isinstance(software, Mapping) else None
    kinds = tuple(_capability(row) for row in _rows(rest.get("resource")))
    return Capabilities(kinds, {"fhir": version, "software": str(name or "")})


def smart_configuration(http: Http) -> Mapping[str, Any]:
    """Where to sign in: the well-known document, else the extension of the capability statement, else nothing."""
    try:
        return json_of(
            http.read(http.address(".well-known/smart-configuration"), headers={"Accept": "application/json"})
        )
    except ConnectorError:
        pass
    try:
        statement = json_of(http.read(http.address("metadata")))
    except ConnectorError:
        return {}
    for rest in _rows(statement.get("rest")):
        security = rest.get("security")
        for outer in _rows(security.get("extension")) if isinstance(security, Mapping) else ():
            if str(outer.get("url", "")).endswith("oauth-uris"):
                found = {str(e.get("url")): e.get("valueUri") for e in _rows(outer.get("extension"))}
                return {"token_endpoint": found.get("token"), "authorization_endpoint": found.get("authorize")}
    return {}


def first_address(http: Http, kind: str, query: Mapping[str, str]) -> str:
    """The address of a search."""
    return http.address(kind) + ("?" + urlencode(query) if query else "")


def pages(http: Http, kind: str, address: str, job: Job) -> Iterator[Found]:
    """Follow a search from an address to its end. Raises BadAnswer for pages that lead in a circle."""
    seen = {address}
    for _ in range(_MOST_PAGES):
        job.check()
        found = page(http, kind, address, job)
        yield found
        if found.next is None:
            return
        if found.next in seen:
            raise BadAnswer("The pages of the system lead in a circle.")
        seen.add(found.next)
        address = found.next
    raise BadAnswer("The system never comes to its last page.")


def page(http: Http, kind: str, address: str, job: Job) -> Found:
    """One page of a search. Outcome entries and records of other kinds are passed over."""
    if urlsplit(address).hostname != urlsplit(http.base).hostname:
        raise BadAnswer("The next page lies on another host; the sign-in is not sent there.")
    answer = http.read(address, job=job, headers={"Prefer": "handling=strict"})
    bundle = json_of(answer)
    if bundle.get("resourceType") != "Bundle":
        raise BadAnswer("The system answered a search with something that is no bundle.")
    items, unreadable = [], []
    for place, entry in enumerate(_rows(bundle.get("entry")), 1):
        resource = entry.get("resource")
        if not isinstance(resource, Mapping) or resource.get("resourceType") == "OperationOutcome":
            continue
        position = f"{kind} search, entry {place}"
        if not is_id(resource.get("id")):
            raw = orjson.dumps(resource)
            unreadable.append(Unreadable(position, "The record has no usable id.", "CM-INP-11", raw, FORM, kind))
        elif resource.get("resourceType") == kind:
            items.append(_item(resource, f"{kind}/{resource['id']}"))
    links = {str(link.get("relation")): str(link.get("url", "")) for link in _rows(bundle.get("link"))}
    following = links.get("next")
    total = bundle.get("total")
    return Found(
        items=tuple(items),
        unreadable=tuple(unreadable),
        next=http.address(following) if following else None,
        server_time=_server_time(bundle, answer),
        total=total if isinstance(total, int) else None,
        is_filtered=_says_filtered(links.get("self", "")),
        bytes=len(answer.content),
    )


def honours_last_updated(http: Http, kind: str, job: Job) -> bool:
    """Whether the server truly filters by `_lastUpdated`: asked for the far future, it must return nothing."""
    query = {"_lastUpdated": f"ge{_FAR_FUTURE}", "_count": "1"}
    try:
        found = page(http, kind, first_address(http, kind, query), job)
    except (Rejected, NotFound):
        return False
    return not found.items and found.next is None


def read_record(http: Http, target: str) -> RawItem:
    """One record as it is now."""
    answer = http.read(http.address(target))
    resource = json_of(answer)
    kind, _, record_id = target.partition("/")
    if resource.get("resourceType") != kind or str(resource.get("id")) != record_id:
        raise BadAnswer("The system answered with another record than the one asked for.")
    tag = answer.headers.get("ETag", "").removeprefix("W/").strip('"')
    return RawItem(FORM, kind, record_id, answer.content, target, tag or version_of(resource))


def stamp(moment: datetime) -> str:
    """An instant as a FHIR search parameter."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _item(resource: Mapping[str, Any], position: str) -> RawItem:
    kind, record_id = str(resource["resourceType"]), str(resource["id"])
    return RawItem(FORM, kind, record_id, orjson.dumps(resource), position, version_of(resource))


def _server_time(bundle: Mapping[str, Any], answer: httpx.Response) -> datetime | None:
    meta = bundle.get("meta")
    said = meta.get("lastUpdated") if isinstance(meta, Mapping) else None
    for text, read in ((said, datetime.fromisoformat), (answer.headers.get("Date"), parsedate_to_datetime)):
        if isinstance(text, str) and text:
            try:
                found = read(text)
            except ValueError:
                continue
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _says_filtered(self_link: str) -> bool:
    return any(name == "_lastUpdated" for name, _ in parse_qsl(urlsplit(self_link).query))


def _capability(row: Mapping[str, Any]) -> Capability:
    acts = {str(i.get("code")) for i in _rows(row.get("interaction"))}
    names = tuple(str(o.get("name", "")).lstrip("$") for o in _rows(row.get("operation")))
    return Capability(
        kind=str(row.get("type", "")),
        can_read="read" in acts,
        can_search="search-type" in acts,
        can_create="create" in acts,
        can_update="update" in acts,
        can_patch="patch" in acts,
        can_delete="delete" in acts,
        is_versioned=str(row.get("versioning", "")).startswith("versioned"),
        operations=names,
        search_params=tuple(str(p.get("name")) for p in _rows(row.get("searchParam"))),
    )


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
