"""Reading the trail and checking that nobody changed it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from core.store.engine import Store
from core.store.tables.trust import audit
from core.store.unit import chain_hash


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain is whole, how many rows it has, and the last row that is certainly as it was written."""

    rows: int
    is_whole: bool
    last_good: int


def verify(store: Store) -> Verdict:
    """Recompute every hash. A changed, removed or inserted row breaks the chain at its place."""
    previous, rows, last_good = "", 0, 0
    with store.read() as connection:
        for row in connection.execute(select(audit).order_by(audit.c.id)).mappings():
            rows += 1
            body = {name: row[name] for name in ("at", "actor", "action", "subject", "detail")}
            if row["previous"] != previous or row["hash"] != chain_hash(previous, body) or row["id"] != last_good + 1:
                total = connection.exec_driver_sql("SELECT count(*) FROM audit").scalar() or rows
                return Verdict(int(total), is_whole=False, last_good=last_good)
            previous, last_good = row["hash"], row["id"]
    return Verdict(rows, is_whole=True, last_good=last_good)
