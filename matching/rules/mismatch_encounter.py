"""A visit entered twice, a kept booking without a visit, or systems that disagree about a visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from matching.case import Case, Context, Visit
from matching.findings import Evidence, Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.link.visits import took_place
from matching.records import Encounter, Ref
from matching.rules._candidates import has_candidate_visit
from matching.rules._evidence import day, visit_evidence

TWICE, KEPT, STATUS, DETAILS = "twice", "kept", "status", "details"
_DECIDED = frozenset({"finished", "fulfilled", "cancelled", "noshow"})


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per repeated encounter, per kept booking that led to no visit, and per visit told in two ways."""
    for visit in case.visits:
        for twin in visit.repeats:
            task = Proposal("task", twin.ref, text="mark one as entered in error")
            yield _finding(case, ctx, visit, TWICE, (twin.ref, visit.ref), task, again=twin.ref)
        if visit.encounter is None:
            if _is_undocumented(case, visit, ctx):
                task = Proposal("task", visit.ref, text="document the visit, or correct the booking")
                yield _finding(case, ctx, visit, KEPT, (visit.ref,), task)
        else:
            yield from _disagreements(case, ctx, visit)


def _is_undocumented(case: Case, visit: Visit, ctx: Context) -> bool:
    booking, on = visit.appointment, visit.on
    if booking is None or booking.status != "fulfilled" or on is None:
        return False
    if booking.location in ctx.practice.visits_not_loaded:
        return False
    is_near = any(v.encounter and v.on and abs((v.on - on).days) <= 1 for v in case.visits)
    is_near = is_near or has_candidate_visit(case, visit)
    return not is_near and ctx.today > on + timedelta(days=1) and ctx.visits_complete(on)


def _disagreements(case: Case, ctx: Context, visit: Visit) -> Iterable[Finding]:
    lead = visit.encounter
    assert lead is not None
    records = [*visit.others, *((visit.appointment,) if visit.appointment else ()), *visit.bookings]
    for other in records:
        told = {lead.status or "", other.status or ""}
        if told <= _DECIDED and took_place(lead.status or "") != took_place(other.status or ""):
            task = Proposal("task", visit.ref, text="settle whether the visit took place")
            yield _finding(case, ctx, visit, STATUS, (visit.ref, other.ref), task, a=lead.status, b=other.status)
            return
    for other in visit.others:
        fields = differing(lead, other, ctx)
        if fields:
            task = Proposal("task", other.ref, text="correct what is wrong")
            names = ", ".join(fields)
            yield _finding(case, ctx, visit, DETAILS, (other.ref, visit.ref), task, fields=names)


def differing(one: Encounter, other: Encounter, ctx: Context) -> tuple[str, ...]:
    """What two systems tell differently about one visit."""
    found = []
    if one.start and other.start and one.start.on not in (other.start.on, other.start.utc_on):
        found.append("day")
    a, b = ({ctx.provider(r.provider) for r in e.providers if r.provider} for e in (one, other))
    if a and b and not a & b:
        found.append("provider")
    if one.cls and other.cls and one.cls != other.cls:
        found.append("class")
    return tuple(found)


def _finding(  # noqa: PLR0917  (the case, then what is told twice)
    case: Case, ctx: Context, visit: Visit, what: str, subjects: tuple[Ref, ...], proposal: Proposal, **more: object
) -> Finding:
    told = {name: str(value) for name, value in more.items() if name != "again"}
    others = tuple(Evidence("other record", day(visit.on), ref) for ref in subjects if ref != visit.ref)
    systems = {f"source_{letter}": case.origin(ref) for letter, ref in zip("ab", subjects, strict=False)}
    return Finding(
        rule=RULE.id,
        key=finding_key(RULE.id, str(subjects[0])),
        subjects=subjects,
        severity="medium" if what == KEPT else RULE.severity,
        confidence=0.8 if what == KEPT else 0.85,
        person=case.person,
        on=visit.on,
        facts={"dos": day(visit.on), "what": what, **systems, **told},
        evidence=(*visit_evidence(visit, ctx), *others),
        proposal=proposal,
        fingerprint=evidence_fingerprint(what, *subjects, *told.values()),
    )


RULE = Rule("mismatch-encounter", "patients", "low", find, 95)
