"""Charges of a day, as the window works them: explain, close, open again, and take each of these back."""

from __future__ import annotations

from datetime import date

from core.changes import Changes
from core.days import close, explain
from core.days.reasons import Why
from core.desk import Desk
from core.security.roles import require


def explain_visit(desk: Desk, visit_id: str, why: Why) -> Changes[str]:
    """Say why a visit that no rule asks about yet needs no charge. Gives the explanation's id."""
    require(desk.role, "decide-charges")
    with desk.store.write(desk.actor) as unit:
        return unit.changes(explain.explain_visit(unit, visit_id, why))


def undo_explain(desk: Desk, explanation_id: str) -> Changes[None]:
    """Take such an explanation back."""
    require(desk.role, "decide-charges")
    with desk.store.write(desk.actor) as unit:
        explain.take_back(unit, explanation_id)
        return unit.changes(None)


def close_day(desk: Desk, on: date) -> Changes[str]:
    """Sign a day that adds up. Gives the closing's id."""
    require(desk.role, "close-days")
    with desk.store.write(desk.actor) as unit:
        return unit.changes(close.close_day(unit, on))


def undo_close(desk: Desk, closing_id: str) -> Changes[None]:
    """Take one's own signature back."""
    require(desk.role, "close-days")
    with desk.store.write(desk.actor) as unit:
        close.undo_closing(unit, closing_id)
        return unit.changes(None)


def reopen_day(desk: Desk, on: date, reason: str) -> Changes[str]:
    """Open a signed day again. Gives the reopening's id."""
    require(desk.role, "reopen-days")
    with desk.store.write(desk.actor) as unit:
        return unit.changes(close.reopen_day(unit, on, reason))


def undo_reopen(desk: Desk, reopening_id: str) -> Changes[None]:
    """Let a signature stand again."""
    require(desk.role, "reopen-days")
    with desk.store.write(desk.actor) as unit:
        close.undo_reopening(unit, reopening_id)
        return unit.changes(None)


def look_after_days(desk: Desk, on: date) -> Changes[None]:
    """What time brings: follow-up days that have come, and whether this day is still what was signed.

    Every signed day is looked at after each reconciling. Writes only where something is so.
    """
    today = desk.clock.today()
    with desk.store.read() as connection:
        closing = close.closing_of(connection, on)
        is_changed = closing is not None and bool(close.changed_visits(connection, closing))
        if not is_changed and not explain.is_anything_due(connection, today):
            return Changes(frozenset(), None)
    with desk.store.write(desk.actor) as unit:
        explain.bring_back(unit, today)
        close.notice_changes(unit)
        return unit.changes(None)
