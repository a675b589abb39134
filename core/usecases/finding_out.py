"""Matching and reconciling, as a person or a schedule starts them."""

from __future__ import annotations

from dataclasses import dataclass

from core.changes import Changes
from core.corrections.evidence import close_shown
from core.desk import Desk
from core.jobs import Job
from core.match.run import MatchResult, match
from core.reconcile.run import ReconcileResult, reconcile
from core.security.roles import require
from core.sync.state import PullResult
from core.usecases.intake import pull_now


@dataclass(frozen=True, slots=True)
class LookedAgain:
    """What one round of pull, match and reconcile brought."""

    pulled: tuple[PullResult, ...]
    matched: MatchResult
    found: ReconcileResult


def look_again(desk: Desk, names: tuple[str, ...] = (), job: Job | None = None) -> Changes[LookedAgain]:
    """Pull these connections (all when none is named), match and reconcile: what "Pull now" does."""
    pulled = pull_now(desk, names, job=job)
    matched, found = match_now(desk, job), reconcile_now(desk, job)
    return Changes(pulled.areas | matched.areas | found.areas, LookedAgain(pulled.value, matched.value, found.value))


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
