"""Corrections in conflict, three ways per field: when it was decided, what was wanted, what the system says now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from core.corrections.draft import body_of
from core.corrections.kinds import is_same_value
from core.desk import Desk
from core.queries._compare import MASKED, plain
from core.security.roles import require
from core.store.tables.intake import connections
from core.store.tables.outbox import correction_steps, corrections


@dataclass(frozen=True, slots=True)
class ConflictField:
    """One field as plain text three times; "" where there is no value. `is_text` says whether another may be typed."""

    field: str
    base: str
    mine: str
    theirs: str
    is_text: bool


@dataclass(frozen=True, slots=True)
class ConflictView:
    """One correction. `agreed` are changes of it that nobody disagrees on; `number` is the record's number there."""

    id: str
    finding: str
    kind: str
    system: str
    number: str
    fields: tuple[ConflictField, ...]
    agreed: tuple[ConflictField, ...]
    decided_by: str
    decided_at: str
    checked_at: str


def conflicts(desk: Desk) -> list[ConflictView]:
    """All corrections in conflict, the oldest decision first."""
    require(desk.role, "see-patients")
    query = (
        select(corrections, connections.c.name.label("system"))
        .join(connections, connections.c.id == corrections.c.connection_id)
        .where(corrections.c.state == "conflict")
        .order_by(corrections.c.staged_at, corrections.c.id)
    )
    with desk.store.read() as connection:
        return [_view(connection, row) for row in connection.execute(query).mappings()]


def _view(connection: Connection, row: RowMapping) -> ConflictView:
    opposed = (row["result"] or {}).get("fields") or []
    names = {found["field"] for found in opposed}
    checked = connection.execute(
        select(correction_steps.c.at)
        .where(correction_steps.c.correction_id == row["id"], correction_steps.c.to_state == "conflict")
        .order_by(correction_steps.c.id.desc())
    ).scalar()
    body = (body_of(connection, row["connection_id"], row["target"]) if row["target"] else None) or {}
    return ConflictView(
        id=row["id"],
        finding=row["finding_key"],
        kind=row["kind"],
        system=row["system"],
        number=str(body.get("mrn") or (row["target"] or "").partition("/")[2]),
        fields=tuple(_field(found["field"], found["base"], found["mine"], found["theirs"]) for found in opposed),
        agreed=tuple(
            _field(change["field"], change["before"], change["after"], change["before"])
            for change in row["changes"]
            if change["field"] not in names and not is_same_value(change["before"], change["after"])
        ),
        decided_by=row["staged_by"],
        decided_at=row["staged_at"],
        checked_at=checked or row["staged_at"],
    )


def _field(name: str, base: Any, mine: Any, theirs: Any) -> ConflictField:
    values = (base, mine, theirs)
    is_text = name not in MASKED and all(value is None or isinstance(value, str) for value in values)
    return ConflictField(name, plain(name, base), plain(name, mine), plain(name, theirs), is_text)
