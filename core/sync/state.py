"""What is remembered of pulls: the row of each, and per stream how far it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from core.connectors._port import RawPage
from core.ingest.land import Landed
from core.store.tables.intake import pulls, streams
from core.store.unit import Unit


@dataclass(slots=True)
class PullResult:
    """What a pull did: the keys of the JSON contract, then how it ended and its first problem."""

    name: str
    kind: str
    landed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    deleted: int = 0
    seconds: float = 0.0
    bytes: int = 0
    requests: int = 0
    retries: int = 0
    watermark: str | None = None
    outcome: str = "running"
    problem: dict[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """The contract's form."""
        return {name: getattr(self, name) for name in self.__slots__}

    def counts(self) -> dict[str, Any]:
        """The figures alone."""
        keys = ("landed", "unchanged", "quarantined", "deleted", "seconds", "bytes", "requests", "retries")
        return {key: getattr(self, key) for key in keys}

    def add(self, page: RawPage, landed: Landed) -> None:
        """Count one landed page."""
        self.landed += landed.landed
        self.unchanged += landed.unchanged
        self.quarantined += landed.quarantined
        self.deleted += landed.deleted
        self.bytes += page.bytes
        self.requests += page.requests
        self.retries += page.retries


@dataclass(slots=True)
class StreamState:
    """How far a stream was read. `cursor` with `pull_id` and `cursor_since` belong to a reading that was cut off."""

    stream: str
    watermark: str | None = None
    cursor: str | None = None
    pull_id: int | None = None
    cursor_since: str | None = None
    complete_through: str | None = None
    complete_from: str | None = None
    notes: dict[str, Any] = field(default_factory=dict)


_STATE = tuple(name for name in StreamState.__slots__ if name != "stream")


def begin_pull(unit: Unit, connection_id: int) -> int:
    """A new pull's row; gives its id."""
    made = unit.connection.execute(
        insert(pulls).values(connection_id=connection_id, started_at=unit.now, outcome="running", counts={})
    )
    return int(made.inserted_primary_key[0])  # type: ignore[index]  # an insert of one row has it


def end_pull(unit: Unit, pull_id: int, result: PullResult) -> None:
    """Close a pull's row."""
    unit.connection.execute(
        update(pulls)
        .where(pulls.c.id == pull_id)
        .values(finished_at=unit.now, outcome=result.outcome, counts=result.counts(), problem=result.problem)
    )


def load_stream(connection: Connection, connection_id: int, stream: str) -> StreamState:
    """A stream's state; an empty one for a stream never read."""
    query = select(streams).where(streams.c.connection_id == connection_id, streams.c.stream == stream)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return StreamState(stream)
    return StreamState(stream, **{name: row[name] for name in _STATE if name != "notes"}, notes=row["notes"] or {})


def save_stream(unit: Unit, connection_id: int, state: StreamState) -> None:
    """Store a stream's state."""
    values = {name: getattr(state, name) for name in _STATE}
    statement = upsert(streams).values(connection_id=connection_id, stream=state.stream, **values)
    unit.connection.execute(statement.on_conflict_do_update(index_elements=["connection_id", "stream"], set_=values))


def oldest_watermark(connection: Connection, connection_id: int) -> str | None:
    """The connection's watermark: what its slowest stream is read up to."""
    query = select(streams.c.watermark).where(streams.c.connection_id == connection_id)
    found = [mark for mark in connection.execute(query).scalars() if mark]
    return min(found, default=None)


def merge_notes(notes: Mapping[str, Any], page: RawPage, landed: Landed) -> dict[str, Any]:
    """What a person should know about a stream, each thing once: its connector's words, and fields nobody reads."""
    merged = dict(notes)
    if page.notes:
        merged["words"] = list(dict.fromkeys([*merged.get("words", ()), *page.notes]))
    for kind, names in landed.unmapped.items():
        listed = dict(merged.get("unmapped", {}))
        listed[kind] = sorted({*listed.get(kind, ()), *names})
        merged["unmapped"] = listed
    return merged
