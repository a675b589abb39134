"""Deciding, as the window does it: with the practice's hold before anything is sent."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, insert, select

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


def add_note(desk: Desk, key: str, text: str) -> Changes[int]:
    """Write a note on a finding. Gives the note's id."""
    require(desk.role, "see-patients")
    if not text.strip():
        raise BadInput("A note needs some words.", code="CM-NOT-02")
    with desk.store.write(desk.actor) as unit:
        row = {"finding_key": key, "by": unit.actor, "at": unit.now, "text": text.strip()}
        made = unit.connection.execute(insert(notes).values(**row)).inserted_primary_key
        unit.audit("note", key)
        unit.touch("findings")
        return unit.changes(int(made[0]) if made else 0)


def take_back_note(desk: Desk, note_id: int) -> Changes[None]:
    """Take one's own note away again."""
    require(desk.role, "see-patients")
    with desk.store.write(desk.actor) as unit:
        own = (notes.c.id == note_id) & (notes.c.by == unit.actor)
        key = unit.connection.execute(select(notes.c.finding_key).where(own)).scalar()
        if key is None:
            raise BadInput("There is no such note of yours.", code="CM-NOT-03")
        unit.connection.execute(delete(notes).where(own))
        unit.audit("undo-note", key)
        unit.touch("findings")
        return unit.changes(None)


def _hold(desk: Desk) -> timedelta:
    with desk.store.read() as connection:
        return hold_time(connection)
