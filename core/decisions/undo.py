"""Taking a decision back.

At once while nothing left, by a reversing correction afterwards, in honest words where neither is possible.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, select, update

from core.changes import Changes
from core.connectors._port import FieldChange
from core.corrections import kinds, outbox
from core.corrections.draft import Draft, body_of, stage
from core.days.close import require_open_day
from core.days.explain import end_with_decision
from core.decisions.judging import take_back
from core.desk import Desk
from core.errors import BadInput, NotPossible, Refused
from core.security.roles import require
from core.store.tables.findings import decisions, findings
from core.store.tables.outbox import corrections
from core.store.unit import Unit

_IN_FLIGHT = ("sending", "unknown", "accepted", "done-by-hand")


def undo(desk: Desk, an_id: str, *, hold: timedelta = timedelta(0)) -> Changes[tuple[str, ...]]:
    """Take back a decision, by its id, its finding's key or one of its corrections.

    Gives the ids of reversing corrections that were staged (none when nothing had left yet).
    """
    with desk.store.write(desk.actor) as unit:
        decision = _decision(unit, an_id)
        finding = (
            unit.connection.execute(select(findings).where(findings.c.key == decision["finding_key"])).mappings().one()
        )
        require(desk.role, "decide-pairs" if finding["rule"] == "duplicate-patient" else "decide-charges")
        if decision["undone_at"]:
            raise Refused("This was taken back already.", code="CM-UND-01")
        require_open_day(unit.connection, finding)
        rows = list(
            unit.connection.execute(
                select(corrections).where(corrections.c.decision_id == decision["id"]).order_by(corrections.c.id)
            ).mappings()
        )
        if any(row["state"] in _IN_FLIGHT for row in rows):
            raise Refused("It is on its way right now.", todo="Wait for the answer, then undo.", code="CM-UND-02")
        done = [row for row in rows if row["state"] == "verified" and not row["reverses_id"]]
        drafts = [_reversal(unit, row) for row in reversed(done)]
        for row in rows:
            if "dropped" in outbox.MOVES[row["state"]]:
                outbox.move(unit, row["id"], "dropped", "Taken back by a person.")
        unit.connection.execute(update(decisions).where(decisions.c.id == decision["id"]).values(undone_at=unit.now))
        take_back(unit, decision)
        end_with_decision(unit, decision["id"])
        status = "staged" if drafts else "open"
        unit.connection.execute(
            update(findings)
            .where(findings.c.key == finding["key"])
            .values(status=status, changed_at=unit.now, closed_at=None)
        )
        staged = stage(unit, finding["key"], decision["id"], drafts, hold=hold)
        unit.audit("undo", finding["key"], decision=decision["id"], corrections=staged)
        unit.touch("findings", "people", "outbox")
        return unit.changes(tuple(staged))


def _decision(unit: Unit, an_id: str) -> RowMapping:
    by_correction = select(corrections.c.decision_id).where(corrections.c.id == an_id).scalar_subquery()
    query = (
        select(decisions)
        .where((decisions.c.id == an_id) | (decisions.c.finding_key == an_id) | (decisions.c.id == by_correction))
        .order_by(decisions.c.at.desc())
    )
    found = unit.connection.execute(query).mappings().first()
    if found is None:
        raise BadInput("There is no decision or correction with this id.", code="CM-UND-03")
    return found


def _reversal(unit: Unit, row: RowMapping) -> Draft:
    inverse: dict[str, Any] | None = row["inverse"]
    if inverse is None:
        raise NotPossible(
            "This system cannot take this back: what was merged there stays merged.",
            todo="Ask that system's administrator for a chart correction.",
            code="CM-UND-04",
        )
    if row["kind"] == kinds.VOID_CHARGE:
        body = body_of(unit.connection, row["connection_id"], row["target"]) or {}
        again = {**body, "status": "ready"}
        changes = tuple(FieldChange(name, None, value) for name, value in sorted(again.items()) if value is not None)
        return Draft(
            kind=kinds.CREATE_CHARGE, connection_id=row["connection_id"], changes=changes, reverses_id=row["id"]
        )
    changes = tuple(FieldChange(c["field"], c["before"], c["after"]) for c in inverse["changes"])
    if row["kind"] == kinds.CREATE_CHARGE:  # the ledger may have moved it on since
        body = body_of(unit.connection, row["connection_id"], row["target"]) or {}
        changes = (FieldChange("status", body.get("status"), "void"),)
    return Draft(
        kind=inverse["kind"],
        connection_id=row["connection_id"],
        target=row["target"],
        other=row["other"],
        changes=changes,
        reverses_id=row["id"],
    )
