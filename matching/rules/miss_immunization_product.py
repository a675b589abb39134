"""A vaccine given here whose product is on no bill."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Finding, Rule
from matching.rules._missing_line import missing_by_code, missing_by_history


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """By the record's own billing code, else by what was billed for this vaccine before."""
    yield from missing_by_code(case, ctx, RULE.id, "immunization")
    yield from missing_by_history(case, ctx, RULE.id, "immunization", frozenset({"vaccine", "drug", "other"}))


RULE = Rule("miss-immunization-product", "a", "medium", find, 30)
