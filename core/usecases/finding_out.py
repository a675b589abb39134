"""Matching and reconciling, as a person or a schedule starts them."""

from __future__ import annotations

from core.changes import Changes
from core.corrections.evidence import close_shown
from core.desk import Desk
from core.jobs import Job
from core.match.run import MatchResult, match
from core.reconcile.run import ReconcileResult, reconcile
from core.security.roles import require


def match_now(desk: Desk, job: Job | None = None) -> Changes[MatchResult]:
    """Link patients over all sources, as far as something changed."""
    require(desk.role, "pull")
    result = match(desk, job)
    with desk.store.write(desk.actor) as unit:
        unit.audit("match", **result.as_json())
    return Changes(frozenset({"people", "audit"}), result)


def reconcile_now(desk: Desk, job: Job | None = None) -> Changes[ReconcileResult]:
    """Run the rules over the cases that changed; close hand work that the store shows now."""
    require(desk.role, "pull")
    with desk.store.write(desk.actor) as unit:
        close_shown(unit)
    result = reconcile(desk, job)
    with desk.store.write(desk.actor) as unit:
        unit.audit("reconcile", **result.as_json())
    return Changes(frozenset({"findings", "visits", "outbox", "audit"}), result)
