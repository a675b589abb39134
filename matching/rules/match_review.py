"""A charge that may belong to one of several visits, or to one with a doubt: a person has to choose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from matching.case import Case, Context
from matching.findings import Change, Evidence, Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.money import worth_of_lines
from matching.rules._evidence import day, line_evidence


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per bill; the best visit is proposed where it stands out."""
    for question in case.questions:
        bill, (best, score) = question.bill, question.visits[0]
        if bill.on is None or ctx.today <= bill.on + timedelta(days=int(ctx.settings["charge_grace_days.office"])):
            continue  # its visit may still be on the way
        cents, basis = worth_of_lines(bill.lines, ctx)
        encounter = best.encounter
        is_own = encounter is not None and encounter.ref.system == bill.first.ref.system
        number = encounter.visit_number if encounter else None
        changes = (
            (Change("encounter", None, encounter.ref.local),)
            if encounter and is_own
            else (Change("visit_number", bill.first.visit_number, number),)
            if number
            else ()
        )
        yield Finding(
            rule=RULE.id,
            key=finding_key(RULE.id, str(bill.first.ref)),
            subjects=(bill.first.ref, *(visit.ref for visit, _ in question.visits)),
            severity=RULE.severity,
            confidence=round(score, 2),
            person=case.person,
            on=bill.on,
            at_risk_cents=cents,
            at_risk_basis=basis,
            facts={"n": str(len(question.visits)), "dos": day(bill.on), "code": ", ".join(sorted(bill.codes)),
                   **({"what": "one"} if len(question.visits) == 1 else {})},
            evidence=(
                *(evidence for line in bill.lines for evidence in line_evidence(line, ctx)),
                *(Evidence("possible visit", f"{day(v.on)} by {ctx.name_of(v.provider)}, fits {s:.2f}", v.ref)
                  for v, s in question.visits),
            ),
            proposal=Proposal("link_charge", bill.first.ref, changes) if changes else None,
            fingerprint=evidence_fingerprint(bill.first.ref, *(f"{v.ref} {s:.2f}" for v, s in question.visits)),
        )  # fmt: skip


RULE = Rule("match-review", "c", "low", find, 96)
