"""The same service charged twice in one system."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Finding, Rule
from matching.rules._twice import surplus


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per surplus line: the one to give up first, the one to keep second."""
    yield from surplus(case, ctx, RULE.id, RULE.severity, is_cross=False)


RULE = Rule("dup-charge-exact", "d", "high", find, 80)
