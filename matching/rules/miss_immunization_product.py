"""A vaccine given here whose product is on no bill."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Finding, Rule
from matching.rules._missing_line import missing


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per visit: by the record's own code, else by what was billed for this vaccine before."""
    yield from missing(case, ctx, RULE.id, RULE.severity, ("immunization",))


RULE = Rule("miss-immunization-product", "a", "medium", find, 30)
