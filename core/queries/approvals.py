"""What waits for a second person: one card per decision, with what would change and why somebody else is asked.

Hidden values leave here shortened; `reveal_change` gives one whole, and says so in the audit trail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from core.batch.state import pairs_waiting
from core.changes import Changes
from core.corrections.draft import body_of
from core.corrections.kinds import is_same_value
from core.desk import Desk
from core.errors import BadInput
from core.queries._compare import MASKED, plain
from core.security.roles import require
from core.store.tables.findings import decisions, findings, notes
from core.store.tables.intake import connections
from core.store.tables.outbox import correction_steps, corrections
from core.words import render
from matching.people import as_text

_REF = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9.\-]+")


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One field of one record, before and after, as plain text; "" where there is no value."""

    correction: str
    system: str
    kind: str
    number: str
    field: str
    before: str
    after: str
    is_masked: bool


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note on the finding."""

    by: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Approval:
    """One decision that waits. `asked` says why a second person is, `reason` what the first one wrote.

    `is_pair` tells whether two records of a patient are one; `stops` are the stop signs that stood on them.
    """

    decision: str
    finding: str
    rule: str
    is_pair: bool
    title: str
    sentence: str
    asked: str
    stops: tuple[str, ...]
    reason: str
    staged_by: str
    staged_at: str
    corrections: tuple[str, ...]
    lines: tuple[ChangeLine, ...]
    notes: tuple[NoteLine, ...]
    is_own: bool


def approvals(desk: Desk) -> list[Approval]:
    """Everything that waits for a second person, the oldest first; a batch waits as a whole on its own page."""
    require(desk.role, "see-patients")
    query = (
        select(corrections, connections.c.name.label("system"))
        .join(connections, connections.c.id == corrections.c.connection_id)
        .where(corrections.c.state == "awaiting-approval", corrections.c.finding_key.not_in(pairs_waiting()))
        .order_by(corrections.c.staged_at, corrections.c.id)
    )
    with desk.store.read() as connection:
        grouped: dict[str, list[RowMapping]] = {}
        for row in connection.execute(query).mappings():
            grouped.setdefault(row["decision_id"], []).append(row)
        return [_approval(connection, rows, desk.actor) for rows in grouped.values()]


def reveal_change(desk: Desk, correction_id: str, field: str) -> Changes[tuple[str, str]]:
    """The whole values of a hidden field, before and after. Who looked goes into the audit trail."""
    require(desk.role, "reveal")
    if field not in MASKED:
        raise BadInput("This field is not hidden.", code="CM-REV-01")
    with desk.store.write(desk.actor) as unit:
        row = unit.connection.execute(
            select(corrections.c.finding_key, corrections.c.changes).where(corrections.c.id == correction_id)
        ).one()
        found = next(change for change in row.changes if change["field"] == field)
        unit.audit("reveal", row.finding_key, field=field, correction=correction_id)
        return unit.changes((as_text(found["before"]), as_text(found["after"])))


def _approval(connection: Connection, rows: Sequence[RowMapping], actor: str) -> Approval:
    first = rows[0]
    finding = connection.execute(select(findings).where(findings.c.key == first["finding_key"])).mappings().one()
    decision = connection.execute(select(decisions).where(decisions.c.id == first["decision_id"])).mappings().one()
    title, sentence = render(finding["rule"], finding["facts"])
    asked = connection.execute(
        select(correction_steps.c.note)
        .where(correction_steps.c.correction_id == first["id"], correction_steps.c.to_state == "awaiting-approval")
        .order_by(correction_steps.c.id)
    ).scalars()
    written = connection.execute(
        select(notes.c.by, notes.c.at, notes.c.text)
        .where(notes.c.finding_key == first["finding_key"])
        .order_by(notes.c.id)
    )
    return Approval(
        decision=first["decision_id"],
        finding=first["finding_key"],
        rule=finding["rule"],
        is_pair=decision["answer"] == "same-person",
        title=title,
        sentence=sentence,
        asked=next((note for note in asked if note), ""),
        stops=tuple(part for part in str((finding["facts"] or {}).get("stops") or "").split("; ") if part),
        reason=decision["reason"] or "",
        staged_by=first["staged_by"],
        staged_at=first["staged_at"],
        corrections=tuple(row["id"] for row in rows),
        lines=tuple(line for row in rows for line in _lines(connection, row)),
        notes=tuple(NoteLine(row.by, row.at, row.text) for row in written),
        is_own=any(row["staged_by"] == actor for row in rows),
    )


def _lines(connection: Connection, row: RowMapping) -> list[ChangeLine]:
    number = _number(connection, row["connection_id"], row["target"]) if row["target"] else ""
    found = []
    for change in row["changes"]:
        name, before, after = change["field"], change["before"], change["after"]
        if is_same_value(before, after):
            continue
        texts = [_text(connection, row["connection_id"], name, value) for value in (before, after)]
        found.append(
            ChangeLine(
                correction=row["id"],
                system=row["system"],
                kind=row["kind"],
                number=number,
                field=name,
                before=texts[0],
                after=texts[1],
                is_masked=name in MASKED,
            )
        )
    return found


def _number(connection: Connection, connection_id: int, ref: str) -> str:
    """The number that people know a record by."""
    body = body_of(connection, connection_id, ref) or {}
    return str(body.get("mrn") or body.get("number") or ref.partition("/")[2])


def _text(connection: Connection, connection_id: int, field: str, value: Any) -> str:
    """A value as text; what names other records does so by the numbers that people know them by."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    if value and all(isinstance(part, str) and _REF.fullmatch(part) for part in parts):
        return ", ".join(_number(connection, connection_id, part) for part in parts)
    return plain(field, value)
