"""Vaccines given here, and fewer administrations on the bill than vaccines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matching.case import Case, Context, Service
from matching.codes import family
from matching.findings import Finding, Rule
from matching.link.services import event_key, is_real
from matching.records import Charge, ServiceEvent
from matching.rules._missing_line import expects_lines, missing_lines

# First and further vaccine: injected, and by mouth or nose (whose first code never stands beside an injected one).
INJECTED, FURTHER_INJECTED, SWALLOWED, FURTHER_SWALLOWED = "90471", "90472", "90473", "90474"
WITHOUT_NEEDLE = frozenset({"oral", "nasal"})
COMPONENT = "90461"  # counts further components of a vaccine, not vaccines


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per visit: no administration at all, or too few for the vaccines given."""
    for visit in case.visits:
        given = vaccines(visit.events, ctx)
        if not given or not visit.bills or not expects_lines(case, visit, ctx):
            continue
        short = len(given) - billed(visit.lines)
        code = code_for(given, visit.lines)
        # Where a practice never bills it this way there is another arrangement, or a reason.
        if short > 0 and code in ctx.practice.fees:
            event = given[-1]
            service = Service(code, event.ref, "immunization", event.name or code, tuple(given), 0.85)
            units = 1 if code in (INJECTED, SWALLOWED) else short
            yield missing_lines(case, ctx, RULE.id, RULE.severity, visit, [service], units)


def vaccines(events: Iterable[ServiceEvent], ctx: Context) -> list[ServiceEvent]:
    """Vaccines given here, each once, of those the practice is known to bill."""
    found: dict[str, ServiceEvent] = {}
    for event in sorted(events, key=lambda e: e.ref):
        is_known = event.code is not None or event_key(event) in ctx.practice.crosswalk
        if event.kind == "immunization" and is_known and is_real(event, ctx.practice.organizations):
            found.setdefault(event.vaccine_cvx or event.code or event_key(event), event)
    return list(found.values())


def billed(lines: Iterable[Charge]) -> float:
    """Administrations on the bill."""
    return sum(
        line.units or 1
        for line in lines
        if line.code and line.code != COMPONENT and family(line.code) == "vaccine-admin"
    )


def code_for(given: Sequence[ServiceEvent], lines: Sequence[Charge]) -> str:
    """The code of the next administration that is missing."""
    on_bill = {line.code for line in lines}
    has_first = bool(on_bill & {INJECTED, SWALLOWED, "90460"})
    injected = [event for event in given if (event.route or "").lower() not in WITHOUT_NEEDLE]
    if not has_first:
        return INJECTED if injected else SWALLOWED
    shots = sum(line.units or 1 for line in lines if line.code in (INJECTED, FURTHER_INJECTED, "90460"))
    return FURTHER_INJECTED if len(injected) > shots else FURTHER_SWALLOWED


RULE = Rule("miss-immunization-admin", "a", "medium", find, 31)
