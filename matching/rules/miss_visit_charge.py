"""A visit that took place and has no charge at all."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context, Visit
from matching.findings import Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.learn import visit_type
from matching.link.bills import documented_codes
from matching.rules._shared import (
    BASIS_FEE,
    BASIS_HISTORY,
    BASIS_NONE,
    billing_system,
    day,
    draft_changes,
    has_held_charge,
    is_billable,
    is_due,
    visit_evidence,
)


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per visit; the codes that the documentation fixes are proposed, a missing one is not invented."""
    for visit in case.visits:
        if visit.bills or not is_billable(visit, ctx) or not is_due(visit, ctx) or has_held_charge(case, visit):
            continue
        codes = sorted(documented_codes(visit))
        cents, basis = _worth(visit, codes, ctx)
        encounter = visit.encounter
        assert encounter is not None
        yield Finding(
            rule=RULE.id,
            key=finding_key(RULE.id, str(encounter.ref)),
            subjects=(encounter.ref, *((visit.appointment.ref,) if visit.appointment else ())),
            severity="high",
            confidence=0.9 if codes else 0.7,
            person=case.person,
            on=visit.on,
            at_risk_cents=cents,
            at_risk_basis=basis,
            facts={
                "provider": ctx.name_of(visit.provider),
                "dos": day(visit.on),
                "type": encounter.type or encounter.cls or "",
                "sources": ", ".join(sorted(n for n, s in ctx.sources.items() if "charges" in s.complete_through)),
                "codes": ", ".join(codes),
            },
            evidence=visit_evidence(visit, ctx),
            proposal=Proposal(
                "create_charge_draft",
                changes=draft_changes(case, visit, ctx, _single(codes, encounter.type_codes)),
                system=billing_system(case, ctx, visit),
            ),
            fingerprint=evidence_fingerprint(encounter.ref, visit.on, *codes),
        )


def _single(codes: list[str], level: tuple[str, ...]) -> str | None:
    """The code to draft: the documented visit level, or the only service. Anything else is a person's choice."""
    if len(level) == 1:
        return level[0]
    return codes[0] if len(codes) == 1 else None


def _worth(visit: Visit, codes: list[str], ctx: Context) -> tuple[int, str]:
    priced = [ctx.practice.fees[code] for code in codes if code in ctx.practice.fees]
    if priced and len(priced) == len(codes):
        return sum(priced), BASIS_FEE
    usual = ctx.practice.visit_worth.get(visit_type(visit), ctx.practice.usual_worth)
    return (usual, BASIS_HISTORY) if usual is not None else (0, BASIS_NONE)


RULE = Rule("miss-visit-charge", "a", "high", find, 10)
