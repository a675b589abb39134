"""What a person does about a correction: approve, send back, settle a conflict, retry, done by hand, drop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from core.changes import Changes
from core.clock import iso_stamp
from core.corrections import outbox
from core.corrections.orders import correction_row
from core.decisions.judging import take_back
from core.desk import Desk
from core.errors import BadInput, Refused
from core.security.roles import require
from core.store.tables.findings import decisions, findings, notes
from core.store.tables.outbox import corrections
from core.store.unit import Unit


def approve(desk: Desk, ids: tuple[str, ...], *, hold: timedelta = timedelta(0)) -> Changes[int]:
    """A second person says yes to corrections, or to all of a decision; gives how many. Nobody approves their own.

    With a hold the yes itself can be taken back until it is over.
    """
    require(desk.role, "approve")
    until = iso_stamp(desk.clock.now() + hold) if hold else None
    with desk.store.write(desk.actor) as unit:
        waiting = [row for an_id in ids for row in _named(unit, an_id) if an_id == row["id"] or _is_waiting(row)]
        if not waiting:
            raise Refused("None of this waits for approval.", todo="Look at the list again.", code="CM-APP-04")
        for row in waiting:
            if row["staged_by"] == desk.actor:
                raise Refused("Nobody approves their own correction.", code="CM-APP-01")
            to = "by-hand" if row["route"] == "by-hand" else "held" if hold else "queued"
            outbox.move(
                unit, row["id"], to, "Approved.", approved_by=unit.actor, approved_at=unit.now,
                held_until=until if to == "held" else None,
            )  # fmt: skip
        return unit.changes(len(waiting))


def withdraw(desk: Desk, decision_id: str) -> Changes[int]:
    """Take one's own yes to a decision back while nothing of it has left; gives how many corrections wait again."""
    require(desk.role, "approve")
    with desk.store.write(desk.actor) as unit:
        given = [row for row in _named(unit, decision_id) if row["approved_by"] == desk.actor]
        if not given or any(row["state"] not in ("held", "by-hand") for row in given):
            raise Refused("It is no longer held.", todo="Undo it in the Outbox.", code="CM-APP-05")
        for row in given:
            outbox.move(
                unit, row["id"], "awaiting-approval", "The approval was taken back.", approved_by=None,
                approved_at=None, held_until=None,
            )  # fmt: skip
        return unit.changes(len(given))


def send_back(desk: Desk, an_id: str, reason: str) -> Changes[None]:
    """A second person says no to a decision (named by itself or one of its corrections), with a reason.

    Nothing of it is sent; its finding is open again, with the reason as a note.
    """
    require(desk.role, "approve")
    if not reason.strip():
        raise BadInput("Sending back needs a reason.", code="CM-APP-02")
    with desk.store.write(desk.actor) as unit:
        named = _named(unit, an_id)
        rows = [row for row in _named(unit, named[0]["decision_id"]) if row["state"] not in ("dropped", "reversed")]
        if not any(_is_waiting(row) for row in rows):
            raise Refused("Only what waits for approval can be sent back.", code="CM-APP-03")
        if any("dropped" not in outbox.MOVES[row["state"]] for row in rows):
            raise Refused("Part of this has left already.", todo="Undo it in the Outbox.", code="CM-APP-06")
        for row in rows:
            outbox.move(unit, row["id"], "dropped", f"Sent back: {reason.strip()}")
        key = rows[0]["finding_key"]
        _end_decision(unit, rows[0]["decision_id"], key, status="open")
        note = f"Sent back: {reason.strip()}"
        unit.connection.execute(insert(notes).values(finding_key=key, by=unit.actor, at=unit.now, text=note))
        unit.audit("send-back", key, reason=reason.strip())
        return unit.changes(None)


def resolve(desk: Desk, correction_id: str, picks: Mapping[str, str], typed: Mapping[str, Any]) -> Changes[str]:
    """Settle a conflict field by field: `mine`, `theirs`, or a typed value. The result is sent as a new start.

    Every open field needs an answer. When everything is theirs, the correction is dropped: nothing is left to send.
    Gives the state it has now.
    """
    _require_decider(desk)
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
        # A second person agreed to other values than these: they are asked anew.
        to = "awaiting-approval" if row["approved_by"] else "queued"
        outbox.move(
            unit, correction_id, to, "Conflict settled.", changes=changes, inverse=inverse, result=None,
            attempts=0, next_try_at=None, staged_by=unit.actor, approved_by=None, approved_at=None,
        )  # fmt: skip
        unit.audit("resolve-conflict", correction_id, picks=dict(picks), typed=sorted(typed))
        return unit.changes(to)


def retry(desk: Desk, correction_id: str) -> Changes[None]:
    """Send a failed correction again, after a person looked at it."""
    require(desk.role, "send")
    with desk.store.write(desk.actor) as unit:
        outbox.move(unit, correction_id, "queued", "Tried again by a person.", next_try_at=None)
        return unit.changes(None)


def done_by_hand(desk: Desk, correction_id: str) -> Changes[None]:
    """A person did the steps; the next pull has to show it."""
    _require_decider(desk)
    with desk.store.write(desk.actor) as unit:
        outbox.move(unit, correction_id, "done-by-hand", "Done by hand; waits for the next pull to show it.")
        return unit.changes(None)


def drop(desk: Desk, correction_id: str) -> Changes[None]:
    """Give a correction up before it was sent; its finding is open again."""
    _require_decider(desk)
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
        _end_decision(unit, row["decision_id"], row["finding_key"], status=status)
    unit.touch("findings")


def _end_decision(unit: Unit, decision_id: str, finding_key: str, *, status: str) -> None:
    """Nothing of a decision is left to send: it no longer stands, and its finding is open again (or resolved)."""
    closed_at = unit.now if status == "resolved" else None
    unit.connection.execute(
        update(findings)
        .where(findings.c.key == finding_key, findings.c.status == "staged")
        .values(status=status, changed_at=unit.now, closed_at=closed_at)
    )
    unit.connection.execute(update(decisions).where(decisions.c.id == decision_id).values(undone_at=unit.now))
    if status == "open":
        take_back(
            unit, unit.connection.execute(select(decisions).where(decisions.c.id == decision_id)).mappings().one()
        )
    unit.touch("findings", "people")


def _require_decider(desk: Desk) -> None:
    """Whoever may decide findings of some kind may look after corrections."""
    require(desk.role, "decide-pairs" if desk.role == "front-desk" else "decide-charges")


def _is_waiting(row: RowMapping) -> bool:
    return bool(row["state"] == "awaiting-approval")


def _named(unit: Unit, an_id: str) -> list[RowMapping]:
    """The correction with this id, or all corrections of the decision with this id."""
    query = select(corrections).where((corrections.c.id == an_id) | (corrections.c.decision_id == an_id))
    rows = unit.connection.execute(query.order_by(corrections.c.staged_at, corrections.c.id)).mappings().all()
    if not rows:
        raise BadInput("There is no such correction.", code="CM-OUT-01")
    return list(rows)


def _row(unit: Unit, correction_id: str) -> Any:
    known = unit.connection.execute(select(corrections.c.id).where(corrections.c.id == correction_id)).scalar()
    if known is None:
        raise BadInput("There is no such correction.", code="CM-OUT-01")
    return correction_row(unit.connection, correction_id)
