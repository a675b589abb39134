"""A charge on a day whose only booking was cancelled or not kept."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Change, Evidence, Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.rules._orphan import missed_booking, orphans
from matching.rules._shared import day, line_evidence, worth_of


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line; an unbilled one can be voided at once."""
    for bill in orphans(case, ctx):
        booking = missed_booking(case, bill)
        if booking is None:
            continue
        for line in bill.lines:
            cents, basis = (line.amount, "fee") if line.amount else worth_of(line.code, ctx, line.units or 1)
            proposal = Proposal("void_charge", line.ref, (Change("status", line.status, "void"),))
            if line.status == "billed":
                proposal = Proposal("task", line.ref, text="void or correct the claim")
            yield Finding(
                rule=RULE.id,
                key=finding_key(RULE.id, str(line.ref)),
                subjects=(line.ref, booking.ref),
                severity="critical" if line.status == "billed" else "high",
                confidence=0.9,
                person=case.person,
                on=line.dos_from,
                at_risk_cents=cents,
                at_risk_basis=basis,
                facts={"dos": day(line.dos_from), "code": line.code or "", "status": booking.status or ""},
                evidence=(*line_evidence(line, ctx), Evidence("booking", booking.status or "", booking.ref)),
                proposal=proposal,
                fingerprint=evidence_fingerprint(line.ref, booking.status),
            )


RULE = Rule("orphan-charge-cancelled", "b", "high", find, 71)
