"""Why a visit needs no charge, as people choose it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.errors import BadInput

REASONS = (
    "no-show",
    "left-before-seen",
    "nurse-visit-included",
    "global-period",
    "courtesy",
    "outside-system",
    "not-documented-yet",
    "wrong-visit",
    "other",
)
"""Their words stand in the window's language; here and in the trail they are these."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why nothing is due: one of REASONS, a few words, and the day it comes back on (None: never)."""

    reason: str
    note: str = ""
    follow_up: date | None = None

    def check(self, today: date) -> None:
        """Raise BadInput for a reason that is none of ours, "other" without words, or a day that is not to come."""
        if self.reason not in REASONS:
            raise BadInput("There is no such reason.", todo=f"Choose one of: {', '.join(REASONS)}.", code="CM-DAY-01")
        if self.reason == "other" and not self.note.strip():
            raise BadInput("“Other” needs a few words.", todo="Say what happened.", code="CM-DAY-02")
        if self.follow_up is not None and self.follow_up <= today:
            raise BadInput("A follow-up day lies in the future.", todo="Choose a later day, or none.", code="CM-DAY-06")

    def as_text(self) -> str:
        """One line for the trail: the reason and the words."""
        return ": ".join(part for part in (self.reason, self.note.strip()) if part)
