"""Settings of the practice: one table of defaults, all editable, each change an audit row."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from core.errors import BadInput
from core.store.tables.trust import settings
from core.store.unit import Unit

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        # Days a charge may take after the visit before its absence means something.
        "charge_grace_days.office": 3,
        "charge_grace_days.hospital": 5,
        "charge_grace_days.unsigned_note": 3,
        # Visit and charge links: accepted from, asked from, and the distance to the second best.
        "match_auto": 0.75,
        "match_review": 0.55,
        "match_margin": 0.10,
        "dos_window_days": 3,
        "min_samples_for_median": 5,
        "history_years_new_patient": 3,
        # Where the practice is; empty: inferred from the data.
        "practice.time_zone": None,
        "practice.name": None,
        # Outbox: minutes a decision made in the window is held, and whether a second person has to agree.
        "outbox.hold_minutes": 15,
        "approvals.required": False,
        "approvals.own": False,
        # Name -> role; empty: whoever opens the store is its owner.
        "people": {},
    }
)


def get_setting(connection: Connection, setting: str) -> Any:
    """A setting's value, or its default."""
    row = connection.execute(select(settings.c.value).where(settings.c.id == setting)).one_or_none()
    return DEFAULTS.get(setting) if row is None else row.value


def all_settings(connection: Connection) -> dict[str, Any]:
    """Every setting with its value in force."""
    return {**DEFAULTS, **dict(connection.execute(select(settings.c.id, settings.c.value)).all())}


def set_setting(unit: Unit, setting: str, value: Any) -> None:
    """Change a setting; the old and the new value go into the audit trail. Raises BadInput for an unknown one."""
    if setting not in DEFAULTS and not setting.startswith("learned."):
        raise BadInput(f"There is no setting {setting}.", code="CM-SET-01")
    before = get_setting(unit.connection, setting)
    row = {"value": value, "changed_at": unit.now, "changed_by": unit.actor}
    statement = upsert(settings).values(id=setting, **row)
    unit.connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))
    if not setting.startswith("learned."):
        unit.audit("set", setting, before=before, after=value)
    unit.touch("settings")
