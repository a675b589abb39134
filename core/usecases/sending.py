"""Sending corrections: the push, and bringing the local view up to what was read back."""

from __future__ import annotations

from core.changes import Changes
from core.corrections.evidence import resolve_finished
from core.corrections.outbox import due
from core.corrections.push import PushResult, is_paused, push
from core.desk import Desk
from core.jobs import Job
from core.match.run import match
from core.reconcile.run import reconcile
from core.security.roles import may, require
from core.settings.store import set_setting


def push_now(
    desk: Desk, *, only: tuple[str, ...] = (), is_dry_run: bool = False, job: Job | None = None
) -> Changes[PushResult]:
    """Send what is due and verify it; then look again at the cases it touched, so that every page agrees."""
    require(desk.role, "send")
    result = push(desk, only=only, is_dry_run=is_dry_run, job=job)
    if is_dry_run:
        return Changes(frozenset(), result)
    with desk.store.write(desk.actor) as unit:
        resolve_finished(unit)
    if result.verified:
        match(desk, job)
        reconcile(desk, job)
    return Changes(frozenset({"outbox", "findings", "visits", "people", "audit"}), result)


def push_due(desk: Desk) -> Changes[PushResult | None]:
    """Send what was held long enough, where the practice lets that happen by itself. Nothing due: nothing done."""
    with desk.store.read() as connection:
        held = [row for row in due(connection, desk.clock.now()) if row["state"] != "staged"]
        if is_paused(connection):
            held = []
    if not held or not may(desk.role, "send"):
        return Changes(frozenset(), None)
    changes = push_now(desk, only=tuple(row["id"] for row in held))
    return Changes(changes.areas, changes.value)


def pause_outbox(desk: Desk, *, is_paused: bool) -> Changes[None]:
    """Let nothing leave any more, or let it leave again. What is under way ends first; decisions go on waiting."""
    require(desk.role, "send")
    with desk.store.write(desk.actor) as unit:
        set_setting(unit, "outbox.paused", is_paused)
        unit.touch("outbox")
        return unit.changes(None)
