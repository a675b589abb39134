"""What a person does about a correction: approve, send back, resolve a conflict, retry, done by hand, drop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from core.changes import Changes
from core.corrections import outbox
from core.corrections.orders import correction_row
from core.desk import Desk
from core.errors import BadInput, Refused
from core.security.roles import require
from core.settings.store import get_setting
from core.store.tables.findings import decisions, findings
from core.store.tables.outbox import corrections
from core.store.unit import Unit


def approve(desk: Desk, ids: tuple[str, ...]) -> Changes[int]:
    """A second person says yes. Nobody approves their own."""
    require(desk.role, "approve")
    with desk.store.write(desk.actor) as unit:
        for correction_id in ids:
            row = _row(unit, correction_id)
            if row["staged_by"] == desk.actor and not get_setting(unit.connection, "approvals.own"):
                raise Refused("Nobody approves their own correction.", code="CM-APP-01")
            to = "by-hand" if row["route"] == "by-hand" else "queued"
            outbox.move(unit, correction_id, to, "Approved.", approved_by=unit.actor, approved_at=unit.now)
        return unit.changes(len(ids))


def send_back(desk: Desk, correction_id: str, reason: str) -> Changes[None]:
    """A second person says no, with a reason: the correction is dropped and its finding open again."""
    require(desk.role, "approve")
    if not reason:
        raise BadInput("Sending back needs a reason.", code="CM-APP-02")
    with desk.store.write(desk.actor) as unit:
        if _row(unit, correction_id)["state"] != "awaiting-approval":
            raise Refused("Only what waits for approval can be sent back.", code="CM-APP-03")
        _drop(unit, correction_id, f"Sent back: {reason}")
        return unit.changes(None)


def resolve(desk: Desk, correction_id: str, picks: Mapping[str, str], typed: Mapping[str, Any]) -> Changes[str]:
    """Settle a conflict field by field: `mine`, `theirs`, or a typed value. The result is sent as a new start.

    Every open field needs an answer. When everything is theirs, the correction is dropped: nothing is left to send.
    """
    require(desk.role, "decide-pairs" if desk.role == "front-desk" else "decide-charges")
    with desk.store.write(desk.actor) as unit:
        row = _row(unit, correction_id)
        if row["state"] != "conflict":
            raise Refused("This correction is in no conflict.", code="CM-CON-01")
        now = {f["field"]: f["theirs"] for f in (row["result"] or {}).get("fields", ())}
        unanswered = [f for f in now if f not in typed and picks.get(f) not in ("mine", "theirs")]
        if unanswered:
            raise BadInput("Choose for: " + ", ".join(unanswered) + ".", code="CM-CON-02")
        changes = []
        for change in row["changes"]:
            name = change["field"]
            if name not in now:
                changes.append(change)
            elif name in typed or picks[name] == "mine":
                changes.append({"field": name, "before": now[name], "after": typed.get(name, change["after"])})
        if not changes:
            _drop(unit, correction_id, "The newer values of that system stay.", status="resolved")
            return unit.changes("dropped")
        # What takes it back leads to the values of the other system's newer state, not to our older view.
        inverse = None
        if row["inverse"]:
            back = [{"field": c["field"], "before": c["after"], "after": c["before"]} for c in changes]
            inverse = {"kind": row["inverse"]["kind"], "changes": back}
        outbox.move(
            unit, correction_id, "queued", "Conflict settled.", changes=changes, inverse=inverse, result=None,
            attempts=0, next_try_at=None,
        )  # fmt: skip
        unit.audit("resolve-conflict", correction_id, picks=dict(picks), typed=sorted(typed))
        return unit.changes("queued")


def retry(desk: Desk, correction_id: str) -> Changes[None]:
    """Send a failed correction again, after a person looked at it."""
    require(desk.role, "send")
    with desk.store.write(desk.actor) as unit:
        outbox.move(unit, correction_id, "queued", "Tried again by a person.", next_try_at=None)
        return unit.changes(None)


def done_by_hand(desk: Desk, correction_id: str) -> Changes[None]:
    """A person did the steps; the next pull has to show it."""
    with desk.store.write(desk.actor) as unit:
        outbox.move(unit, correction_id, "done-by-hand", "Done by hand; waits for the next pull to show it.")
        return unit.changes(None)


def drop(desk: Desk, correction_id: str) -> Changes[None]:
    """Give a correction up before it was sent; its finding is open again."""
    with desk.store.write(desk.actor) as unit:
        _drop(unit, correction_id, "Dropped by a person.")
        return unit.changes(None)


def send_now(desk: Desk, ids: tuple[str, ...]) -> Changes[int]:
    """End the hold of these corrections (of all held ones when none is named): they go with the next push."""
    require(desk.role, "send")
    with desk.store.write(desk.actor) as unit:
        query = select(corrections.c.id).where(
            corrections.c.state.in_(("staged", "held")), corrections.c.route == "api"
        )
        found = list(unit.connection.execute(query.where(corrections.c.id.in_(ids)) if ids else query).scalars())
        for correction_id in found:
            outbox.move(unit, correction_id, "queued", "Sent by a person before the hold was over.", held_until=None)
        return unit.changes(len(found))


def _drop(unit: Unit, correction_id: str, note: str, *, status: str = "open") -> None:
    """Drop a correction with all that wait for it, and open its finding again when nothing of it was done."""
    outbox.move(unit, correction_id, "dropped", note)
    waiting = unit.connection.execute(
        select(corrections.c.id, corrections.c.state).where(corrections.c.after_id == correction_id)
    ).all()
    for waiting_id, state in waiting:
        if "dropped" in outbox.MOVES[state]:
            outbox.move(unit, waiting_id, "dropped", "What it waited for was dropped.")
    row = _row(unit, correction_id)
    left = unit.connection.execute(
        select(corrections.c.id).where(
            corrections.c.decision_id == row["decision_id"], corrections.c.state.not_in(("dropped",))
        )
    ).first()
    if left is None:
        unit.connection.execute(
            update(findings)
            .where(findings.c.key == row["finding_key"], findings.c.status == "staged")
            .values(status=status, changed_at=unit.now, closed_at=unit.now if status == "resolved" else None)
        )
        unit.connection.execute(
            update(decisions).where(decisions.c.id == row["decision_id"]).values(undone_at=unit.now)
        )
    unit.touch("findings")


def _row(unit: Unit, correction_id: str) -> Any:
    known = unit.connection.execute(select(corrections.c.id).where(corrections.c.id == correction_id)).scalar()
    if known is None:
        raise BadInput("There is no such correction.", code="CM-OUT-01")
    return correction_row(unit.connection, correction_id)
