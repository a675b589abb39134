"""A charge with another date than its visit."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context, Visit
from matching.findings import Change, Finding, Rule
from matching.money import AUDIT
from matching.records import Charge
from matching.rules._difference import Difference, difference, link_confidence
from matching.rules._evidence import day


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line whose day lies outside the visit's local days."""
    for visit in case.visits:
        for line in visit.lines:
            if differs(visit, line):
                changes = [Change("dos_from", day(line.dos_from), day(visit.on))]
                if line.dos_to is not None:
                    changes.append(Change("dos_to", day(line.dos_to), day(visit.on)))
                found = Difference(
                    changes=tuple(changes),
                    severity="high" if line.status == "billed" else RULE.severity,
                    confidence=link_confidence(visit, line),
                    cents=0,
                    basis=AUDIT,
                    facts={},
                )
                yield difference(case, ctx, RULE.id, visit, line, found)


def differs(visit: Visit, line: Charge) -> bool:
    """Whether a line's day is none of its visit's: those from start to end, or the UTC day of an evening visit."""
    if line.dos_from is None or visit.on is None or visit.last_on is None:
        return False
    if line.dos_to is not None and line.dos_to != line.dos_from:
        return False  # a bill over several days
    done = {event.performed_start.on for event in visit.events if event.performed_start and event.code == line.code}
    utc = {encounter.start.utc_on for encounter in visit.encounters if encounter.start}
    if line.dos_from in done or (line.dos_from in utc and abs((line.dos_from - visit.on).days) == 1):
        return False
    return not visit.on <= line.dos_from <= visit.last_on


RULE = Rule("mm-dos", "c", "medium", find, 90)
