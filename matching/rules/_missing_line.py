"""What the rules of missing lines share: services of a visit that no line bills."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from matching.case import Case, Context, Service, Visit
from matching.codes import family
from matching.due import expects_services, has_held_charge, is_due, is_here, is_in_question
from matching.findings import Evidence, Finding, evidence_fingerprint, finding_key
from matching.learn import CONFIRMED
from matching.money import worth_of
from matching.records import Charge, Ref
from matching.rules._draft import draft
from matching.rules._evidence import day, line_evidence, search_evidence, visit_evidence

NEAR_DAYS = 3
_WITHOUT_VISIT_CODE = frozenset({"nurse", "lab_only"})


def missing(case: Case, ctx: Context, rule: str, severity: str, kinds: Collection[str]) -> Iterable[Finding]:
    """One finding per visit with services of these kinds that are due and on no bill."""
    for visit in case.visits:
        if not expects_lines(case, visit, ctx):
            continue
        listed = visit.lines_matched.open_services if visit.bills else visit.services
        found = [s for s in listed if s.kind in kinds and not is_billed_nearby(case, s.code, visit)]
        if found:
            yield missing_lines(case, ctx, rule, severity, visit, found)


def expects_lines(case: Case, visit: Visit, ctx: Context) -> bool:
    """Whether the lines of a visit should be there by now."""
    if not is_due(visit, ctx) or is_in_question(case, visit):
        return False
    if visit.bills:
        return is_here(visit, ctx)
    # Without any bill the visit itself speaks; where it expects no charge of its own, its services still may.
    cls = visit.encounter.cls if visit.encounter else None
    return cls in _WITHOUT_VISIT_CODE and expects_services(visit, ctx) and not has_held_charge(case, visit)


def missing_lines(  # noqa: PLR0917  (the case, then what is missing)
    case: Case, ctx: Context, rule: str, severity: str, visit: Visit, services: Sequence[Service], units: float = 1
) -> Finding:
    """The missing lines of one kind on one visit. The first is proposed; the next one is when that is done."""
    first = services[0]
    worth = [worth_of(service.code, ctx, units) for service in services]
    side = next((event.body_side for event in first.events if event.body_side), "")
    events = [event for service in services for event in service.events]
    return Finding(
        rule=rule,
        key=finding_key(rule, str(visit.ref)),
        subjects=(visit.ref, *dict.fromkeys(event.ref for event in events)),
        severity=severity,
        confidence=min(service.confidence for service in services),
        person=case.person,
        on=visit.on,
        at_risk_cents=sum(cents for cents, _ in worth),
        at_risk_basis=next((basis for cents, basis in worth if cents), worth[0][1]),
        facts={
            "event": "; ".join(dict.fromkeys(service.name for service in services)),
            "dos": day(visit.on),
            "code": ", ".join(service.code for service in services),
            "units": f"{units:g}",
        },
        evidence=(
            *(evidence for service in services for evidence in _service_evidence(service)),
            *visit_evidence(visit, ctx),
            *(evidence for line in visit.lines for evidence in line_evidence(line, ctx)[:1]),
            *search_evidence(case, visit, ctx),
        ),
        proposal=draft(case, ctx, visit, first.code, units=units, side=side or ""),
        fingerprint=evidence_fingerprint(visit.on, *(f"{service.ref} {service.code}" for service in services), units),
    )


def _service_evidence(service: Service) -> Iterable[Evidence]:
    yield Evidence("service", f"{service.name}, code {service.code}", service.ref)
    if service.seen:
        sure = "" if service.confidence >= CONFIRMED else "; please confirm"
        yield Evidence("code learned from", f"{service.seen} earlier visits of this practice{sure}", service.ref)


def is_billed_nearby(case: Case, code: str, visit: Visit) -> bool:
    """Whether a live line of this person has the code within three days and bills nothing else."""
    used = {
        line.ref
        for other in case.visits
        if other is not visit
        for covered in other.lines_matched.covered
        for line in covered.lines
    }
    return any(_is_near(charge, code, visit, used) for charge in case.charges)


def _is_near(charge: Charge, code: str, visit: Visit, used: set[Ref]) -> bool:
    if charge.status not in ("draft", "hold", "ready", "billed") or charge.ref in used:
        return False
    # One draw a day is billed, however it is done.
    is_same = charge.code == code or (family(code) == "draw" and family(charge.code or "") == "draw")
    if not is_same or charge.dos_from is None or visit.on is None:
        return False
    return abs((charge.dos_from - visit.on).days) <= NEAR_DAYS
