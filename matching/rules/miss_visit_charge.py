"""A visit that took place and has no charge at all."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context, Visit
from matching.due import has_held_charge, is_billable, is_charged, is_due, is_in_question
from matching.findings import Finding, Rule, evidence_fingerprint, finding_key
from matching.link.scores import known_codes
from matching.money import worth_of_visit
from matching.rules._candidates import is_charged_on_candidate
from matching.rules._draft import draft
from matching.rules._evidence import billing_read, day, search_evidence, visit_evidence


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per visit; the code that the documentation fixes is proposed, a missing one is not invented."""
    for visit in case.visits:
        if is_charged(visit) or not is_billable(visit, ctx) or not is_due(visit, ctx):
            continue
        if has_held_charge(case, visit) or is_in_question(case, visit):
            continue
        if not is_charged_on_candidate(case, visit, ctx):
            yield _finding(case, ctx, visit)


def _finding(case: Case, ctx: Context, visit: Visit) -> Finding:
    encounter = visit.encounter
    assert encounter is not None
    codes = sorted(known_codes(visit))
    cents, basis = worth_of_visit(visit, codes, ctx)
    read = billing_read(ctx)
    return Finding(
        rule=RULE.id,
        key=finding_key(RULE.id, str(visit.ref)),
        subjects=(visit.ref, *((visit.appointment.ref,) if visit.appointment else ())),
        severity=RULE.severity,
        confidence=0.9 if codes else 0.75,
        person=case.person,
        on=visit.on,
        at_risk_cents=cents,
        at_risk_basis=basis,
        facts={
            "provider": ctx.name_of(visit.provider),
            "dos": day(visit.on),
            "type": encounter.type or encounter.cls or "",
            "sources": ", ".join(sorted(read)),
            "through": day(min(read.values(), default=None)),
            "codes": ", ".join(codes),
            "signed": day(encounter.signed_at.on) if encounter.signed_at else "",
            **({"what": "signed"} if encounter.signed_at else {}),
        },
        evidence=(*visit_evidence(visit, ctx), *search_evidence(case, visit, ctx)),
        proposal=draft(case, ctx, visit, _single(codes, encounter.type_codes)),
        fingerprint=evidence_fingerprint(visit.ref, visit.on, *codes),
    )


def _single(codes: list[str], level: tuple[str, ...]) -> str | None:
    """The code to draft: the documented visit level, or the only service. Anything else is a person's choice."""
    if len(level) == 1:
        return level[0]
    return codes[0] if len(codes) == 1 else None


RULE = Rule("miss-visit-charge", "a", "high", find, 10)
