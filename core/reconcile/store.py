"""Findings and visits into the store: nothing opens twice, what vanished closes, what was decided stays decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from core.reconcile.day_visits import visit_row
from core.store.tables.findings import finding_subjects, findings
from core.store.tables.people import persons, visits
from core.store.unit import Unit
from matching.case import Case, Context
from matching.findings import Finding, Proposal
from matching.records import Ref
from matching.rules.duplicate_patient import PAIR
from matching.rules.duplicate_patient import RULE as DUPLICATE

_CHUNK = 400


@dataclass(slots=True)
class Difference:
    """How many findings opened and closed in a run."""

    opened: int = 0
    closed_keys: set[str] = field(default_factory=set)

    @property
    def closed(self) -> int:
        """Findings whose cause is gone."""
        return len(self.closed_keys)


def save(
    unit: Unit, persons_: set[str], found: Sequence[Finding], seen_at: Mapping[Ref, str], total: Difference
) -> None:
    """Bring the findings of these persons up to date. `seen_at`: when each record of theirs last came in."""
    known = _known(unit, findings.c.person_id, persons_)
    known |= _known(unit, findings.c.key, {finding.key for finding in found})
    _upsert(unit, found, known, seen_at, total)
    current = {finding.key for finding in found}
    _close(unit, [key for key, row in known.items() if key not in current and not _is_pair(row)], known, total)


def save_pairs(unit: Unit, found: Sequence[Finding], standing: Collection[str], total: Difference) -> None:
    """Bring the findings about open pairs up to date; those in `standing` are as they were."""
    known = {row["key"]: row for row in _pair_rows(unit.connection)}
    known |= _known(unit, findings.c.key, {finding.key for finding in found})
    _upsert(unit, found, known, {}, total)
    current = {finding.key for finding in found} | set(standing)
    _close(unit, [key for key, row in known.items() if key not in current and _is_pair(row)], known, total)


def known_pairs(connection: Connection) -> dict[str, float]:
    """Keys of the findings about open pairs, with the probability they were made with."""
    return {row["key"]: float(row["probability"] or 0) for row in _pair_rows(connection)}


def _pair_rows(connection: Connection) -> list[Any]:
    query = select(findings).where(findings.c.rule == DUPLICATE.id)
    return [row for row in connection.execute(query).mappings() if _is_pair(row)]


def _is_pair(row: Mapping[Any, Any]) -> bool:
    """Whether a finding is about two records that are two persons still: no one person's case decides it."""
    return bool(row["rule"] == DUPLICATE.id and row["facts"].get("what") == PAIR)


def _upsert(
    unit: Unit, found: Sequence[Finding], known: Mapping[str, Any], seen_at: Mapping[Ref, str], total: Difference
) -> None:
    for finding in {f.key: f for f in found}.values():
        row = known.get(finding.key)
        values = _values(unit, finding, seen_at)
        if row is None:
            unit.connection.execute(insert(findings).values(**values, status="open", opened_at=unit.now))
            _save_subjects(unit, finding)
            total.opened += 1
        elif _differs(row, values):
            status = _status(row, finding)
            if finding.key in total.closed_keys:
                total.closed_keys.discard(finding.key)  # it only moved to another person
            else:
                total.opened += status == "open" and row["status"] != "open"
            closed_at = None if status in ("open", "staged") else row["closed_at"]
            unit.connection.execute(
                update(findings)
                .where(findings.c.key == finding.key)
                .values(**values, status=status, closed_at=closed_at)
            )
            if row["subjects"] != values["subjects"]:
                unit.connection.execute(delete(finding_subjects).where(finding_subjects.c.finding_key == finding.key))
                _save_subjects(unit, finding)
    unit.touch("findings", "visits")


def _close(unit: Unit, keys: Sequence[str], known: Mapping[str, Any], total: Difference) -> None:
    """The cause is gone: somebody put it right outside. Decided findings keep their state."""
    gone = [key for key in keys if known[key]["status"] == "open"]
    for start in range(0, len(gone), _CHUNK):
        unit.connection.execute(
            update(findings)
            .where(findings.c.key.in_(gone[start : start + _CHUNK]))
            .values(status="fixed-outside", closed_at=unit.now, changed_at=unit.now)
        )
    total.closed_keys.update(gone)


def save_visits(unit: Unit, cases: Iterable[Case], ctx: Context) -> None:
    """Replace the visits of these cases, as the day page shows them."""
    cases = list(cases)
    ids = [case.person for case in cases]
    for start in range(0, len(ids), _CHUNK):
        unit.connection.execute(delete(visits).where(visits.c.person_id.in_(ids[start : start + _CHUNK])))
    rows = [visit_row(case, visit, ctx) for case in cases for visit in case.visits if visit.encounter]
    if rows:
        unit.connection.execute(insert(visits), rows)


def forget_vanished(unit: Unit, total: Difference) -> None:
    """Visits and open findings of persons that no longer exist (their records went to other persons)."""
    unit.connection.execute(delete(visits).where(visits.c.person_id.not_in(select(persons.c.id))))
    lost = select(findings).where(
        findings.c.status == "open",
        findings.c.person_id.is_not(None),
        findings.c.person_id.not_in(select(persons.c.id)),
    )
    known = {row["key"]: row for row in unit.connection.execute(lost).mappings()}
    _close(unit, [key for key, row in known.items() if not _is_pair(row)], known, total)


def _known(unit: Unit, column: ColumnElement[Any], values: Iterable[str]) -> dict[str, Any]:
    """Findings by one column's values."""
    found: dict[str, Any] = {}
    listed = sorted(values)
    for start in range(0, len(listed), _CHUNK):
        rows = unit.connection.execute(select(findings).where(column.in_(listed[start : start + _CHUNK]))).mappings()
        found |= {row["key"]: row for row in rows}
    return found


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


def _values(unit: Unit, finding: Finding, seen_at: Mapping[Ref, str]) -> dict[str, Any]:
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
            {
                "label": e.label,
                "value": e.value,
                "ref": e.ref.as_json() if e.ref else None,
                "seen_at": seen_at.get(replace(e.ref, part=())) if e.ref else None,
            }
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
