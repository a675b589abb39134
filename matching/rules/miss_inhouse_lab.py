"""A test done in house that no bill contains."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Finding, Rule
from matching.rules._missing_line import missing_by_code, missing_by_history


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """By the result's own billing code, else by what was billed for such results before."""
    yield from missing_by_code(case, ctx, RULE.id, "in_house_lab")
    yield from missing_by_history(case, ctx, RULE.id, "in_house_lab", frozenset({"lab"}))


RULE = Rule("miss-inhouse-lab", "a", "medium", find, 50)
