"""A visit entered twice in one system, or a kept booking without a visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from matching.case import Case, Context
from matching.findings import Evidence, Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.rules._shared import day, visit_evidence


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per repeated encounter, and one per kept booking that led to no visit."""
    for visit in case.visits:
        for twin in visit.repeats:
            assert visit.encounter is not None
            yield Finding(
                rule=RULE.id,
                key=finding_key(RULE.id, str(twin.ref)),
                subjects=(twin.ref, visit.encounter.ref),
                severity="low",
                confidence=0.85,
                person=case.person,
                on=visit.on,
                facts={"dos": day(visit.on), "what": "twice"},
                evidence=(*visit_evidence(visit, ctx), Evidence("again", day(visit.on), twin.ref)),
                proposal=Proposal("task", twin.ref, text="mark one as entered in error"),
                fingerprint=evidence_fingerprint(twin.ref, visit.encounter.ref),
            )
        booking = visit.appointment
        if visit.encounter is None and booking and booking.status == "fulfilled" and visit.on is not None:
            is_near = any(v.encounter and v.on and abs((v.on - visit.on).days) <= 1 for v in case.visits)
            settled = visit.on + timedelta(days=1)
            if not is_near and ctx.today > settled and ctx.visits_complete(visit.on):
                yield Finding(
                    rule=RULE.id,
                    key=finding_key(RULE.id, str(booking.ref)),
                    subjects=(booking.ref,),
                    severity="medium",
                    confidence=0.8,
                    person=case.person,
                    on=visit.on,
                    facts={"dos": day(visit.on), "what": "kept"},
                    evidence=(Evidence("booking", booking.status or "", booking.ref),),
                    proposal=Proposal("task", booking.ref, text="document the visit, or correct the booking"),
                    fingerprint=evidence_fingerprint(booking.ref, booking.status),
                )


RULE = Rule("mismatch-encounter", "patients", "low", find, 95)
