"""The port: what a connector offers, and the plain values that cross it.

A connector lands raw payloads and sends approved corrections. It knows its protocol and nothing of the store; it
translates every failure of its world into `core.errors` at its own border.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from core.jobs import Job

WRITE_MODES = ("off", "dry-run", "on")


@dataclass(frozen=True, slots=True)
class RawItem:
    """One record as the source sent it. `form` + `kind` name the normaliser that reads it."""

    form: str
    kind: str
    id: str
    payload: bytes
    position: str
    version: str | None = None
    context: Mapping[str, str] | None = None  # reference text inside the payload -> Kind/id, where a bundle says so


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A piece of input that is no record: goes to quarantine with its raw bytes and a reason a person understands."""

    position: str
    reason: str
    code: str
    payload: bytes
    form: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """A bounded piece of a stream, landed whole or not at all.

    `cursor` is where to go on after this page (None at the end). On the last page of a stream `watermark` says up to
    which server time everything was delivered, and `is_snapshot` that whatever was not delivered in this pull is gone.
    """

    items: tuple[RawItem, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    deleted: tuple[tuple[str, str], ...] = ()  # (kind, id)
    cursor: str | None = None
    watermark: str | None = None
    complete_from: str | None = None
    complete_through: Mapping[str, str] | None = None  # entity -> instant, where the source states it
    is_snapshot: bool = False
    is_last: bool = False
    bytes: int = 0
    requests: int = 0
    retries: int = 0
    notes: tuple[str, ...] = ()
    total: int | None = None  # expected number of records in the stream, when known


@dataclass(frozen=True, slots=True)
class Capability:
    """What can be done with one kind of resource. `is_asked`: the system said so; else assumed."""

    kind: str
    can_read: bool = False
    can_search: bool = False
    can_create: bool = False
    can_update: bool = False
    can_patch: bool = False
    can_delete: bool = False
    is_versioned: bool = False
    operations: tuple[str, ...] = ()
    search_params: tuple[str, ...] = ()
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connection can do, asked or assumed, and the facts found on the way (software, version, limits)."""

    kinds: tuple[Capability, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def of(self, kind: str) -> Capability:
        """The capability for a kind; nothing can be done with an unknown one."""
        return next((c for c in self.kinds if c.kind == kind), Capability(kind, is_asked=False))


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a connection test: reach, certificate, sign-in, clock, permission, sample read, write check."""

    id: str
    outcome: str  # ok, warning, failed, skipped
    sentence: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a correction: whole values, in the names of the table format."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A correction as a connector sees it. `target` and `other` are Kind/id; `base` the raw record it is based on."""

    id: str
    kind: str
    target: str | None
    changes: tuple[FieldChange, ...]
    idempotency_key: str
    other: str | None = None
    base: bytes | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """An exact request, for dry-run and for the log of what was sent (never with secrets in its headers)."""

    method: str
    address: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The system took the correction. That is not yet verified."""

    target: str
    version: str | None
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A connection as its connector receives it. `secret(name)` fetches a secret when it is needed, never earlier."""

    name: str
    kind: str
    role: str
    url: str | None = None
    path: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    secret: Callable[[str], str | None] = lambda _name: None
    today: Callable[[], date] = date.today
    mappings: tuple[Mapping[str, Any], ...] = ()  # of columns, as `core.sheets.mapping` keeps them


class Connector(Protocol):
    """What every connection can do. File kinds answer `write` with NotPossible."""

    def probe(self) -> Capabilities:
        """Ask what the system can do."""

    def test(self) -> Iterator[Check]:
        """Run the connection test, a line at a time."""

    def streams(self) -> tuple[str, ...]:
        """What can be pulled, in the order it should be (people before their visits)."""

    def pull(self, stream: str, since: str | None, cursor: str | None, job: Job) -> Iterator[RawPage]:
        """Deliver a stream page by page: what changed since the watermark, or all of it; going on at a cursor."""

    def read(self, target: str) -> RawItem:
        """The record as it is now, with its version. Raises NotFound or Gone."""

    def find(self, order: Order) -> RawItem | None:
        """Look for the effect of an order whose answer was lost (a created record), by its idempotency key."""

    def plan(self, order: Order, current: RawItem | None) -> Request:
        """The exact request that would carry out the order on the current record. Raises NotPossible."""

    def write(self, order: Order, current: RawItem | None) -> Accepted:
        """Send the planned request once, guarded by the current record's version. Raises ConnectorError."""

    def hand_steps(self, order: Order) -> tuple[str, ...]:
        """What a person does in that system instead, step by step, with record numbers."""

    def close(self) -> None:
        """Let go of sockets and files."""


@dataclass(frozen=True, slots=True)
class AskFor:
    """One thing the connection wizard asks. `kind`: text, url, folder, choice, secret."""

    id: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    is_required: bool = False
    default: str = ""


@dataclass(frozen=True, slots=True)
class ConnectorKind:
    """What a connector module exposes as CONNECTOR. `checks` are the ids that its test usually has, in their order."""

    id: str
    order: int
    form: str  # the raw form it lands
    fields: tuple[AskFor, ...]
    make: Callable[[Settings], Connector]
    help_page: str = ""
    checks: tuple[str, ...] = ()
