"""Finds what waits for somebody under a record number, for the jump box."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, or_, select

from core.desk import Desk
from core.security.roles import require
from core.store.tables.findings import finding_subjects, findings
from core.store.tables.intake import connections
from core.store.tables.outbox import corrections
from core.store.tables.records import patients


@dataclass(frozen=True, slots=True)
class NumberHit:
    """Where a number leads: a page and the item on it."""

    page: str
    item: str


def find_number(desk: Desk, number: str) -> NumberHit | None:
    """The finding or correction that concerns a record, by its whole number; what is open comes first.

    `number` may also be the reference of a record (Kind/id) or the key of a finding or correction.
    """
    require(desk.role, "see-patients")
    number = number.strip()
    if not number:
        return None
    with desk.store.read() as connection:
        ending = f"%/{_literal(number)}"
        found = _finding(connection, or_(findings.c.key == number, finding_subjects.c.ref.like(ending, escape="!")))
        if found is None and (refs := _by_identifier(connection, number)):
            found = _finding(connection, finding_subjects.c.ref.in_(refs))
        if found is not None:
            return found
        sent = connection.execute(
            select(corrections.c.id)
            .where(or_(corrections.c.id == number, corrections.c.target.like(ending, escape="!")))
            .order_by(corrections.c.staged_at.desc())
            .limit(1)
        ).scalar()
    return None if sent is None else NumberHit("outbox", str(sent))


def _finding(connection: Connection, wanted: ColumnElement[bool]) -> NumberHit | None:
    query = (
        select(findings.c.key, findings.c.rule)
        .outerjoin(finding_subjects, finding_subjects.c.finding_key == findings.c.key)
        .where(wanted)
        .order_by(findings.c.status != "open", findings.c.changed_at.desc(), findings.c.key)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else NumberHit("patients" if row.rule == "duplicate-patient" else "charges", row.key)


def _by_identifier(connection: Connection, number: str) -> list[str]:
    """Patients that carry this number (a medical record number, a member id), as finding subjects name them."""
    carried = func.json_each(patients.c.body, "$.identifiers").table_valued("value", name="carried")
    query = (
        select(connections.c.name, patients.c.ref)
        .join(connections, connections.c.id == patients.c.connection_id)
        .where(
            or_(
                func.json_extract(patients.c.body, "$.mrn") == number,
                select(1).select_from(carried).where(func.json_extract(carried.c.value, "$.value") == number).exists(),
            )
        )
    )
    return [f"{name}/{ref}" for name, ref in connection.execute(query)]


def _literal(text: str) -> str:
    """A text that LIKE takes as it is."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
