"""A FHIR R4 server: reads what it declares, incrementally where it truly filters, and writes guarded by versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import orjson

from core.connectors import _fhir_edit as edit
from core.connectors import _fhir_search as search
from core.connectors import _fhir_server as server
from core.connectors._answers import json_of
from core.connectors._fhir_check import check_connection
from core.connectors._fhir_kinds import FORM, WANTED
from core.connectors._fhir_pull import StreamReader
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
    NotPossible,
    SignInNeeded,
    VersionConflict,
)
from core.jobs import Job


class FhirR4:
    """One connection to one server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.http = Http(settings)
        # The discovery documents are open; asking for them signed in would go in a circle.
        self._open = Http(settings)
        self.http.sign_in = sign_in_for(settings, lambda: server.smart_configuration(self._open))
        self.searcher = search.Searcher(self.http)
        self._known: Capabilities | None = None
        self._tags: dict[str, tuple[str | None, str]] = {}  # target -> version and ETag as last read

    def close(self) -> None:
        """Close the sockets."""
        self.http.close()
        self._open.close()

    # Reading.

    def probe(self) -> Capabilities:
        """What the server declares, less what the sign-in does not grant."""
        self._known = self._granted(server.capabilities_of(self._statement()))
        return self._known

    def _statement(self) -> Mapping[str, Any]:
        try:
            return server.capability_statement(self._open)
        except SignInNeeded:  # some servers show it only to those who signed in
            return server.capability_statement(self.http)

    def _granted(self, declared: Capabilities) -> Capabilities:
        sign_in = self.http.sign_in
        if not isinstance(sign_in, Token):
            return declared
        try:
            sign_in.headers()
        except ConnectorError:  # the sign-in has its own check, and its own words when something is read
            return declared
        return server.as_granted(declared, sign_in.granted)

    def capabilities(self) -> Capabilities:
        """What is known of the server, asked for once."""
        return self._known or self.probe()

    def test(self) -> Iterator[Check]:
        """Reach and certificate, version, sign-in, clock, rights, a sample, what can be written."""
        return check_connection(self)

    def streams(self) -> tuple[str, ...]:
        """The wanted resource types that can be searched here, people before their visits and visits before bills."""
        wanted = self.settings.options.get("kinds")
        chosen = {kind.strip() for kind in wanted.split(",")} if wanted else set(WANTED)
        searchable = {one.kind for one in self.capabilities().kinds if one.can_search}
        return tuple(kind for kind in WANTED if kind in chosen and kind in searchable)

    def pull(self, stream: str, since: str | None, cursor: str | None, job: Job) -> Iterator[RawPage]:
        """A stream page by page. Without an honest `_lastUpdated` everything is read again and compared by content."""
        yield from StreamReader(self.http, self.searcher, self.capabilities().of(stream), job).pages(since, cursor)

    def read(self, target: str) -> RawItem:
        """The record as it is now."""
        item, tag = search.read_record(self.http, target)
        if tag:
            self._tags[target] = (item.version, tag)
        return item

    def find(self, order: Order) -> RawItem | None:
        """The record that this order made, by our own identifier."""
        if order.target:
            return self.read(order.target)
        question = search.Question("ChargeItem", {"identifier": f"{edit.OURS}|{order.idempotency_key}"})
        for item in self.searcher.ask(question, Job()).items:
            marks = orjson.loads(item.payload).get("identifier")
            wanted = (edit.OURS, order.idempotency_key)
            if any((mark.get("system"), mark.get("value")) == wanted for mark in server.rows(marks)):
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


def _made(answer: httpx.Response) -> str:
    """Where a new record is: the Location header, else the record in the answer."""
    parts = answer.headers.get("Location", "").split("/_history")[0].rstrip("/").split("/")
    if len(parts) >= 2 and parts[-1]:
        return "/".join(parts[-2:])
    made: dict[str, Any] = json_of(answer)
    if made.get("id"):
        return f"{made.get('resourceType')}/{made['id']}"
    raise BadAnswer("The system made the record but does not say where.")


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
