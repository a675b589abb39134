"""Vaccines given here, and fewer administrations on the bill than vaccines."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context, Expected, Visit
from matching.codes import family
from matching.findings import Finding, Rule
from matching.records import ServiceEvent
from matching.rules._missing_line import finding
from matching.rules._shared import due_events

# A first injection and each further one; other schemes show in the practice's own history.
FIRST, FURTHER = "90471", "90472"


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per visit: no administration at all, or none for the further vaccines."""
    given: dict[int, tuple[Visit, list[ServiceEvent]]] = {}
    for visit, event in due_events(case, ctx, "immunization"):
        given.setdefault(id(visit), (visit, []))[1].append(event)
    for visit, events in given.values():
        billed = [line for line in visit.lines if line.code and family(line.code) == "vaccine-admin"]
        vaccines = {event.code or event.vaccine_cvx or event.internal_code for event in events}
        if not _bills_administration(ctx):
            continue
        if not billed:
            yield finding(case, ctx, RULE.id, visit, events[0], Expected(FIRST, 0.8, 0))
        elif len(vaccines) > 1 and sum(line.units or 1 for line in billed) < 2 and FURTHER in ctx.practice.fees:
            yield finding(case, ctx, RULE.id, visit, events[-1], Expected(FURTHER, 0.8, 0))


def _bills_administration(ctx: Context) -> bool:
    """Whether this practice bills administrations with these codes at all."""
    return FIRST in ctx.practice.fees


RULE = Rule("miss-immunization-admin", "a", "medium", find, 31)
