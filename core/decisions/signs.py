"""The stop signs of patient records as the store knows them: one answer for the page and for the guard behind it.

`matching.stops` looks at who the records say they are; visits, orders, flags and what was said before stand here.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from core.decisions.said import Said, earlier_no
from core.match.rows import patient_rows
from core.match.run import nicknames
from core.store.tables.intake import connections
from core.store.tables.records import RECORDS, patients
from matching.records import Ref
from matching.stops import stops as stop_signs

OPEN_ORDERS = frozenset({"active", "on_hold"})
_NO_VISIT = frozenset({"cancelled", "noshow", "no_show", "entered_in_error", "planned"})
_WORDS = {
    "visits_overlap": "Visits of both overlap in time at two places.",
    "orders": "Both records have open orders.",
    "confidential": "A record is flagged as confidential.",
}


@dataclass(frozen=True, slots=True)
class StopSign:
    """A stop sign: its code, a sentence for people, and the places of the records it is about."""

    code: str
    words: str
    places: frozenset[int]

    def concerns(self, members: Collection[int]) -> bool:
        """Whether it still stands when only these records are meant: of two that disagree, both must be there."""
        return len(self.places & frozenset(members)) >= min(2, len(self.places))


@dataclass(frozen=True, slots=True)
class Activity:
    """What hangs on a record in time. Dates are ISO days, None where there is none."""

    last_visit_on: str | None
    next_visit_on: str | None
    open_orders: int
    counts: Mapping[str, int]


def activity(connection: Connection, key: int, today: date, entities: Iterable[str]) -> Activity:
    """Counts per kind of what hangs on a patient row, with the last visit up to today and the next one."""
    owner = connection.execute(select(patients.c.connection_id, patients.c.ref).where(patients.c.id == key)).one()
    counts: dict[str, int] = {}
    dates: list[str] = []
    for entity in entities:
        found = [row.on_date for row in _hanging(connection, entity, *owner)]
        counts[entity] = len(found)
        if entity in ("encounters", "appointments"):
            dates += [on for on in found if on]
    orders = sum(row.body.get("status") in OPEN_ORDERS for row in _hanging(connection, "orders", *owner))
    past, coming = [on for on in dates if on <= str(today)], [on for on in dates if on > str(today)]
    return Activity(max(past, default=None), min(coming, default=None), orders, counts)


def signs_of(
    connection: Connection, rows: Sequence[Mapping[str, Any]], today: date, *, but: str | None = None
) -> tuple[StopSign, ...]:
    """The stop signs of any two of these records (`core.match.rows`); `but` is a decision that is no earlier one."""
    seen = [activity(connection, row["key"], today, ("encounters", "appointments")) for row in rows]
    dated = [{**row, "last_activity_on": at.last_visit_on} for row, at in zip(rows, seen, strict=True)]
    found = [sign for a, b in itertools.combinations(range(len(rows)), 2) for sign in _between(dated, a, b)]
    visits = [_visits(connection, row) for row in rows]
    for a, b in itertools.combinations(range(len(rows)), 2):
        both = frozenset({a, b})
        # Places and orders have one name only inside one system; its copy elsewhere is no second visit.
        if rows[a]["system"] == rows[b]["system"]:
            if _overlap(visits[a], visits[b]):
                found.append(StopSign("visits_overlap", _WORDS["visits_overlap"], both))
            if seen[a].open_orders and seen[b].open_orders:
                found.append(StopSign("orders", _WORDS["orders"], both))
    # A record that is set apart stops every merge that it is part of.
    found += [
        StopSign("confidential", _WORDS["confidential"], frozenset({place}))
        for place, row in enumerate(rows)
        if row.get("is_confidential")
    ]
    places = {row["key"]: place for place, row in enumerate(rows)}
    for said in earlier_no(connection, list(places), but=but):
        found.append(StopSign("said_different", _said_words(said), frozenset({places[said.a], places[said.b]})))
    return tuple(found)


def standing_signs(
    connection: Connection,
    finding: Mapping[Any, Any],
    rows: Sequence[Mapping[str, Any]],
    today: date,
    *,
    but: str | None = None,
) -> tuple[StopSign, ...]:
    """The stop signs of a finding's records, and those that the matching run saw on them."""
    found = signs_of(connection, rows, today, but=but)
    known = {sign.words for sign in found}
    parts = str(finding["facts"].get("stops") or "").split("; ")
    everyone = frozenset(range(len(rows)))
    return (*found, *(StopSign("run", part, everyone) for part in parts if part and part not in known))


def refs_of(finding: Mapping[Any, Any]) -> list[Ref]:
    """The records that a finding is about."""
    return [Ref(s["system"], s["kind"], s["id"]) for s in finding["subjects"]]


def rows_of(connection: Connection, refs: Sequence[Ref]) -> tuple[list[Ref], list[dict[str, Any]]]:
    """The living ones of these records, and their rows (`core.match.rows`) in the same order."""
    query = (
        select(patients.c.id)
        .join(connections, connections.c.id == patients.c.connection_id)
        .where(patients.c.ref.in_([ref.local for ref in refs]))
    )
    rows = patient_rows(connection, connection.execute(query).scalars())
    by_ref = {(row["connection"], row["ref"]): row for row in rows}
    alive = [ref for ref in refs if (ref.system, ref.local) in by_ref]
    return alive, [by_ref[ref.system, ref.local] for ref in alive]


def _between(rows: Sequence[Mapping[str, Any]], a: int, b: int) -> Iterator[StopSign]:
    for stop in stop_signs(rows[a], rows[b], nicknames=nicknames()):
        yield StopSign(stop.code, stop.words, frozenset({a, b}))


def _said_words(said: Said) -> str:
    words = f"{said.by} said on {said.at[:10]} that these are different people: {said.reason or 'no reason given'}."
    return f"{words} Since then changed: {', '.join(said.changed)}." if said.changed else words


def _hanging(connection: Connection, entity: str, owner: int, ref: str) -> Sequence[Any]:
    table = RECORDS[entity]
    query = select(table.c.on_date, table.c.body).where(
        table.c.connection_id == owner, table.c.patient == ref, table.c.gone_at.is_(None)
    )
    return connection.execute(query).all()


def _visits(connection: Connection, row: Mapping[str, Any]) -> list[tuple[datetime, datetime, str]]:
    """Begin, end and place of the visits that say all three."""
    owner = select(patients.c.connection_id).where(patients.c.id == row["key"])
    found = []
    for visit in _hanging(connection, "encounters", connection.execute(owner).scalar_one(), row["ref"]):
        body = visit.body
        start, end = _moment(body.get("start")), _moment(body.get("end"))
        if start and end and body.get("location") and body.get("status") not in _NO_VISIT:
            found.append((start, end, str(body["location"])))
    return found


def _overlap(one: Iterable[tuple[datetime, datetime, str]], other: Sequence[tuple[datetime, datetime, str]]) -> bool:
    return any(
        a[2] != b[2] and (a[0].tzinfo is None) == (b[0].tzinfo is None) and a[0] < b[1] and b[0] < a[1]
        for a in one
        for b in other
    )


def _moment(value: Any) -> datetime | None:
    """A point in time with its hour; a bare day overlaps with nothing."""
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
