"""Blood drawn here, and the draw is on no bill."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Finding, Rule
from matching.rules._missing_line import missing


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One draw per visit: recorded as such, or taken for tests that were billed with one before."""
    yield from missing(case, ctx, RULE.id, RULE.severity, ("specimen_draw",))


RULE = Rule("miss-draw", "a", "medium", find, 60)
