"""Blood drawn here for a test, and the draw is on no bill."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Finding, Rule
from matching.rules._missing_line import missing_by_history


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One draw per visit, where such tests were billed with a draw before."""
    yield from missing_by_history(case, ctx, RULE.id, "in_house_lab", frozenset({"draw"}))


RULE = Rule("miss-draw", "a", "low", find, 60)
