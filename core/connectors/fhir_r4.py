"""A FHIR R4 server: reads what it declares, incrementally where it truly filters, and writes guarded by versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from core.connectors import _fhir_search as search
from core.connectors import _fhir_server as server
from core.connectors._fhir_check import check_connection
from core.connectors._fhir_json import OURS
from core.connectors._fhir_kinds import FORM, WANTED
from core.connectors._fhir_pull import StreamReader
from core.connectors._fhir_write import Writer, refuse_changed
from core.connectors._hand import hand_steps
from core.connectors._http import Http
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
from core.connectors._smart import AUTHS, Token, sign_in_for
from core.errors import ConnectorError, SignInNeeded
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
        self.writer = Writer(self.http, self.capabilities, self._etag)
        self._known: Capabilities | None = None
        self._tags: dict[str, tuple[str | None, str | None]] = {}  # target -> version and ETag as last read

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
        question = search.Question("ChargeItem", {"identifier": f"{OURS}|{order.idempotency_key}"})
        for item in self.searcher.ask(question, Job()).items:
            marks = orjson.loads(item.payload).get("identifier")
            wanted = (OURS, order.idempotency_key)
            if any((mark.get("system"), mark.get("value")) == wanted for mark in server.rows(marks)):
                return self.read(f"ChargeItem/{item.id}")
        return None

    # Writing.

    def plan(self, order: Order, current: RawItem | None) -> Request:
        """The exact request. Raises NotPossible for what this server does not take."""
        return self.writer.plan(order, current)

    def write(self, order: Order, current: RawItem | None) -> Accepted:
        """Send the planned request once. Without a version there, the record is read and compared right before."""
        if current is not None and not current.version:
            refuse_changed(current, self.read(f"{current.kind}/{current.id}"))
        return self.writer.send(order, current)

    def _etag(self, item: RawItem) -> str | None:
        version, tag = self._tags.get(f"{item.kind}/{item.id}", (None, None))
        return tag if version == item.version else None

    def hand_steps(self, order: Order) -> tuple[str, ...]:
        """What a person does in that system instead."""
        return hand_steps(order, self.settings.name)


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
    checks=("reach", "certificate", "sign-in", "clock", "permission", "sample", "write"),
)
