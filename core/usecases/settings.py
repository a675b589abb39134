"""Changing what holds for the whole practice. What somebody sets for themselves is kept by the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.changes import Changes
from core.desk import Desk
from core.errors import BadInput
from core.security.roles import require
from core.security.sign_in import write_names
from core.settings.store import get_setting, set_setting

CHANGEABLE = ("practice.name", "practice.time_zone", "outbox.hold_minutes", "approvals.kinds", "batch.tiers",
              "privacy.lock_minutes", "charge_lag.target_days", "offline.identity_hours",
              "offline.billing_hours")  # fmt: skip
"""What pages offer; thresholds of matching have use cases of their own."""


def change_settings(desk: Desk, values: Mapping[str, Any]) -> Changes[tuple[str, ...]]:
    """Change settings of the practice, all or none; gives those that really changed, each a row in the audit trail.

    Raises Refused for a role that may not, BadInput for a value that cannot be.
    """
    require(desk.role, "settings")
    changed = []
    with desk.store.write(desk.actor) as unit:
        for setting, value in values.items():
            if setting not in CHANGEABLE:
                raise BadInput(f"There is no setting {setting} here.", code="CM-SET-03")
            if get_setting(unit.connection, setting) != value:
                set_setting(unit, setting, value)
                changed.append(setting)
        changes = unit.changes(tuple(changed))
    if "practice.name" in changed:
        write_names(desk.store)
    return changes
