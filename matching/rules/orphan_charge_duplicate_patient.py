"""A charge that sits on another record of the same patient than its visit: the ledger is split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from matching.case import Bill, Case, Context, Visit
from matching.findings import Change, Evidence, Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.money import FEE, NONE, worth_of_lines
from matching.records import Charge, Patient, Ref
from matching.rules._candidates import visit_of_candidate
from matching.rules._evidence import day, line_evidence, visit_evidence
from matching.rules._orphan import without_visit


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per bill: on the wrong one of several records of one person, or on a record not joined yet."""
    for bill in without_visit(case, ctx):
        found = visit_of_candidate(case, bill, ctx)
        if found is not None and found[0].patient is not None and bill.first.patient is not None:
            yield _finding(case, ctx, found[0], bill, found[0].patient, confidence=found[2])
    by_origin: defaultdict[str, list[Patient]] = defaultdict(list)
    for patient in case.patients:
        if not patient.merged_into and patient.active is not False:
            by_origin[case.origin(patient.ref)].append(patient)
    known = {patient.ref: patient for patient in case.patients}
    for visit in case.visits:
        seen = known.get(visit.patient) if visit.patient else None
        for bill, _, how in visit.bills:
            records = by_origin.get(case.origin(bill.first.ref), [])
            if seen is None or bill.first.patient is None or len(records) < 2 or how == "repeat":
                continue
            right = counterpart(case, seen, records)
            if right is not None and right != bill.first.patient and bill.first.patient in known:
                yield _finding(case, ctx, visit, bill, right)


def counterpart(case: Case, seen: Patient, records: Iterable[Patient]) -> Ref | None:
    """The record of the charging system that is the visit's: itself, else the only one that shares a number with it."""
    listed = list(records)
    if any(record.ref == seen.ref for record in listed):
        return seen.ref
    numbers = {(i.system, i.value) for i in seen.identifiers if i.system and i.type != "SS" and "ssn" not in i.system}
    shared = [r.ref for r in listed if numbers & {(i.system, i.value) for i in r.identifiers}]
    return shared[0] if len(shared) == 1 else None


def _finding(  # noqa: PLR0917  (the case, the visit, the bill and where it belongs)
    case: Case, ctx: Context, visit: Visit, bill: Bill, right: Ref, confidence: float = 0.85
) -> Finding:
    charge = bill.first
    assert charge.patient is not None
    is_billed = any(line.status == "billed" for line in bill.lines)
    cents, basis = worth_of_lines(bill.lines, ctx)
    move = Proposal("move_charge", charge.ref, (Change("patient", charge.patient.local, right.local),))
    return Finding(
        rule=RULE.id,
        key=finding_key(RULE.id, str(charge.ref)),
        subjects=(charge.ref, visit.ref, charge.patient, right),
        severity=RULE.severity,
        confidence=round(min(0.9, confidence), 2),
        person=case.person,
        on=visit.on,
        at_risk_cents=0 if is_billed else cents,
        at_risk_basis=NONE if is_billed else basis or FEE,
        facts={"a": right.id, "b": charge.patient.id, "dos": day(charge.dos_from), "code": charge.code or ""},
        evidence=(
            *visit_evidence(visit, ctx),
            Evidence("record of the visit", right.id, right),
            *(evidence for line in bill.lines for evidence in line_evidence(line, ctx)[:1]),
            Evidence("record of the charge", charge.patient.id, charge.patient),
        ),
        proposal=move if not is_billed and right.system == charge.ref.system else _by_hand(charge),
        fingerprint=evidence_fingerprint(charge.ref, charge.patient, right),
    )


def _by_hand(charge: Charge) -> Proposal:
    return Proposal("task", charge.ref, text="merge the records first; check the claim's member id")


RULE = Rule("orphan-charge-duplicate-patient", "b", "high", find, 72)
