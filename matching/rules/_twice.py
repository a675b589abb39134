"""Lines that stand for the same service: same person, day, code, modifiers and provider."""

from __future__ import annotations

from collections import defaultdict

from matching.case import Case, Context
from matching.link.bills import LIVE
from matching.records import Charge

REPEATS = frozenset({"76", "77", "91", "59", "XE", "XS", "XP", "XU"})


def repeated(case: Case, ctx: Context) -> list[list[Charge]]:
    """Groups of lines of one identity, the one to keep first: linked to a visit, then entered earlier."""
    linked = {
        line.ref for visit in case.visits for bill, _, how in visit.bills if how == "explicit" for line in bill.lines
    }
    groups: defaultdict[tuple[object, ...], list[Charge]] = defaultdict(list)
    for line in case.charges:
        if line.status not in LIVE or not line.code or line.dos_from is None or (line.amount or 0) < 0:
            continue
        if REPEATS & set(line.modifiers) or (line.units or 1) < 0:
            continue
        groups[line.dos_from, line.code, tuple(sorted(line.modifiers)), ctx.provider(line.rendering), line.kind].append(
            line
        )
    found = [sorted(lines, key=lambda x: _order(x, x.ref in linked)) for lines in groups.values() if len(lines) > 1]
    return [lines for lines in found if len(lines) > allowed(case, lines)]


def allowed(case: Case, lines: list[Charge]) -> int:
    """How many lines of this identity the documentation supports: distinct times of the service that day."""
    times = {
        event.performed_start.at
        for visit in case.visits
        if visit.on == lines[0].dos_from
        for event in visit.events
        if event.code == lines[0].code and event.status == "completed" and event.performed_start
    }
    visits = sum(
        1
        for v in case.visits
        if v.happened and v.on == lines[0].dos_from and v.encounter and lines[0].code in v.encounter.type_codes
    )
    return max(1, len(times), visits)


def _order(line: Charge, is_linked: bool) -> tuple[bool, bool, str, str]:
    entered = line.entered_at.on.isoformat() if line.entered_at else "9999"
    return line.status != "billed", not is_linked, entered, str(line.ref)
