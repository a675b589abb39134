"""Closing hand work, and findings whose corrections are all verified, by what the store shows after a pull."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, select, update

from core.corrections import kinds, outbox
from core.corrections.conflict import missed
from core.corrections.orders import changes_of
from core.store.tables.findings import findings
from core.store.tables.outbox import corrections
from core.store.tables.records import RECORDS
from core.store.unit import Unit


def close_shown(unit: Unit) -> int:
    """Verify by-hand corrections that the pulled records show, and resolve findings with nothing left to do."""
    query = select(corrections).where(corrections.c.state.in_(("by-hand", "done-by-hand")))
    closed = 0
    for row in unit.connection.execute(query).mappings().all():
        if _is_shown(unit, row):
            note = "The last pull shows it."
            outbox.move(unit, row["id"], "verified", note, verified_at=unit.now)
            closed += 1
    resolve_finished(unit)
    return closed


def resolve_finished(unit: Unit) -> None:
    """A staged finding is resolved once all its corrections are verified; after a reversal it is open again."""
    query = select(findings.c.key).where(findings.c.status == "staged")
    for key in unit.connection.execute(query).scalars().all():
        rows = unit.connection.execute(
            select(corrections.c.state, corrections.c.reverses_id).where(corrections.c.finding_key == key)
        ).all()
        left = {row.state for row in rows} - {"verified", "reversed", "dropped"}
        if left:
            continue
        standing = [row for row in rows if row.state == "verified" and row.reverses_id is None]
        status, closed_at = ("resolved", unit.now) if standing else ("open", None)
        unit.connection.execute(
            update(findings)
            .where(findings.c.key == key)
            .values(status=status, changed_at=unit.now, closed_at=closed_at)
        )
        unit.touch("findings")


def _is_shown(unit: Unit, row: RowMapping) -> bool:
    if row["kind"] == kinds.CREATE_CHARGE:
        return _has_such_charge(unit, row)
    table = RECORDS["patients"] if "patient" in row["kind"] else RECORDS["charges"]
    query = select(table.c.body, table.c.gone_at).where(
        table.c.connection_id == row["connection_id"], table.c.ref == row["target"]
    )
    found = unit.connection.execute(query).one_or_none()
    if found is None:
        return False
    if row["kind"] in (kinds.FOLD_PATIENT, kinds.MERGE_PATIENT):
        # Systems show a finished merge in different ways: the record is gone, closed, or names the kept one.
        body: dict[str, Any] = found.body
        return bool(found.gone_at or body.get("merged_into") == row["other"] or body.get("active") is False)
    if row["kind"] == kinds.KEEP_PATIENT:
        taken = tuple(change for change in changes_of(row) if change.field != "replaces")
        return found.gone_at is None and not missed(taken, found.body)
    if row["kind"] == kinds.VOID_CHARGE and found.gone_at:
        return True
    return found.gone_at is None and not missed(changes_of(row), found.body)


def _has_such_charge(unit: Unit, row: RowMapping) -> bool:
    wanted = {change.field: change.after for change in changes_of(row)}
    table = RECORDS["charges"]
    query = select(table.c.body).where(
        table.c.connection_id == row["connection_id"],
        table.c.patient == wanted.get("patient"),
        table.c.on_date == wanted.get("dos_from"),
        table.c.gone_at.is_(None),
    )
    bodies = unit.connection.execute(query).scalars().all()
    return any(b.get("code") == wanted.get("code") and b.get("status") != "void" for b in bodies)
