"""More units billed than were documented."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context, Visit
from matching.codes import family, is_evaluation
from matching.findings import Change, Finding, Rule
from matching.records import Charge
from matching.rules._difference import difference
from matching.rules._shared import worth_of


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line whose units the documentation does not carry; nothing is said where it is silent."""
    for visit in case.visits:
        for line in visit.lines:
            expected = expected_units(visit, line, ctx)
            if expected is None or line.units is None or line.units <= expected:
                continue
            cents, basis = worth_of(line.code, ctx, line.units - expected)
            yield difference(
                case, ctx, RULE.id, visit, line, (Change("units", line.units, expected),),
                severity="medium", confidence=0.85, cents=cents, basis="exposure" if cents else basis,
                facts={"expected": f"{expected:g}", "billed": f"{line.units:g}"},
            )  # fmt: skip


def expected_units(visit: Visit, line: Charge, ctx: Context) -> float | None:
    """How many units the visit's documentation supports, None where it does not tell."""
    code = line.code or ""
    if is_evaluation(code) or family(code) in ("draw", "lab", "vaccine", "imaging"):
        return 1
    events = [e for e in visit.events if e.code == code and e.status == "completed"]
    if events:
        told = [e.quantity for e in events if e.quantity]
        times = {(e.performed_start.on, e.performed_start.at) for e in events if e.performed_start}
        return float(sum(told)) if told else float(max(1, len(times)))
    if family(code) == "vaccine-admin":
        given = [e for e in visit.events if e.kind == "immunization" and e.status == "completed"]
        vaccines = {e.code or e.vaccine_cvx or e.internal_code for e in given if not e.is_historical}
        admins = [other for other in visit.lines if family(other.code or "") == "vaccine-admin"]
        others = sum(other.ref != line.ref and other.code != line.code for other in admins)
        return float(max(1, len(vaccines) - min(others, 1))) if vaccines else None
    return None


RULE = Rule("mm-units", "c", "medium", find, 92)
