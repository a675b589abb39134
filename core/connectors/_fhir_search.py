"""Searches at a FHIR R4 server, a page at a time, without trusting it more than it deserves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import orjson

from core.connectors._answers import not_json, server_date
from core.connectors._bundles import Document, OtherVersion
from core.connectors._fhir_server import rows
from core.connectors._http import Http
from core.connectors._port import RawItem, Unreadable
from core.errors import BadAnswer, Gone, NotAllowed, NotFound, Rejected
from core.jobs import Job

OVERLAP = timedelta(minutes=10)
_FAR_FUTURE = "2199-01-01T00:00:00Z"
_STRICT = {"Prefer": "handling=strict"}  # asks the server to refuse filters it does not know
# Outcome codes by which a server says that it does not show everything.
_NOT_ALL = frozenset({"suppressed", "incomplete", "too-costly", "timeout", "throttled"})


@dataclass(frozen=True, slots=True)
class Question:
    """A search: type and parameters; by POST where they speak about one person."""

    kind: str
    parameters: Mapping[str, str]
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search.

    `is_filtered`: what the server says about a `_lastUpdated` that was asked for (None: nothing). `is_partial`: some
    entries could not be used, or the server says that it does not show everything.
    """

    items: tuple[RawItem, ...]
    unreadable: tuple[Unreadable, ...]
    next: str | None
    server_time: datetime | None
    total: int | None
    is_filtered: bool | None
    is_partial: bool
    warnings: tuple[str, ...]


