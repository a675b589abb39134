"""Imaging done here that no bill contains."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Finding, Rule
from matching.rules._missing_line import missing_by_code


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per service and visit."""
    yield from missing_by_code(case, ctx, RULE.id, "imaging")


RULE = Rule("miss-imaging", "a", "medium", find, 40)
