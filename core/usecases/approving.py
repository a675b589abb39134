"""The second person, as the window asks it: a yes is held like a decision, so that a slip can be taken back."""

from __future__ import annotations

from core.changes import Changes
from core.corrections import attend
from core.desk import Desk
from core.settings.store import hold_time


def approve(desk: Desk, decision_id: str) -> Changes[int]:
    """Say yes to everything of a decision that waits; it goes when the practice's hold is over."""
    with desk.store.read() as connection:
        hold = hold_time(connection)
    return attend.approve(desk, (decision_id,), hold=hold)


def withdraw(desk: Desk, decision_id: str) -> Changes[int]:
    """Take one's own yes back while it is held."""
    return attend.withdraw(desk, decision_id)


def send_back(desk: Desk, decision_id: str, reason: str) -> Changes[None]:
    """Say no, with a reason: the finding is in its queue again, and the reason is a note on it."""
    return attend.send_back(desk, decision_id, reason)
