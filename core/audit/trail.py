"""Reading the trail and checking that nobody changed it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
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
    with store.read() as connection:
        return verify_rows(connection.execute(select(audit).order_by(audit.c.id)).mappings())


def verify_rows(rows: Iterable[Any]) -> Verdict:
    """The same over rows in the order of their ids; `detail` as a value or as the text it is stored as."""
    previous, last_good, count, is_whole = "", 0, 0, True
    for row in rows:
        count += 1
        if not is_whole:
            continue
        body = {name: row[name] for name in ("at", "actor", "action", "subject", "detail")}
        if isinstance(body["detail"], str):
            body["detail"] = orjson.loads(body["detail"])
        is_whole = row["previous"] == previous and row["hash"] == chain_hash(previous, body)
        is_whole = is_whole and row["id"] == last_good + 1
        if is_whole:
            previous, last_good = row["hash"], row["id"]
    return Verdict(count, is_whole=is_whole, last_good=last_good)
