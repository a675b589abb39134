"""A charge that no visit, stay, order or result explains."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Evidence, Finding, Rule, evidence_fingerprint, finding_key
from matching.money import worth_of_lines
from matching.rules._evidence import day, line_evidence
from matching.rules._orphan import missed_visit, orphans, voiding


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line of an orphan bill."""
    for bill in orphans(case, ctx):
        if missed_visit(case, bill, ctx) is not None:
            continue
        near = case.near_misses.get(bill.first.ref)
        nearest = (Evidence("nearest visit", f"{day(near[0].on)}, fits {near[1]:.2f}", near[0].ref),) if near else ()
        for line in bill.lines:
            cents, basis = worth_of_lines([line], ctx)
            yield Finding(
                rule=RULE.id,
                key=finding_key(RULE.id, str(line.ref)),
                subjects=(line.ref,),
                severity=RULE.severity,
                confidence=0.85,
                person=case.person,
                on=line.dos_from,
                at_risk_cents=cents,
                at_risk_basis=basis,
                facts={"dos": day(line.dos_from), "code": line.code or ""},
                evidence=(*line_evidence(line, ctx), *nearest),
                proposal=voiding(line),
                fingerprint=evidence_fingerprint(line.ref, line.dos_from, line.code),
            )


RULE = Rule("orphan-charge-no-visit", "b", "high", find, 70)
