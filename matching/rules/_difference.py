"""What the rules of family (c) share: a line of a linked bill that differs from what was documented."""

from __future__ import annotations

from dataclasses import dataclass

from matching.case import Case, Context, Visit
from matching.findings import Change, Finding, Proposal, evidence_fingerprint, finding_key
from matching.records import Charge
from matching.rules._evidence import day, line_evidence, visit_evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs on one line, how bad and how sure that is, and what it is worth."""

    changes: tuple[Change, ...]
    severity: str
    confidence: float
    cents: int
    basis: str
    facts: dict[str, str]


def difference(  # noqa: PLR0917  (the case, the two sides, what differs)
    case: Case, ctx: Context, rule: str, visit: Visit, line: Charge, found: Difference
) -> Finding:
    """One finding on one line. A billed line is never amended in place: its proposal is a corrected claim, by hand."""
    is_billed = line.status == "billed"
    proposal = Proposal(
        "task" if is_billed else "amend_charge", line.ref, found.changes, "corrected claim" if is_billed else ""
    )
    return Finding(
        rule=rule,
        key=finding_key(rule, str(line.ref)),
        subjects=(line.ref, visit.ref),
        severity=found.severity,
        confidence=found.confidence,
        person=case.person,
        on=visit.on,
        at_risk_cents=found.cents,
        at_risk_basis=found.basis,
        facts={"dos": day(line.dos_from), "visit_date": day(visit.on), "code": line.code or "", **found.facts},
        evidence=(*visit_evidence(visit, ctx), *line_evidence(line, ctx)),
        proposal=proposal,
        fingerprint=evidence_fingerprint(line.ref, *(f"{c.field}={c.before}>{c.after}" for c in found.changes)),
    )


def link_confidence(visit: Visit, line: Charge) -> float:
    """How sure a line belongs to its visit: an explicit link speaks at 0.9, others as well as they fit."""
    for bill, score, how in visit.bills:
        if line in bill.lines:
            return 0.9 if how in ("explicit", "repeat") else min(0.9, score)
    return 0.0
