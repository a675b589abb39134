"""Settings of the practice: one table of defaults, all editable, each change an audit row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from core.corrections.approval import KINDS
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
        # Thresholds of matching people, as core.match.plan keeps them; empty: its defaults.
        "match.plan": {},
        "min_samples_for_median": 5,
        "history_years_new_patient": 3,
        # Days from a visit to the entry of its charge that the practice holds itself to.
        "charge_lag.target_days": 2,
        # Money in cents, times in days: what later stages of a charge are measured by.
        "unbilled_days": 7,
        "expected_pay_days": 30,
        "timely_warn_days": [30, 14, 7],
        "underpaid_abs": 200,
        "underpaid_pct": 2,
        "small_balance": 500,
        "elig_max_age_days": 30,
        "refile_gap_days": 30,
        "telehealth_default": {"pos": "10", "modifiers": []},
        # Where the practice is; empty: inferred from the data.
        "practice.time_zone": None,
        "practice.name": None,
        # Outbox: minutes a decision made in the window is held.
        "outbox.hold_minutes": 15,
        # What a second person has to agree to, see core.corrections.approval.KINDS.
        "approvals.kinds": [],
        # Tiers of which many pairs may be accepted together after a blind check ("strong"); empty: none.
        "batch.tiers": [],
        # Nothing leaves while it is paused; a restore pauses it.
        "outbox.paused": False,
        # How often a backup is made by itself, how many are kept, and where (empty: beside the store).
        "backup.schedule": "daily",
        "backup.keep": 7,
        "backup.folder": None,
        # Hours until a source's data counts as old: who people are, and bills.
        "offline.identity_hours": 24,
        "offline.billing_hours": 72,
        # Minutes without key or mouse until the window asks for the passphrase.
        "privacy.lock_minutes": 10,
    }
)

LIMITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "outbox.hold_minutes": (0, 24 * 60),
        "privacy.lock_minutes": (2, 30),
        "charge_lag.target_days": (0, 30),
        "backup.keep": (1, 365),
        "offline.identity_hours": (1, 720),
        "offline.billing_hours": (1, 720),
    }
)
"""Settings with a least and a most."""
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType({"backup.schedule": ("off", "daily", "weekly")})
"""Settings that are one of a few words."""


def get_setting(connection: Connection, setting: str) -> Any:
    """A setting's value, or its default."""
    row = connection.execute(select(settings.c.value).where(settings.c.id == setting)).one_or_none()
    return DEFAULTS.get(setting) if row is None else row.value


def hold_time(connection: Connection) -> timedelta:
    """How long what was decided in the window is held before it is sent."""
    return timedelta(minutes=get_setting(connection, "outbox.hold_minutes"))


def all_settings(connection: Connection) -> dict[str, Any]:
    """Every setting with its value in force."""
    return {**DEFAULTS, **dict(connection.execute(select(settings.c.id, settings.c.value)).all())}


def set_setting(unit: Unit, setting: str, value: Any) -> None:
    """Change a setting; the old and the new value go into the audit trail.

    Raises BadInput for an unknown one and for a value of another kind than its default.
    """
    if not setting.startswith("learned."):
        if setting not in DEFAULTS:
            raise BadInput(f"There is no setting {setting}.", code="CM-SET-01")
        if not _fits(DEFAULTS[setting], value) or not _is_sensible(setting, value):
            raise BadInput(f"The setting {setting} cannot have this value.", code="CM-SET-02")
    before = get_setting(unit.connection, setting)
    row = {"value": value, "changed_at": unit.now, "changed_by": unit.actor}
    statement = upsert(settings).values(id=setting, **row)
    unit.connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))
    if not setting.startswith("learned."):
        unit.audit("set", setting, before=before, after=value)
    unit.touch("settings")


def _fits(default: Any, value: Any) -> bool:
    """Whether a value is of its default's kind; a setting without a default is a text or nothing."""
    if default is None:
        return value is None or isinstance(value, str)
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, float):
        return isinstance(value, (int, float))
    return isinstance(value, type(default))


def _is_sensible(setting: str, value: Any) -> bool:
    if setting.startswith("match_"):
        return bool(0 <= value <= 1)
    if setting == "practice.time_zone":
        return value is None or value in available_timezones()
    if setting in CHOICES:
        return value in CHOICES[setting]
    if setting == "approvals.kinds":
        return set(value) <= set(KINDS)
    if setting == "batch.tiers":
        return set(value) <= {"strong"}
    if setting in LIMITS:
        least, most = LIMITS[setting]
        return bool(least <= value <= most)
    return not isinstance(value, (int, float)) or value >= 0
