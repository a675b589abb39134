"""The records of a pair or group as the review page lays them side by side, and what hangs on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from core.decisions.signs import activity
from core.match.rows import patient_rows
from core.store.tables.intake import connections
from core.store.tables.records import RECORDS, patients
from matching.records import Ref

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOVES = ("encounters", "appointments", "charges", "claims", "coverages", "orders", "notes")
"""What hangs on a patient record and moves with it."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class SideRecord:
    """One record of the comparison: its letter, where it lives, how old the reading is, and what hangs on it."""

    ref: Ref
    letter: str
    number: str
    read_at: str
    counts: Mapping[str, int]
    last_visit_on: str | None
    next_visit_on: str | None
    open_orders: int = 0


def records_of(connection: Connection, refs: Sequence[Ref]) -> dict[Ref, dict[str, Any]]:
    """The rows (`core.match.rows`) of those records that are still there."""
    wanted = {(ref.system, ref.local): ref for ref in refs}
    query = select(patients.c.id).join(connections, connections.c.id == patients.c.connection_id)
    ids: list[int] = []
    local = sorted({ref.local for ref in refs})
    for start in range(0, len(local), _CHUNK):
        ids += connection.execute(query.where(patients.c.ref.in_(local[start : start + _CHUNK]))).scalars()
    found: dict[Ref, dict[str, Any]] = {}
    for start in range(0, len(ids), _CHUNK):
        for row in patient_rows(connection, ids[start : start + _CHUNK]):
            ref = wanted.get((row["connection"], row["ref"]))
            if ref is not None:
                found[ref] = row
    return found


def side_of(connection: Connection, ref: Ref, place: int, row: Mapping[str, Any], today: date) -> SideRecord:
    """One record with its letter and what hangs on it."""
    stored = connection.execute(select(patients.c.fetched_at, patients.c.body).where(patients.c.id == row["key"])).one()
    hanging = activity(connection, row["key"], today, MOVES)
    return SideRecord(
        ref=ref,
        letter=LETTERS[place % len(LETTERS)],
        number=stored.body.get("mrn") or ref.id,
        read_at=stored.fetched_at,
        counts=hanging.counts,
        last_visit_on=hanging.last_visit_on,
        next_visit_on=hanging.next_visit_on,
        open_orders=hanging.open_orders,
    )


def with_activity(connection: Connection, row: Mapping[str, Any], side: SideRecord) -> dict[str, Any]:
    """A row with its insurance, its number, and what happened last and comes next."""
    return {
        **row,
        **insurance_of(connection, row),
        "number": side.number,
        "last_visit_on": side.last_visit_on,
        "next_visit_on": side.next_visit_on,
        "open_orders": side.open_orders or None,
    }


def insurance_of(connection: Connection, row: Mapping[str, Any]) -> dict[str, str]:
    """Member ids and payers of a record's insurances, each once."""
    table = RECORDS["coverages"]
    of_patient = select(patients.c.connection_id).where(patients.c.id == row["key"]).scalar_subquery()
    query = select(table.c.body).where(
        table.c.connection_id == of_patient, table.c.patient == row["ref"], table.c.gone_at.is_(None)
    )
    bodies = connection.execute(query.order_by(table.c.ref)).scalars().all()
    return {
        name: ", ".join(dict.fromkeys(str(body[source]) for body in bodies if body.get(source)))
        for name, source in (("member_id", "member_id"), ("payer", "payer_name"))
    }


def label_of(record: Mapping[str, Any]) -> str:
    """A person as lists show them: last name, first names."""
    given = " ".join(part for part in (record.get("given_name"), record.get("middle_name")) if part)
    return ", ".join(part for part in (record.get("family_name"), given) if part) or "no name"
