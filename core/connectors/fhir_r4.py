"""A FHIR R4 server: reads what it declares, incrementally where it truly filters, and writes guarded by versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import orjson

from core.connectors import _fhir_edit as edit
from core.connectors import _fhir_search as search
from core.connectors._answers import json_of
from core.connectors._fhir_kinds import FORM, OF_PATIENT, WANTED
from core.connectors._hand import hand_steps
from core.connectors._http import FHIR_JSON, Http
from core.connectors._port import (
    Accepted,
    AskFor,
    Capabilities,
    Check,
    ConnectorKind,
    Order,
    RawItem,
    RawPage,
    Request,
    Settings,
)
from core.connectors._scopes import allows
from core.connectors._smart import AUTHS, Token, sign_in_for
from core.errors import (
    BadAnswer,
    ConnectorError,
    Gone,
    NotAllowed,
    NotPossible,
    Rejected,
    SignInNeeded,
    VersionConflict,
)
from core.jobs import Job

PAGE_SIZE = "200"
_BY_PERSON = "patient "
"""A cursor that begins so goes on with a person by person reading, after this id."""


class FhirR4:
    """One connection to one server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.http = Http(settings)
        # The discovery documents are open; asking for them signed in would go in a circle.
        self._open = Http(settings)
        self.http.sign_in = sign_in_for(settings, lambda: search.smart_configuration(self._open))
        self._known: Capabilities | None = None
        self._honours: dict[str, bool] = {}

    def close(self) -> None:
        """Close the sockets."""
        self.http.close()
        self._open.close()

    # Reading.

    def probe(self) -> Capabilities:
        """What the server declares."""
        self._known = search.capabilities(self._open)
        return self._known

    def test(self) -> Iterator[Check]:
        """Reach, version, sign-in, clock, sample read, what can be written."""
        try:
            found = self.probe()
        except ConnectorError as why:
            yield Check("reach", "failed", why.what, why.todo)
            return
        yield Check("reach", "ok", f"Reached: {found.facts.get('software') or 'a FHIR R4 server'}.")
        try:
            first = search.page(
                self.http, "Patient", search.first_address(self.http, "Patient", {"_count": "5"}), Job()
            )
        except SignInNeeded as why:
            yield Check("sign-in", "failed", why.what, why.todo)
            return
        except ConnectorError as why:
            yield Check("sign-in", "ok", "The sign-in was accepted.")
            yield Check("sample", "failed", why.what, why.todo)
            return
        yield Check("sign-in", "ok", "The sign-in was accepted.")
        yield _clock_check(first.server_time)
        yield Check("sample", "ok", f"{len(first.items)} patient records were read as a sample.")
        writable = [k.kind for k in found.kinds if (k.can_update or k.can_create) and k.kind in WANTED]
        said = f"The server takes changes of: {', '.join(writable)}." if writable else "The server takes no changes."
        yield Check(
            "write", "ok" if writable else "warning", said, "" if writable else "Corrections come as steps by hand."
        )

    def streams(self) -> tuple[str, ...]:
        """The resource types that the server has, in the order people, visits, bills."""
        wanted = self.settings.options.get("kinds")
        chosen = [k.strip() for k in wanted.split(",")] if wanted else list(WANTED)
        declared = {k.kind for k in (self._known or self.probe()).kinds if k.can_search or k.can_read}
        return tuple(kind for kind in WANTED if kind in chosen and kind in declared)

    def pull(self, stream: str, since: str | None, cursor: str | None, job: Job) -> Iterator[RawPage]:
        """A stream page by page. Without an honest `_lastUpdated` everything is read again and compared by content."""
        if cursor is not None and cursor.startswith(_BY_PERSON):
            yield from self._by_person(stream, cursor.removeprefix(_BY_PERSON), job)
            return
        is_delta = since is not None and self._is_honest(stream, job)
        query = {"_count": PAGE_SIZE}
        if is_delta:
            query["_lastUpdated"] = f"ge{since}"
        began: datetime | None = None
        address = cursor or search.first_address(self.http, stream, query)
        seen: set[str] = set()
        try:
            for found in search.pages(self.http, stream, address, job):
                if is_delta and cursor is None and not found.is_filtered and found.items:
                    is_delta = self._is_honest(stream, job)
                began = began or found.server_time
                yield self._page(found, seen, began, is_delta=is_delta)
        except Gone:
            if cursor is None and not seen:
                raise
            # The server forgot its page links: from the start; what is landed already stays as it is.
            yield from self.pull(stream, since, None, job)
        except (Rejected, NotAllowed):
            if seen or stream not in OF_PATIENT or cursor is not None:
                raise
            yield from self._by_person(stream, "", job)

    def read(self, target: str) -> RawItem:
        """The record as it is now."""
        return search.read_record(self.http, target)

    def find(self, order: Order) -> RawItem | None:
        """The record that this order made, by our own identifier."""
        if order.target:
            return self.read(order.target)
        query = {"identifier": f"{edit.OURS}|{order.idempotency_key}"}
        address = search.first_address(self.http, "ChargeItem", query)
        for item in search.page(self.http, "ChargeItem", address, Job()).items:
            marks = orjson.loads(item.payload).get("identifier") or ()
            if any(m.get("system") == edit.OURS and m.get("value") == order.idempotency_key for m in marks):
                return self.read(f"ChargeItem/{item.id}")
        return None

    # Writing.

    def plan(self, order: Order, current: RawItem | None) -> Request:
        """The exact request. Raises NotPossible for what this server does not take."""
        declared = self._known or self.probe()
        if order.kind == "merge-patient":
            return self._merge(order)
        if order.kind == "create-charge":
            if not declared.of("ChargeItem").can_create or not self._may("ChargeItem", "c"):
                raise NotPossible("This system takes no new charges.", todo="Enter it by hand.")
            body = edit.dump(edit.new_charge(order))
            headers = {"Content-Type": FHIR_JSON, "If-None-Exist": f"identifier={edit.OURS}|{order.idempotency_key}"}
            return Request("POST", self.http.address("ChargeItem"), headers, body)
        if order.target is None or current is None:
            raise NotPossible("This correction has no record to change.", todo="Do it by hand.")
        kind = order.target.partition("/")[0]
        if not declared.of(kind).can_update or not self._may(kind, "u"):
            raise NotPossible(f"This system takes no changes of {kind} records.", todo="Do it by hand.")
        headers = {"Content-Type": FHIR_JSON}
        if current.version:
            headers["If-Match"] = f'W/"{current.version}"'
        body = edit.dump(edit.edited(order, current.payload))
        return Request("PUT", self.http.address(order.target), headers, body)

    def write(self, order: Order, current: RawItem | None) -> Accepted:
        """Send the planned request once. Without a version there, the record is read and compared right before."""
        planned = self.plan(order, current)
        if current is not None and not current.version and planned.method == "PUT":
            now = self.read(str(order.target))
            if hashlib.sha256(now.payload).digest() != hashlib.sha256(current.payload).digest():
                raise VersionConflict("The record was changed meanwhile.")
        answer = self.http.write(planned.method, planned.address, planned.body, planned.headers)
        target = order.target or _made(answer)
        tag = answer.headers.get("ETag", "").removeprefix("W/").strip('"') or None
        return Accepted(target, tag, f"{answer.status_code}")

    def hand_steps(self, order: Order) -> tuple[str, ...]:
        """What a person does in that system instead."""
        return hand_steps(order, self.settings.name)

    def _merge(self, order: Order) -> Request:
        if "merge" not in (self._known or self.probe()).of("Patient").operations or not order.target or not order.other:
            raise NotPossible("This system does not merge patients by itself.", todo="Do it by hand.")
        parameters = {
            "resourceType": "Parameters",
            "parameter": [
                {"name": "source-patient", "valueReference": {"reference": order.target}},
                {"name": "target-patient", "valueReference": {"reference": order.other}},
            ],
        }
        return Request(
            "POST", self.http.address("Patient/$merge"), {"Content-Type": FHIR_JSON}, orjson.dumps(parameters)
        )

    def _may(self, kind: str, letter: str) -> bool:
        sign_in = self.http.sign_in
        return not isinstance(sign_in, Token) or allows(sign_in.granted, kind, letter)

    def _is_honest(self, stream: str, job: Job) -> bool:
        if stream not in self._honours:
            self._honours[stream] = search.honours_last_updated(self.http, stream, job)
        return self._honours[stream]

    def _page(self, found: search.Found, seen: set[str], began: datetime | None, *, is_delta: bool) -> RawPage:
        fresh = tuple(item for item in found.items if item.id not in seen)
        seen.update(item.id for item in fresh)
        is_last = found.next is None
        # The time before the first page: what changes while we read is read again the next time.
        watermark = search.stamp(began - search.OVERLAP) if is_last and began else None
        traffic = self.http.take_traffic()
        return RawPage(
            items=fresh,
            unreadable=found.unreadable,
            cursor=found.next,
            watermark=watermark,
            is_snapshot=is_last and not is_delta,
            is_last=is_last,
            bytes=found.bytes,
            requests=traffic.requests,
            retries=traffic.retries,
            total=found.total,
        )

    def _by_person(self, stream: str, after: str, job: Job) -> Iterator[RawPage]:
        """For servers that search only inside one patient: person after person, in the order of their ids."""
        ids = sorted(
            item.id
            for found in search.pages(
                self.http, "Patient", search.first_address(self.http, "Patient", {"_count": PAGE_SIZE}), job
            )
            for item in found.items
        )
        began: datetime | None = None
        left = [one for one in ids if one > after]
        for place, patient in enumerate(left):
            query = {OF_PATIENT[stream]: f"Patient/{patient}", "_count": PAGE_SIZE}
            for found in search.pages(self.http, stream, search.first_address(self.http, stream, query), job):
                began = began or found.server_time
                is_last = place == len(left) - 1 and found.next is None
                traffic = self.http.take_traffic()
                yield RawPage(
                    items=found.items,
                    unreadable=found.unreadable,
                    cursor=None if is_last else f"{_BY_PERSON}{patient if found.next is None else after}",
                    watermark=search.stamp(began - search.OVERLAP) if is_last and began else None,
                    is_snapshot=is_last,
                    is_last=is_last,
                    bytes=found.bytes,
                    requests=traffic.requests,
                    retries=traffic.retries,
                )
            after = patient
        if not left:
            yield RawPage(is_last=True)


