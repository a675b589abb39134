"""Recording what a person said about a finding, and staging the corrections it leads to. One transaction."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from core.changes import Changes
from core.corrections import build
from core.corrections.draft import Draft, stage
from core.desk import Desk
from core.errors import BadInput, NotPossible, Refused
from core.ids import new_id
from core.security.roles import require
from core.settings.store import get_setting
from core.store.tables.findings import decisions, findings
from core.store.tables.intake import connections
from core.store.tables.people import judgements, match_queue
from core.store.tables.records import patients
from core.store.unit import Unit
from matching.records import Ref

ANSWERS = ("same-person", "different-people", "not-sure", "accept", "dismiss")
PAIR_RULES = ("duplicate-patient",)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person decided. `takes` maps a field to the record whose value is kept, or to a typed value."""

    key: str
    answer: str
    keep: Ref | None = None
    takes: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[Ref, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision's id and the corrections it staged."""

    decision: str
    corrections: tuple[str, ...]


def decide(desk: Desk, answer: Answer, *, hold: timedelta = timedelta(0)) -> Changes[Decided]:
    """Record a decision and stage what follows. Raises Refused, NotPossible or BadInput; then nothing changed."""
    with desk.store.write(desk.actor) as unit:
        finding = open_finding(unit, answer.key)
        is_pair = finding["rule"] in PAIR_RULES
        require(desk.role, "decide-pairs" if is_pair else "decide-charges")
        if answer.answer not in (ANSWERS[:3] if is_pair else ANSWERS[2:]):
            raise BadInput(f"The answer {answer.answer} does not fit this finding.", code="CM-DEC-01")
        decision_id = new_id("de")
        drafts: list[Draft] = []
        if answer.answer == "same-person":
            drafts = _same_person(unit, finding, answer, decision_id)
        elif answer.answer == "different-people":
            _judge(unit, _subjects(finding), decision_id, answer.reason, is_same=False)
        elif answer.answer == "accept":
            drafts = _accept(unit, finding, answer)
        elif answer.answer == "dismiss" and not answer.reason:
            raise BadInput("Dismissing a finding needs a reason.", code="CM-DEC-02")
        _record(unit, finding, answer, decision_id)
        approval = bool(get_setting(unit.connection, "approvals.required"))
        staged = stage(unit, finding["key"], decision_id, drafts, hold=hold, approval=approval)
        _close(unit, finding["key"], answer.answer, has_corrections=bool(staged))
        unit.audit("decide", finding["key"], answer=answer.answer, reason=answer.reason, corrections=staged)
        unit.touch("findings", "people")
        return unit.changes(Decided(decision_id, tuple(staged)))


def open_finding(unit: Unit, key: str) -> RowMapping:
    """The finding by its key (a unique beginning is enough). Raises BadInput or Refused when it cannot be decided."""
    rows = unit.connection.execute(select(findings).where(findings.c.key.startswith(key))).mappings().all()
    exact = [row for row in rows if row["key"] == key] or rows
    if len(exact) != 1:
        raise BadInput(
            "There is no such finding." if not exact else "Several findings begin like this.", code="CM-DEC-03"
        )
    if exact[0]["status"] != "open":
        raise Refused(f"This finding is {exact[0]['status']} already.", todo="Undo that first.", code="CM-DEC-06")
    return exact[0]


def _same_person(unit: Unit, finding: RowMapping, answer: Answer, decision_id: str) -> list[Draft]:
    if finding["facts"].get("stops") and not answer.reason:
        raise Refused("A stop sign stands on this pair.", todo="Give a reason to go on.", code="CM-DEC-07")
    records = [ref for ref in _subjects(finding) if ref not in answer.left_out]
    if len(records) < 2:
        raise BadInput("One person needs at least two records.", code="CM-DEC-08")
    keep = answer.keep or suggested_keep(finding, records)
    if keep not in records:
        raise BadInput("The record to keep is not one of this finding's.", code="CM-DEC-09")
    takes = {name: _take_ref(value, records) for name, value in answer.takes.items()}
    _judge(unit, records, decision_id, answer.reason, is_same=True)
    for out in answer.left_out:
        for ref in records:
            _judge(unit, [out, ref], decision_id, answer.reason, is_same=False)
    return build.same_person(unit.connection, records, keep, takes)


def suggested_keep(finding: Mapping[Any, Any], records: Sequence[Ref]) -> Ref:
    """The record that the finding suggests to keep, else its first."""
    suggestion = finding["facts"].get("keep")
    return next((ref for ref in records if str(ref) == suggestion), records[0])


def _take_ref(value: str, records: Sequence[Ref]) -> Ref:
    for ref in records:
        if value in (str(ref), ref.local, ref.id):
            return ref
    raise BadInput("A value can only be taken from one of the finding's records.", code="CM-DEC-10")


def _accept(unit: Unit, finding: RowMapping, answer: Answer) -> list[Draft]:
    proposal = finding["proposal"]
    if not proposal:
        raise NotPossible("This finding proposes no correction.", todo="Dismiss it with a reason, or fix it there.",
                          code="CM-DEC-11")  # fmt: skip
    return build.from_proposal(unit.connection, proposal, answer.takes)


def _subjects(finding: Mapping[Any, Any]) -> list[Ref]:
    return [Ref(s["system"], s["kind"], s["id"]) for s in finding["subjects"]]


def _judge(unit: Unit, records: Sequence[Ref], decision_id: str, reason: str, *, is_same: bool) -> None:
    ids = [_patient_id(unit, ref) for ref in records]
    for a, b in itertools.combinations(sorted(ids), 2):
        row = {"is_same": int(is_same), "by": unit.actor, "at": unit.now, "reason": reason, "decision_id": decision_id}
        statement = upsert(judgements).values(a_id=a, b_id=b, **row)
        unit.connection.execute(statement.on_conflict_do_update(index_elements=["a_id", "b_id"], set_=row))
    _match_again(unit, ids)


def forget_judgements(unit: Unit, decision_id: str) -> None:
    """Take back what a decision said about who is one person."""
    pairs = unit.connection.execute(
        select(judgements.c.a_id, judgements.c.b_id).where(judgements.c.decision_id == decision_id)
    ).all()
    _match_again(unit, {key for pair in pairs for key in pair})
    unit.connection.execute(delete(judgements).where(judgements.c.decision_id == decision_id))


def _match_again(unit: Unit, ids: Iterable[int]) -> None:
    """What was said moves records: the next matching run looks at them."""
    rows = [{"patient_id": key} for key in sorted(ids)]
    if rows:
        unit.connection.execute(upsert(match_queue).on_conflict_do_nothing(), rows)


def _patient_id(unit: Unit, ref: Ref) -> int:
    query = select(patients.c.id).join(connections, connections.c.id == patients.c.connection_id)
    found = unit.connection.execute(query.where(connections.c.name == ref.system, patients.c.ref == ref.local)).scalar()
    if found is None:
        raise NotPossible("One of these records is no longer in the store.", todo="Pull again.", code="CM-DEC-05")
    return int(found)


def _record(unit: Unit, finding: RowMapping, answer: Answer, decision_id: str) -> None:
    unit.connection.execute(
        insert(decisions).values(
            id=decision_id,
            finding_key=finding["key"],
            answer=answer.answer,
            by=unit.actor,
            at=unit.now,
            reason=answer.reason,
            keep=str(answer.keep) if answer.keep else None,
            takes=dict(answer.takes),
            left_out=[str(ref) for ref in answer.left_out],
            fingerprint=finding["fingerprint"],
        )
    )


def _close(unit: Unit, key: str, answer: str, *, has_corrections: bool) -> None:
    status = {
        "same-person": "staged" if has_corrections else "resolved",
        "accept": "staged",
        "different-people": "dismissed",
        "dismiss": "dismissed",
        "not-sure": "open",
    }[answer]
    closed_at = unit.now if status in ("resolved", "dismissed") else None
    unit.connection.execute(
        update(findings).where(findings.c.key == key).values(status=status, changed_at=unit.now, closed_at=closed_at)
    )
