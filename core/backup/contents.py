"""What a store holds, in the figures that people check a restore by, and whether every page of its file is whole."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from core.audit.trail import verify
from core.corrections.outbox import OPEN_STATES
from core.store.engine import Store
from core.store.tables.findings import decisions
from core.store.tables.intake import connections, pulls, raw_records
from core.store.tables.outbox import corrections
from core.store.tables.people import persons
from core.store.tables.trust import audit


@dataclass(frozen=True, slots=True)
class Contents:
    """Counts. `outbox` is what is not finished; `last_change_at` the newest row of the audit trail."""

    connections: int
    people: int
    records: int
    decisions: int
    outbox: int
    last_pull_at: str | None
    last_change_at: str | None

    def as_json(self) -> dict[str, Any]:
        """All of it under these names."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Tried:
    """A backup that was opened in a temporary store: what it holds, and whether its audit trail is whole."""

    made_at: str
    made_by: str
    size: int
    contents: Contents
    audit_rows: int
    is_trail_whole: bool
    last_good_row: int

    def as_json(self) -> dict[str, Any]:
        """The command line's document."""
        return {
            "made_at": self.made_at,
            "made_by": self.made_by,
            "bytes": self.size,
            **self.contents.as_json(),
            "audit": {"rows": self.audit_rows, "whole": self.is_trail_whole, "last_good": self.last_good_row},
        }


def count(connection: Connection) -> Contents:
    """Count what is in a store."""
    counts = [
        connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
        for table, where in (
            (connections, (connections.c.removed_at.is_(None),)),
            (persons, ()),
            (raw_records, (raw_records.c.is_current == 1, raw_records.c.gone_at.is_(None))),
            (decisions, (decisions.c.undone_at.is_(None),)),
            (corrections, (corrections.c.state.in_(OPEN_STATES),)),
        )
    ]
    pulled = connection.execute(select(func.max(pulls.c.finished_at))).scalar()
    changed = connection.execute(select(audit.c.at).order_by(audit.c.id.desc()).limit(1)).scalar()
    systems, people, records, decided, open_corrections = counts
    return Contents(systems, people, records, decided, open_corrections, pulled, changed)


def look_into(store: Store, made_at: str, made_by: str, size: int) -> Tried:
    """Count a store that was opened for trying, and check its trail."""
    with store.read() as connection:
        contents = count(connection)
    trail = verify(store)
    return Tried(made_at, made_by, size, contents, trail.rows, trail.is_whole, trail.last_good)
