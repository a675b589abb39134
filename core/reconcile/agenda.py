"""Whose case has to be looked at: what changed, what time made due, what a system now read further makes certain."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, select

from core.reconcile.load import Loader
from core.settings.store import get_setting
from core.store.tables.people import case_queue
from core.store.tables.records import RECORDS
from matching.case import Context
from matching.learn import as_plain

STATE = "learned.state"
RULES_VERSION = 3
"""Raised whenever rules or linking change what they say, so that every case is looked at again."""
_WATCH_DAYS = 45
_NO_MATTER = ("learned.", "charge_lag.", "outbox.", "approvals.", "privacy.")
_MONEY = frozenset({"fees", "visit_worth", "usual_worth"})  # a price that moved is no reason to look at everybody


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits: rows of the queue, and the persons behind them."""

    rows: tuple[tuple[int, str], ...]
    persons: frozenset[str]


def read_queue(connection: Connection, loader: Loader) -> Queue:
    """The queue; "*" stands for everybody of a connection."""
    rows = tuple((row.connection_id, row.patient) for row in connection.execute(select(case_queue)))
    owners = {owner for owner, patient in rows if patient == "*"}
    touched = {loader.persons[row] for row in rows if row in loader.persons}
    touched |= {person for (owner, _), person in loader.persons.items() if owner in owners}
    return Queue(rows, frozenset(touched))


def made_due(connection: Connection, loader: Loader, ctx: Context) -> set[str]:
    """Persons for whom time, or a system that was read further, may have changed what absence means."""
    before: Mapping[str, Any] | None = get_setting(connection, STATE)
    if before is None or before.keys() != (now := state_of(ctx)).keys():
        return set()
    first = []
    if (before["today"], before["settled"]) != (now["today"], now["settled"]):
        first.append(min(before["today"], now["today"]))
    if before["through"] != now["through"]:
        first += [str(min(before["today"], *before["through"].values()))]
    if not first:
        return set()
    since = date.fromisoformat(min(first)) - timedelta(days=_WATCH_DAYS)
    until = max(date.fromisoformat(before["today"]), ctx.today)
    return _with_records(connection, loader, since, until)


def is_new_outlook(connection: Connection, ctx: Context) -> bool:
    """Whether settings, rules or what was learned changed, so that every case may read differently."""
    before = get_setting(connection, STATE)
    return before is not None and before["outlook"] != state_of(ctx)["outlook"]


def state_of(ctx: Context) -> dict[str, Any]:
    """What a run saw, to be compared with at the next."""
    through = {
        f"{name}/{entity}": on.isoformat()
        for name, source in ctx.sources.items()
        for entity, on in source.complete_through.items()
        if entity in ("charges", "encounters")
    }
    kept = as_plain(ctx.practice)
    settled = kept.pop("settled_through")
    learned = {k: v for k, v in kept.items() if k not in _MONEY and not k.endswith("_share")}
    learned["crosswalk"] = {k: [(e.code, e.confidence) for e in rows] for k, rows in ctx.practice.crosswalk.items()}
    chosen = {k: v for k, v in ctx.settings.items() if not k.startswith(_NO_MATTER)}
    seen = orjson.dumps([RULES_VERSION, chosen, learned], option=orjson.OPT_SORT_KEYS, default=str)
    return {
        "today": ctx.today.isoformat(),
        # Days, not instants: nothing here is decided by the hour.
        "through": dict(sorted(through.items())),
        "settled": settled,
        "outlook": hashlib.sha256(seen).hexdigest()[:16],
    }


def _with_records(connection: Connection, loader: Loader, since: date, until: date) -> set[str]:
    touched: set[str] = set()
    for entity in ("encounters", "appointments", "charges"):
        table = RECORDS[entity]
        query = select(table.c.connection_id, table.c.patient).where(
            table.c.on_date >= str(since), table.c.on_date <= f"{until}T99"
        )
        for connection_id, patient in connection.execute(query):
            if (connection_id, patient) in loader.persons:
                touched.add(loader.persons[connection_id, patient])
    return touched
