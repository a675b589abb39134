"""A charge with another date than its visit."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context, Visit
from matching.findings import Change, Finding, Rule
from matching.records import Charge
from matching.rules._difference import difference
from matching.rules._shared import day


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line whose day lies outside the visit's local days."""
    for visit in case.visits:
        for bill, score, how in visit.bills:
            for line in bill.lines:
                if _differs(visit, line):
                    changes: tuple[Change, ...] = (Change("dos_from", day(line.dos_from), day(visit.on)),)
                    if line.dos_to is not None:
                        changes += (Change("dos_to", day(line.dos_to), day(visit.on)),)
                    yield difference(
                        case, ctx, RULE.id, visit, line, changes,
                        severity="high" if line.status == "billed" else "medium",
                        confidence=0.9 if how == "explicit" else min(0.85, score),
                        cents=0, basis="audit risk", facts={},
                    )  # fmt: skip


def _differs(visit: Visit, line: Charge) -> bool:
    if line.dos_from is None or visit.on is None or visit.last_on is None:
        return False
    if line.dos_to is not None and line.dos_to != line.dos_from:
        return False  # a bill over several days
    return not visit.on <= line.dos_from <= visit.last_on


RULE = Rule("mm-dos", "c", "medium", find, 90)
