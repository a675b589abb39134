"""What the settings page shows: the practice's settings in force, and who works here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from core.desk import Desk
from core.security.roles import require
from core.security.staff import Member, members
from core.settings.store import get_setting
from core.usecases.settings import CHANGEABLE


@dataclass(frozen=True, slots=True)
class SettingsView:
    """`values` by setting, `people` with the active ones first, `zones` every time zone that can be chosen."""

    values: Mapping[str, Any]
    people: tuple[Member, ...]
    zones: tuple[str, ...]


def settings_view(desk: Desk) -> SettingsView:
    """One reading of all of it; everybody may see how the practice is set."""
    require(desk.role, "own-settings")
    with desk.store.read() as connection:
        values = {setting: get_setting(connection, setting) for setting in CHANGEABLE}
        people = members(connection)
    return SettingsView(values, people, tuple(sorted(available_timezones())))


def hold_minutes(desk: Desk) -> int:
    """Minutes that what was decided or approved in the window is held."""
    with desk.store.read() as connection:
        minutes: int = get_setting(connection, "outbox.hold_minutes")
    return minutes


def lock_minutes(desk: Desk) -> int:
    """Minutes without key or mouse until the window locks."""
    with desk.store.read() as connection:
        minutes: int = get_setting(connection, "privacy.lock_minutes")
    return minutes
