"""A test done in house that no bill contains."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Finding, Rule
from matching.rules._missing_line import missing


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per visit: by the result's own code, else by what was billed for such results before."""
    yield from missing(case, ctx, RULE.id, RULE.severity, ("in_house_lab",))


RULE = Rule("miss-inhouse-lab", "a", "medium", find, 50)
