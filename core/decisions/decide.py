"""Recording what a person said about a finding, and staging the corrections it leads to. One transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from core.changes import Changes
from core.corrections import approval, build
from core.corrections.draft import Draft, stage
from core.days.close import require_open_day
from core.days.explain import explain_finding
from core.days.reasons import Why
from core.decisions.judging import judge
from core.decisions.signs import StopSign, refs_of, rows_of, standing_signs
from core.decisions.unsure import NEEDED, unsure_people
from core.desk import Desk
from core.errors import BadInput, NotPossible, Refused
from core.ids import new_id
from core.security.roles import may, require
from core.settings.store import get_setting
from core.store.tables.findings import decisions, findings
from core.store.unit import Unit
from matching.records import Ref

ANSWERS = ("same-person", "different-people", "not-sure", "accept", "dismiss")
PAIR_RULES = ("duplicate-patient",)
BOTH = "both"
"""Taken of a field that may have several values: those of all the records."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person decided. `takes` maps a field to the record whose value is kept, to BOTH, or to a typed value."""

    key: str
    answer: str
    keep: Ref | None = None
    takes: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[Ref, ...] = ()
    reason: str = ""
    why: Why | None = None  # of a dismissed charge finding: one of the practice's reasons, with a follow-up day
    instead: tuple[Mapping[str, Any], ...] = ()  # what a person put in place of the finding's own proposal
    is_batch: bool = False  # one of many that are accepted together: a second person always has to agree


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
        require_open_day(unit.connection, finding)
        if answer.answer not in (ANSWERS[:3] if is_pair else ANSWERS[2:]):
            raise BadInput(f"The answer {answer.answer} does not fit this finding.", code="CM-DEC-01")
        decision_id = new_id("de")
        drafts: list[Draft] = []
        replaced: list[dict[str, Any]] = []
        signs: tuple[StopSign, ...] = ()
        if answer.answer in ("same-person", "different-people"):
            _leave_to_approver(desk, unit, finding["key"])
        if answer.answer == "same-person":
            signs = _signs(unit, desk, finding, answer)
            drafts = _same_person(unit, finding, answer, decision_id, replaced)
        elif answer.answer == "different-people":
            replaced += judge(unit, refs_of(finding), decision_id, answer.reason, is_same=False)
        elif answer.answer == "accept":
            drafts = _accept(unit, finding, answer)
        elif answer.answer == "dismiss" and not answer.reason:
            raise BadInput("Dismissing a finding needs a reason.", code="CM-DEC-02")
        _record(unit, finding, answer, decision_id, replaced)
        if answer.answer == "dismiss":
            explain_finding(unit, finding, decision_id, answer.why or Why("other", answer.reason))
        asked = approval.asked_for(
            get_setting(unit.connection, "approvals.kinds"),
            answer=answer.answer,
            has_stop=bool(signs),
            staged=[draft.kind for draft in drafts],
            is_batch=answer.is_batch,
        )
        staged = stage(unit, finding["key"], decision_id, drafts, hold=hold, asked=asked)
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


def _leave_to_approver(desk: Desk, unit: Unit, key: str) -> None:
    people = unsure_people(unit.connection, key).get(key, ())
    if len(people) >= NEEDED and not may(desk.role, "approve"):
        raise Refused("Three people were not sure of this.", todo="An approver decides it now.", code="CM-DEC-12")


def _signs(unit: Unit, desk: Desk, finding: RowMapping, answer: Answer) -> tuple[StopSign, ...]:
    """The stop signs on the records that are to be one person. Raises Refused where one stands without a reason."""
    refs, rows = rows_of(unit.connection, refs_of(finding))
    members = {place for place, ref in enumerate(refs) if ref not in answer.left_out}
    found = standing_signs(unit.connection, finding, rows, desk.clock.today())
    signs = tuple(sign for sign in found if sign.concerns(members))
    if signs and not answer.reason:
        raise Refused("A stop sign stands on this pair.", todo="Give a reason to go on.", code="CM-DEC-07")
    return signs


def _same_person(
    unit: Unit, finding: RowMapping, answer: Answer, decision_id: str, replaced: list[dict[str, Any]]
) -> list[Draft]:
    records = [ref for ref in refs_of(finding) if ref not in answer.left_out]
    if len(records) < 2:
        raise BadInput("One person needs at least two records.", code="CM-DEC-08")
    keep = answer.keep or suggested_keep(finding, records)
    if keep not in records:
        raise BadInput("The record to keep is not one of this finding's.", code="CM-DEC-09")
    of_all = (keep, *(ref for ref in records if ref != keep))
    takes = {name: of_all if value == BOTH else (_take_ref(value, records),) for name, value in answer.takes.items()}
    replaced += judge(unit, records, decision_id, answer.reason, is_same=True)
    for out in answer.left_out:
        for ref in records:
            replaced += judge(unit, [out, ref], decision_id, answer.reason, is_same=False)
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
    if answer.instead:
        return [draft for one in answer.instead for draft in build.from_proposal(unit.connection, one, {})]
    proposal = finding["proposal"]
    if not proposal:
        raise NotPossible("This finding proposes no correction.", todo="Dismiss it with a reason, or fix it there.",
                          code="CM-DEC-11")  # fmt: skip
    return build.from_proposal(unit.connection, proposal, answer.takes)


def _record(
    unit: Unit, finding: RowMapping, answer: Answer, decision_id: str, replaced: Sequence[Mapping[str, Any]]
) -> None:
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
            replaced=list(replaced) or None,
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
