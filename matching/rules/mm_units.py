"""A number of units on the bill that the documentation does not carry."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context, Visit
from matching.codes import family, is_evaluation
from matching.findings import Change, Finding, Rule
from matching.money import EXPOSURE, NONE, worth_of
from matching.records import Charge, ServiceEvent
from matching.rules._difference import Difference, difference, link_confidence
from matching.rules._timed import TIMED, timed_units
from matching.rules.miss_immunization_admin import COMPONENT

_ONCE = frozenset({"draw", "lab", "vaccine", "imaging"})
_COUNTED = frozenset({"", "unit", "units", "u", "un", "each", "ea", "1", "{unit}"})


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line; nothing is said where the documentation is silent."""
    for visit in case.visits:
        spans = {line.ref for bill, _, how in visit.bills if how == "span" for line in bill.lines}
        for line in visit.lines:
            told = None if line.ref in spans or not line.units else units_told(visit, line)
            if told is None or line.units is None or told[0] <= line.units <= told[1]:
                continue
            right = told[1] if line.units > told[1] else told[0]
            cents, basis = worth_of(line.code, ctx, abs(line.units - right))
            found = Difference(
                changes=(Change("units", line.units, right),),
                severity=RULE.severity,
                confidence=min(0.85, link_confidence(visit, line)),
                cents=cents,
                basis=basis if basis == NONE or line.units < right else EXPOSURE,
                facts={"expected": f"{right:g}", "billed": f"{line.units:g}"},
            )
            yield difference(case, ctx, RULE.id, visit, line, found)


def units_told(visit: Visit, line: Charge) -> tuple[float, float] | None:
    """The least and the most units that the visit's documentation carries, None where it does not tell."""
    code = line.code or ""
    if is_evaluation(code):
        return 1, 1
    events = [event for event in visit.events if event.code == code and event.status == "completed"]
    if code in TIMED:
        timed = timed_units(event for event in visit.events if event.status == "completed")
        return (timed[code], timed[code]) if timed and code in timed else None
    if family(code) == "vaccine-admin":
        return None if code == COMPONENT else _administrations(visit, line)
    if events:
        return _counted(events, line)
    return (1, 1) if family(code) in _ONCE else None


def _counted(events: list[ServiceEvent], line: Charge) -> tuple[float, float] | None:
    amounts = [event.quantity for event in events if event.quantity]
    if amounts and all((event.unit or "").lower() in _COUNTED for event in events):
        return float(sum(amounts)), float(sum(amounts))
    if amounts:
        return None  # a dose or a length: not a number of units
    times = {(event.performed_start.on, event.performed_start.at) for event in events if event.performed_start}
    # Payers want both sides as one line with a modifier, or as two units.
    sides = 2 if "50" in line.modifiers or any(event.body_side == "both" for event in events) else 1
    return 1, float(max(1, len(times)) * sides)


def _administrations(visit: Visit, line: Charge) -> tuple[float, float] | None:
    """Every vaccine given may be counted once; which one the first code took is not told."""
    given = [e for e in visit.events if e.kind == "immunization" and e.status == "completed" and not e.is_historical]
    vaccines = {event.code or event.vaccine_cvx or event.internal_code for event in given}
    if not vaccines:
        return None
    codes = {x.code for x in visit.lines if family(x.code or "") == "vaccine-admin" and x.code != COMPONENT}
    others = len(codes - {line.code})
    return 1, float(max(1, len(vaccines) - others))


RULE = Rule("mm-units", "c", "medium", find, 92)
