"""The outbox: a table of allowed moves in one place. Nothing changes a correction's state but `move`.

    staged -> held -> (awaiting-approval) -> queued -> sending -> accepted -> verified
                                                 any trouble -> conflict, failed, unknown, by-hand

"Accepted" is not "verified": only reading back and finding the approved values makes it that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from core.clock import iso_stamp
from core.errors import Bug, Refused
from core.store.tables.outbox import correction_steps, corrections
from core.store.unit import Unit

MOVES: dict[str, frozenset[str]] = {
    "staged": frozenset({"held", "awaiting-approval", "queued", "by-hand", "dropped"}),
    "held": frozenset({"awaiting-approval", "queued", "by-hand", "dropped"}),
    "awaiting-approval": frozenset({"held", "queued", "by-hand", "dropped"}),
    "queued": frozenset({"sending", "conflict", "failed", "by-hand", "verified", "dropped"}),
    # Once a request may have left, only an answer or a reading decides: there is no way back to "dropped".
    "sending": frozenset({"accepted", "unknown", "queued", "conflict", "failed", "by-hand"}),
    "unknown": frozenset({"accepted", "queued", "conflict", "failed"}),
    "accepted": frozenset({"verified", "failed"}),
    # What somebody agreed to and was then settled otherwise is agreed to anew.
    "conflict": frozenset({"queued", "awaiting-approval", "verified", "dropped"}),
    "failed": frozenset({"queued", "by-hand", "verified", "dropped"}),
    "by-hand": frozenset({"done-by-hand", "verified", "dropped", "queued", "awaiting-approval"}),
    "done-by-hand": frozenset({"verified", "by-hand"}),
    "verified": frozenset({"reversed"}),
    "dropped": frozenset(),
    "reversed": frozenset(),
}
STATES = tuple(MOVES)
OPEN_STATES = tuple(state for state, onward in MOVES.items() if onward and state != "verified")
NEEDS_YOU_STATES = ("conflict", "failed")
LEASE = timedelta(minutes=5)


def move(unit: Unit, correction_id: str, to: str, note: str = "", **values: Any) -> None:
    """Move a correction to another state, with its reason. Raises Refused for a move that the table does not allow."""
    current = unit.connection.execute(select(corrections.c.state).where(corrections.c.id == correction_id)).scalar()
    if current is None:
        raise Refused("There is no such correction.", code="CM-OUT-01")
    if to not in MOVES[current]:
        raise Refused(f"A correction that is {current} cannot become {to}.", code="CM-OUT-02")
    unit.connection.execute(update(corrections).where(corrections.c.id == correction_id).values(state=to, **values))
    _step(unit, correction_id, current, to, note)


def put(unit: Unit, row: dict[str, Any]) -> None:
    """Add a new correction; it begins as staged."""
    if row.get("state", "staged") != "staged":
        raise Bug("a correction begins as staged")
    unit.connection.execute(insert(corrections).values(**row, state="staged"))
    _step(unit, row["id"], None, "staged", "")


def due(connection: Connection, now: datetime, only: tuple[str, ...] = ()) -> list[RowMapping]:
    """Corrections to send now, oldest first: staged and queued ones, held ones whose time is over.

    `only` names corrections that a person sends at once, held or not.
    """
    stamp = iso_stamp(now)
    query = select(corrections).where(corrections.c.route == "api").order_by(corrections.c.staged_at, corrections.c.id)
    if only:
        query = query.where(corrections.c.id.in_(only), corrections.c.state.in_(("staged", "held", "queued")))
    else:
        query = query.where(
            corrections.c.state.in_(("staged", "queued"))
            | ((corrections.c.state == "held") & (corrections.c.held_until <= stamp)),
            corrections.c.next_try_at.is_(None) | (corrections.c.next_try_at <= stamp),
        )
    return list(connection.execute(query).mappings())


def lease(unit: Unit, correction_id: str, token: str, now: datetime) -> bool:
    """Take a correction for sending. False when another process holds it, or it is no longer to be sent."""
    taken = unit.connection.execute(
        update(corrections)
        .where(
            corrections.c.id == correction_id,
            corrections.c.state.in_(("staged", "held", "queued", "sending", "unknown", "accepted")),
            corrections.c.lease_until.is_(None) | (corrections.c.lease_until < iso_stamp(now)),
        )
        .values(lease=token, lease_until=iso_stamp(now + LEASE))
    )
    return taken.rowcount == 1


def holds(connection: Connection, correction_id: str, token: str) -> bool:
    """Whether the lease is still ours: asked inside the transaction that records `sending` (the fence)."""
    row = connection.execute(select(corrections.c.lease).where(corrections.c.id == correction_id)).scalar()
    return row == token


def release(unit: Unit, correction_id: str, token: str) -> None:
    """Give the lease back."""
    unit.connection.execute(
        update(corrections)
        .where(corrections.c.id == correction_id, corrections.c.lease == token)
        .values(lease=None, lease_until=None)
    )


def _step(unit: Unit, correction_id: str, before: str | None, after: str, note: str) -> None:
    unit.connection.execute(
        insert(correction_steps).values(
            correction_id=correction_id, at=unit.now, actor=unit.actor, from_state=before, to_state=after, note=note
        )
    )
    unit.audit("correction", correction_id, before=before, after=after, note=note)
    unit.touch("outbox")
