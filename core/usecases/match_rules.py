"""Changing how sure is sure: the thresholds of matching, by hand or as a calibration proposes."""

from __future__ import annotations

from collections.abc import Mapping

from core.changes import Changes
from core.desk import Desk
from core.errors import NotPossible
from core.match.measured import measured
from core.match.plan import plan_in_force, set_plan, thresholds, with_thresholds
from core.security.roles import require
from matching.plan import Plan


def accept_calibration(desk: Desk, shown: Mapping[str, float]) -> Changes[Plan]:
    """Put a calibration's proposal in force; `shown` are the thresholds that the person saw (`effects.after`).

    Every record is matched again in the next run. Raises Refused for a role that may not, and NotPossible where
    decisions made meanwhile lead to another proposal, or nothing would change.
    """
    require(desk.role, "settings")
    with desk.store.write(desk.actor) as unit:
        found, in_force = measured(desk.store, unit.connection), plan_in_force(unit.connection)
        proposed = found.plan(in_force)
        if thresholds(proposed) != dict(shown):
            raise NotPossible(
                "Decisions made meanwhile lead to other thresholds.", todo="Look at them again.", code="CM-MAT-02"
            )
        if thresholds(proposed) == thresholds(in_force):
            raise NotPossible("These thresholds are in force already.", code="CM-MAT-03")
        set_plan(unit, proposed, promised=found.promised)
        return unit.changes(proposed)


def change_thresholds(
    desk: Desk,
    *,
    strong: float | None = None,
    likely: float | None = None,
    unsure: float | None = None,
    link: float | None = None,
) -> Changes[Plan]:
    """Set thresholds by hand (None: as it is); also the way back to earlier ones, which the audit trail holds.

    Every record is matched again in the next run. Raises Refused for a role that may not, BadInput where the thresholds
    are in no order.
    """
    require(desk.role, "settings")
    asked = {"strong": strong, "likely": likely, "unsure": unsure, "link": link}
    with desk.store.write(desk.actor) as unit:
        plan = with_thresholds(plan_in_force(unit.connection), asked)
        set_plan(unit, plan)
        return unit.changes(plan)
