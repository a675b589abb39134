"""Findings and visits into the store: nothing opens twice, what vanished closes, what was decided stays decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from core.store.tables.findings import finding_subjects, findings
from core.store.tables.people import persons, visits
from core.store.unit import Unit
from matching.case import Case, Context, Visit
from matching.findings import Finding, Proposal
from matching.records import Ref
from matching.rules._shared import is_billable, is_due

_CHUNK = 400


@dataclass(slots=True)
class Difference:
    """How many findings opened and closed."""

    opened: int = 0
    closed: int = 0


def save(unit: Unit, touched: set[str], found: Sequence[Finding]) -> Difference:
    """Bring the findings of these persons up to date."""
    difference = Difference()
    known = _known(unit, touched, {finding.key for finding in found})
    for finding in {f.key: f for f in found}.values():
        row = known.pop(finding.key, None)
        values = _values(unit, finding)
        if row is None:
            unit.connection.execute(insert(findings).values(**values, status="open", opened_at=unit.now))
            _save_subjects(unit, finding)
            difference.opened += 1
        elif _differs(row, values):
            status = _status(row, finding)
            difference.opened += status == "open" and row["status"] != "open"
            closed_at = None if status in ("open", "staged") else row["closed_at"]
            unit.connection.execute(
                update(findings)
                .where(findings.c.key == finding.key)
                .values(**values, status=status, closed_at=closed_at)
            )
    gone = [key for key, row in known.items() if row["status"] == "open"]
    for start in range(0, len(gone), _CHUNK):
        unit.connection.execute(
            update(findings)
            .where(findings.c.key.in_(gone[start : start + _CHUNK]))
            .values(status="fixed-outside", closed_at=unit.now, changed_at=unit.now)
        )
    difference.closed = len(gone)
    unit.touch("findings", "visits")
    return difference


def save_visits(unit: Unit, cases: Iterable[Case], ctx: Context) -> None:
    """Replace the visits of these cases, as the day page shows them."""
    cases = list(cases)
    ids = [case.person for case in cases]
    for start in range(0, len(ids), _CHUNK):
        unit.connection.execute(delete(visits).where(visits.c.person_id.in_(ids[start : start + _CHUNK])))
    rows = [_visit_row(case, visit, ctx) for case in cases for visit in case.visits if visit.encounter]
    if rows:
        unit.connection.execute(insert(visits), rows)


def forget_vanished(unit: Unit) -> None:
    """Visits of persons that no longer exist (their records went to other persons)."""
    unit.connection.execute(delete(visits).where(visits.c.person_id.not_in(select(persons.c.id))))


def _known(unit: Unit, touched: set[str], keys: set[str]) -> dict[str, Any]:
    """Findings of these persons, findings with these keys, and those of persons that vanished."""
    found: dict[str, Any] = {}
    for column, values in ((findings.c.person_id, sorted(touched)), (findings.c.key, sorted(keys))):
        for start in range(0, len(values), _CHUNK):
            rows = unit.connection.execute(
                select(findings).where(column.in_(values[start : start + _CHUNK]))
            ).mappings()
            found |= {row["key"]: row for row in rows}
    lost = select(findings).where(findings.c.person_id.is_not(None), findings.c.person_id.not_in(select(persons.c.id)))
    return found | {row["key"]: row for row in unit.connection.execute(lost).mappings()}


def _differs(row: Mapping[Any, Any], values: Mapping[str, Any]) -> bool:
    """Whether anything but the time of looking changed; a closed finding that is found again always counts."""
    if row["status"] in ("fixed-outside", "resolved"):
        return True
    return any(row[name] != values[name] for name in values if name != "changed_at")


def _status(row: Mapping[Any, Any], finding: Finding) -> str:
    status = str(row["status"])
    if status in ("fixed-outside", "resolved"):
        return "open"
    if status == "dismissed" and row["fingerprint"] != finding.fingerprint:
        return "open"
    return status


def _values(unit: Unit, finding: Finding) -> dict[str, Any]:
    return {
        "key": finding.key,
        "rule": finding.rule,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "person_id": finding.person,
        "on_date": str(finding.on) if finding.on else None,
        "at_risk_cents": finding.at_risk_cents,
        "at_risk_basis": finding.at_risk_basis,
        "deadline": str(finding.deadline) if finding.deadline else None,
        "facts": dict(finding.facts),
        "subjects": [ref.as_json() for ref in finding.subjects],
        "evidence": [
            {"label": e.label, "value": e.value, "ref": e.ref.as_json() if e.ref else None, "seen_at": None}
            for e in finding.evidence
        ],
        "proposal": _proposal(finding.proposal),
        "probability": finding.probability,
        "weights": [asdict(weight) for weight in finding.weights] or None,
        "fingerprint": finding.fingerprint,
        "changed_at": unit.now,
    }


def _proposal(proposal: Proposal | None) -> dict[str, Any] | None:
    if proposal is None:
        return None
    return {
        "kind": proposal.kind,
        "target": proposal.target.as_json() if proposal.target else None,
        "changes": [asdict(change) for change in proposal.changes],
        "text": proposal.text,
        "system": proposal.system or (proposal.target.system if proposal.target else ""),
    }


def _save_subjects(unit: Unit, finding: Finding) -> None:
    rows = [{"finding_key": finding.key, "ref": ref} for ref in dict.fromkeys(map(str, finding.subjects))]
    unit.connection.execute(insert(finding_subjects), rows)


def _visit_row(case: Case, visit: Visit, ctx: Context) -> dict[str, Any]:
    members = [r for r in (visit.encounter, *visit.repeats, visit.appointment) if r is not None]
    charges = [
        {"ref": str(line.ref), "score": round(score, 3), "how": how}
        for bill, score, how in visit.bills
        for line in bill.lines
    ]
    return {
        "id": str(visit.ref),
        "person_id": case.person,
        "on_date": str(visit.on) if visit.on else None,
        "members": [str(record.ref) for record in members],
        "charges": charges,
        "summary": _summary(case, visit, ctx),
    }


def _summary(case: Case, visit: Visit, ctx: Context) -> dict[str, Any]:
    encounter = visit.encounter
    assert encounter is not None
    start = encounter.start
    claimed: set[Ref] = {line.charge_id for claim in case.claims for line in claim.lines if line.charge_id}
    lines = visit.lines
    entered = [line.entered_at.on for line in lines if line.entered_at]
    is_claimed = bool(lines) and all(line.ref in claimed or line.status == "billed" for line in lines)
    charge = "done" if lines else "gap" if is_billable(visit, ctx) and is_due(visit, ctx) else "later"
    return {
        "time": start.at.strftime("%H:%M") if start and start.at else "",
        "provider": ctx.name_of(visit.provider),
        "visit_type": encounter.type or encounter.cls or "",
        "location": ctx.name_of(encounter.location),
        "status": encounter.status,
        "is_billable": is_billable(visit, ctx),
        "stage": {"visit": "done" if visit.happened else "later", "charge": charge,
                  "claim": "done" if is_claimed else "later", "paid": "later"},
        "lag_days": (min(entered) - visit.on).days if entered and visit.on else None,
        "codes": sorted(Counter(line.code for line in lines if line.code)),
    }  # fmt: skip
