"""The plan of matching: thresholds and preferences, as one value that settings can hold. Versioned, fixed defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PLAN_VERSION = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """How sure is sure, how far to look, and who owns which field.

    `strong`, `likely` and `unsure` are the lowest probabilities of the three tiers; below `unsure` nothing is raised.
    `link` is what joins records into one person without asking, never without both birth dates where
    `birth_date_needed`. `largest_bucket` caps a blocking bucket before it is
    split. `owners` names, per field ("*" for the rest), the systems from the most to the least trusted.
    `preferences` gives the order of survivorship rules per field ("*" for the rest).
    """

    strong: float = 0.99
    likely: float = 0.9
    unsure: float = 0.1
    link: float = 0.9
    birth_date_needed: bool = True
    largest_bucket: int = 40
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    preferences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version: int = PLAN_VERSION

    @property
    def review_most(self) -> float:
        """The most that is said of a pair that a person must look at whatever else agrees: the middle of likely."""
        return (self.likely + self.strong) / 2

    def tier(self, probability: float) -> str:
        """strong, likely, unsure, or "" below all of them."""
        if probability >= self.strong:
            return "strong"
        if probability >= self.likely:
            return "likely"
        return "unsure" if probability >= self.unsure else ""


DEFAULT_PLAN = Plan()
