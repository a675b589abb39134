"""Deciding, as the window does it: with the practice's hold before anything is sent."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from core.changes import Changes
from core.decisions import decide as recording
from core.decisions import undo as taking_back
from core.decisions.decide import Answer, Decided
from core.desk import Desk
from core.errors import BadInput
from core.security.roles import require
from core.settings.store import hold_time
from core.store.tables.findings import notes


def decide(desk: Desk, answer: Answer) -> Changes[Decided]:
    """Record a decision; its corrections are held for the practice's hold time, so that a slip can be taken back."""
    return recording.decide(desk, answer, hold=_hold(desk))


def undo(desk: Desk, an_id: str) -> Changes[tuple[str, ...]]:
    """Take a decision back; a reversing correction is held like any other."""
    return taking_back.undo(desk, an_id, hold=_hold(desk))


def add_note(desk: Desk, key: str, text: str) -> Changes[None]:
    """Write a note on a finding."""
    require(desk.role, "see-patients")
    if not text.strip():
        raise BadInput("A note needs some words.", code="CM-NOT-02")
    with desk.store.write(desk.actor) as unit:
        unit.connection.execute(insert(notes).values(finding_key=key, by=unit.actor, at=unit.now, text=text.strip()))
        unit.audit("note", key)
        unit.touch("findings")
        return unit.changes(None)


def _hold(desk: Desk) -> timedelta:
    with desk.store.read() as connection:
        return hold_time(connection)
