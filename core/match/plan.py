"""The plan of matching as the practice set it: kept among the settings, so that each change is in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from core.errors import BadInput
from core.settings.store import get_setting, set_setting
from core.store.unit import Unit
from matching.plan import DEFAULT_PLAN, Plan

SETTING = "match.plan"
THRESHOLDS = ("strong", "likely", "unsure", "link")


def plan_in_force(connection: Connection) -> Plan:
    """What runs go by: the defaults where the practice set nothing."""
    return laid_over(get_setting(connection, SETTING))


def promised_plan(connection: Connection) -> Plan:
    """What the tiers stand for. It differs from the plan in force after a calibration: where the model was too sure, a
    boundary of .99 lies higher than .99.
    """
    value = get_setting(connection, SETTING)
    return laid_over(value.get("promised", value))


def set_plan(unit: Unit, plan: Plan, promised: Plan | None = None) -> None:
    """Keep the thresholds of a plan; `promised` where they come from a calibration. Every record is matched again.

    Raises BadInput where the thresholds are in no order.
    """
    check_thresholds(plan)
    value: dict[str, Any] = thresholds(plan)
    if promised is not None:
        value["promised"] = thresholds(promised)
    set_setting(unit, SETTING, value)
    unit.connection.exec_driver_sql(
        "INSERT OR IGNORE INTO match_queue (patient_id) SELECT id FROM patients WHERE gone_at IS NULL"
    )


def thresholds(plan: Plan) -> dict[str, float]:
    """The four probabilities by name."""
    return {name: float(getattr(plan, name)) for name in THRESHOLDS}


def with_thresholds(plan: Plan, asked: Mapping[str, float | None]) -> Plan:
    """A plan with these thresholds, None leaving one as it is. Raises BadInput where they are in no order."""
    chosen: dict[str, Any] = {name: float(at) for name, at in asked.items() if at is not None}
    changed = replace(plan, **chosen)
    check_thresholds(changed)
    return changed


def check_thresholds(plan: Plan) -> None:
    """Raise BadInput unless 0 < unsure <= likely <= strong < 1 and likely <= link < 1."""
    rising = 0 < plan.unsure <= plan.likely <= plan.strong < 1
    if not rising or not plan.likely <= plan.link < 1:
        raise BadInput(
            "The thresholds must rise from unsure over likely to strong, between 0 and 1; "
            "what joins by itself must be at least likely.",
            code="CM-MAT-01",
        )


def laid_over(value: Mapping[str, Any]) -> Plan:
    """The defaults with what was set of them."""
    chosen: dict[str, Any] = {name: float(value[name]) for name in THRESHOLDS if name in value}
    return replace(DEFAULT_PLAN, **chosen)