class Searcher:
    """Searches over one client. Remembers whether the server takes searches by POST."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._takes_post = True

    def ask(self, question: Question, job: Job) -> Found:
        """The first page. Raises Rejected or NotAllowed when the server does not take such a search."""
        http = self._http
        if question.is_personal and self._takes_post:
            try:
                address = http.address(f"{question.kind}/_search")
                answer = http.read(address, form=question.parameters, job=job, headers=_STRICT)
                return self._page(question.kind, answer)
            except (NotFound, NotAllowed, Rejected):  # no such way here, or no such search: GET will tell
                found = self._get(question, job)
                self._takes_post = False
                return found
        return self._get(question, job)

    def _get(self, question: Question, job: Job) -> Found:
        query = "?" + urlencode(question.parameters) if question.parameters else ""
        return self._page(
            question.kind, self._http.read(self._http.address(question.kind) + query, job=job, headers=_STRICT)
        )

    def follow(self, kind: str, address: str, job: Job) -> Found:
        """A later page, by the link as the server gave it."""
        if not self._http.is_ours(address):
            raise BadAnswer(
                "The next page lies on another host; the sign-in is not sent there.",
                todo="Ask the system's administrator: behind a gateway it has to know its own outside address.",
            )
        return self._page(kind, self._http.read(address, job=job))

    def is_honest(self, kind: str, job: Job) -> bool:
        """Whether the server truly filters by `_lastUpdated`: asked for the far future, it must return nothing."""
        try:
            found = self.ask(Question(kind, {"_lastUpdated": f"ge{_FAR_FUTURE}", "_count": "5"}), job)
        except (Rejected, NotAllowed, NotFound):
            return False
        return not found.items and not found.unreadable and found.next is None and not found.total

    def _page(self, kind: str, answer: httpx.Response) -> Found:
        bundle = _bundle(answer)
        document = Document(answer.content, bundle, f"{kind} search")
        try:
            pieces = document.pieces()
        except OtherVersion as why:
            raise BadAnswer(f"The server delivers another version of FHIR than R4, as {why.sign} shows.") from why
        items = tuple(_at_home(piece, self._http.base) for piece in pieces if _is_of(piece, kind))
        unreadable = tuple(piece for piece in pieces if isinstance(piece, Unreadable))
        warnings, is_partial = _outcomes(bundle)
        links = {str(link.get("relation")): link.get("url") for link in reversed(rows(bundle.get("link")))}
        following, total = links.get("next"), bundle.get("total")
        return Found(
            items=items,
            unreadable=unreadable,
            next=self._http.address(_relative(following)) if isinstance(following, str) and following else None,
            server_time=_server_time(bundle, answer),
            total=total if isinstance(total, int) else None,
            is_filtered=_says_filtered(links.get("self")),
            is_partial=is_partial or bool(unreadable),
            warnings=warnings,
        )


def read_record(http: Http, target: str) -> tuple[RawItem, str | None]:
    """One record as it is now, and its version as the server wants it back in If-Match.

    Raises NotFound; Gone when it was deleted, or merged into another one (the server then answers with that one).
    """
    answer = http.read(http.address(target))
    try:
        resource = orjson.loads(answer.content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as why:
        raise not_json(answer) from why
    try:
        pieces = Document(answer.content, resource, target).pieces()
    except OtherVersion as why:
        raise BadAnswer(f"The record is in another version of FHIR than R4, as {why.sign} shows.") from why
    item = pieces[0] if len(pieces) == 1 else None
    if not isinstance(item, RawItem):
        raise BadAnswer("The system answered with something that is no such record.")
    if f"{item.kind}/{item.id}" != target:
        if answer.url != httpx.URL(http.address(target)):
            raise Gone("The system has joined this record with another one.", todo="Pull again.")
        raise BadAnswer("The system answered with another record than the one asked for.")
    tag = answer.headers.get("ETag", "").strip() or None
    version = item.version or (tag.removeprefix("W/").strip('"') if tag else None)
    return _at_home(replace(item, version=version), http.base), tag


def stamp(moment: datetime) -> str:
    """An instant as a FHIR search parameter."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bundle(answer: httpx.Response) -> dict[str, Any]:
    try:
        bundle = orjson.loads(answer.content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as why:
        raise not_json(answer) from why
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise BadAnswer("The system answered a search with something that is no bundle.")
    return bundle


def _is_of(piece: object, kind: str) -> bool:
    return isinstance(piece, RawItem) and piece.kind == kind


def _at_home(piece: object, base: str) -> RawItem:
    """A record placed by its own name. Where it points to other servers, its reader has to know which is its own."""
    assert isinstance(piece, RawItem)
    context = piece.context
    if b'"reference":"http' in piece.payload:
        context = {**(context or {}), "@base": base}
    return RawItem(piece.form, piece.kind, piece.id, piece.payload, f"{piece.kind}/{piece.id}", piece.version, context)


def _relative(link: str) -> str:
    """A relative link hangs under the base, also one that begins with a question mark."""
    return "./" + link if link.startswith("?") else link


def _outcomes(bundle: Mapping[str, Any]) -> tuple[tuple[str, ...], bool]:
    texts: list[str] = []
    is_partial = False
    for entry in rows(bundle.get("entry")):
        resource = entry.get("resource")
        if not isinstance(resource, Mapping) or resource.get("resourceType") != "OperationOutcome":
            continue
        for issue in rows(resource.get("issue")):
            is_partial |= issue.get("severity") in ("fatal", "error") or issue.get("code") in _NOT_ALL
            details = issue.get("details")
            text = details.get("text") if isinstance(details, Mapping) else None
            said = text or issue.get("diagnostics") or issue.get("code")
            if issue.get("severity") != "information" and said:
                texts.append(f"The system says: {str(said)[:200]}")
    return tuple(dict.fromkeys(texts)), is_partial


def _server_time(bundle: Mapping[str, Any], answer: httpx.Response) -> datetime | None:
    """When the server made the page: the earlier of what the bundle and the HTTP header say."""
    meta = bundle.get("meta")
    said = meta.get("lastUpdated") if isinstance(meta, Mapping) else None
    times = [server_date(answer)]
    if isinstance(said, str):
        try:
            found = datetime.fromisoformat(said)
            times.append(found if found.tzinfo else found.replace(tzinfo=UTC))
        except ValueError:
            times.append(None)
    return min((time for time in times if time is not None), default=None)


def _says_filtered(self_link: object) -> bool | None:
    if not isinstance(self_link, str) or "?" not in self_link:
        return None
    return any(name.partition(":")[0] == "_lastUpdated" for name, _ in parse_qsl(urlsplit(self_link).query))
