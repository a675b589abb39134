"""A charge on a day whose only visit was cancelled or missed."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Change, Evidence, Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.money import worth_of_lines
from matching.rules._evidence import day, line_evidence
from matching.rules._orphan import missed_visit, orphans


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line; an unbilled one can be voided at once."""
    for bill in orphans(case, ctx):
        missed = missed_visit(case, bill, ctx)
        if missed is None:
            continue
        record = missed.encounter or missed.appointment
        status = (record.status if record else None) or ""
        for line in bill.lines:
            cents, basis = worth_of_lines([line], ctx)
            proposal = Proposal("void_charge", line.ref, (Change("status", line.status, "void"),))
            if line.status == "billed":
                proposal = Proposal("task", line.ref, text="void or correct the claim")
            yield Finding(
                rule=RULE.id,
                key=finding_key(RULE.id, str(line.ref)),
                subjects=(line.ref, missed.ref),
                severity="critical" if line.status == "billed" else RULE.severity,
                confidence=0.9,
                person=case.person,
                on=line.dos_from,
                at_risk_cents=cents,
                at_risk_basis=basis,
                facts={"dos": day(line.dos_from), "code": line.code or "", "status": status},
                evidence=(*line_evidence(line, ctx), Evidence("visit", status, missed.ref)),
                proposal=proposal,
                fingerprint=evidence_fingerprint(line.ref, status),
            )


RULE = Rule("orphan-charge-cancelled", "b", "high", find, 71)
