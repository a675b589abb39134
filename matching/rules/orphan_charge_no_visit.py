"""A charge that no visit, stay, order or result explains."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Evidence, Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.rules._orphan import missed_booking, orphans
from matching.rules._shared import day, line_evidence, worth_of


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line of an orphan bill."""
    for bill in orphans(case, ctx):
        if missed_booking(case, bill) is not None:
            continue
        near = case.near_misses.get(bill.first.ref)
        nearest = (Evidence("nearest visit", f"{day(near[0].on)}, fits {near[1]:.2f}", near[0].ref),) if near else ()
        for line in bill.lines:
            cents, basis = (line.amount, "fee") if line.amount else worth_of(line.code, ctx, line.units or 1)
            yield Finding(
                rule=RULE.id,
                key=finding_key(RULE.id, str(line.ref)),
                subjects=(line.ref,),
                severity="high",
                confidence=0.85,
                person=case.person,
                on=line.dos_from,
                at_risk_cents=cents,
                at_risk_basis=basis,
                facts={"dos": day(line.dos_from), "code": line.code or ""},
                evidence=(*line_evidence(line, ctx), *nearest),
                proposal=Proposal("task", line.ref, text="check, then void"),
                fingerprint=evidence_fingerprint(line.ref, line.dos_from, line.code),
            )


RULE = Rule("orphan-charge-no-visit", "b", "high", find, 70)