def _made(answer: httpx.Response) -> str:
    """Where a new record is: the Location header, else the record in the answer."""
    parts = answer.headers.get("Location", "").split("/_history")[0].rstrip("/").split("/")
    if len(parts) >= 2 and parts[-1]:
        return "/".join(parts[-2:])
    made: dict[str, Any] = json_of(answer)
    if made.get("id"):
        return f"{made.get('resourceType')}/{made['id']}"
    raise BadAnswer("The system made the record but does not say where.")


def _clock_check(server_time: datetime | None) -> Check:
    if server_time is None:
        return Check("clock", "warning", "The server does not say what time it has.", "Full pulls are used instead.")
    apart = abs((datetime.now(server_time.tzinfo) - server_time).total_seconds())
    if apart > 120:
        return Check(
            "clock", "warning", f"The clocks differ by {apart / 60:.0f} minutes.", "Set this computer's clock."
        )
    return Check("clock", "ok", "The clocks agree.")


CONNECTOR = ConnectorKind(
    id="fhir-r4",
    order=10,
    form=FORM,
    fields=(
        AskFor("url", "url", is_required=True),
        AskFor("auth", "choice", AUTHS, default="none"),
        AskFor("client_id"),
        AskFor("client_secret", "secret"),
        AskFor("bearer", "secret"),
        AskFor("private_key", "secret"),
        AskFor("key_id"),
        AskFor("token_url", "url"),
        AskFor("scope"),
        AskFor("ca_file"),
        AskFor("rate"),
        AskFor("timeout"),
        AskFor("kinds"),
    ),
    make=FhirR4,
    help_page="connection-fhir-r4",
)
