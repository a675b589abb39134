"""A documented procedure that no bill contains."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Finding, Rule
from matching.rules._missing_line import missing


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per visit, by the codes that the record names."""
    yield from missing(case, ctx, RULE.id, RULE.severity, ("procedure", "therapy"))


RULE = Rule("miss-procedure-charge", "a", "high", find, 20)
