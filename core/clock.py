"""The one place that asks what time it is, so that everything else can be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """`now()` in UTC; `today` as given on the command line, else the calendar day of this computer."""

    fixed_today: date | None = None
    now: Callable[[], datetime] = _now

    def today(self) -> date:
        """The date that rules take as today."""
        return self.fixed_today or self.now().astimezone().date()

    def stamp(self) -> str:
        """Now as ISO 8601 in UTC with milliseconds: sorts as text."""
        return iso_stamp(self.now())


def iso_stamp(moment: datetime) -> str:
    """An instant as text that sorts: 2026-11-17T08:55:00.000Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
