"""What the rules of family (c) share: a line of a linked bill that differs from what was documented."""

from __future__ import annotations

from matching.case import Case, Context, Visit
from matching.findings import Change, Finding, Proposal, evidence_fingerprint, finding_key
from matching.records import Charge
from matching.rules._shared import day, line_evidence, visit_evidence


def difference(  # noqa: PLR0917  (the two sides, then what differs)
    case: Case,
    ctx: Context,
    rule: str,
    visit: Visit,
    line: Charge,
    changes: tuple[Change, ...],
    *,
    severity: str,
    confidence: float,
    cents: int,
    basis: str,
    facts: dict[str, str],
) -> Finding:
    """One finding on one line. A billed line is never amended in place: its proposal is a corrected claim, by hand."""
    is_billed = line.status == "billed"
    proposal = Proposal(
        "task" if is_billed else "amend_charge", line.ref, changes, "corrected claim" if is_billed else ""
    )
    return Finding(
        rule=rule,
        key=finding_key(rule, str(line.ref)),
        subjects=(line.ref, visit.ref),
        severity=severity,
        confidence=confidence,
        person=case.person,
        on=visit.on,
        at_risk_cents=cents,
        at_risk_basis=basis,
        facts={"dos": day(line.dos_from), "visit_date": day(visit.on), "code": line.code or "", **facts},
        evidence=(*visit_evidence(visit, ctx), *line_evidence(line, ctx)),
        proposal=proposal,
        fingerprint=evidence_fingerprint(line.ref, *(f"{c.field}={c.before}>{c.after}" for c in changes)),
    )
