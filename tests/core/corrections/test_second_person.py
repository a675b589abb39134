"""What a second person has to agree to, and what follows from yes, no, and a change of mind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from scripted_system import ScriptedSystem
from sqlalchemy import select, update

from core.audit.trail import verify
from core.corrections import attend
from core.corrections.approval import CHARGES, KINDS, MERGES, PATIENT_DATA, STOP_SIGNS, asked_for
from core.corrections.kinds import AMEND_CHARGE, FOLD_PATIENT, KEEP_PATIENT, TASK, UPDATE_PATIENT
from core.corrections.push import push
from core.desk import Desk
from core.errors import BadInput, Refused
from core.queries.approvals import approvals, reveal_change
from core.queries.findings import list_findings
from core.queries.outbox import list_corrections, shown_change
from core.store.tables.findings import decisions, notes
from core.store.tables.outbox import corrections
from core.store.tables.trust import audit
from core.usecases.approving import approve, send_back, withdraw

Stage = Callable[..., str]
ASKED = (PATIENT_DATA,)


@pytest.fixture
def second(desk: Desk) -> Desk:
    return replace(desk, actor="Dr. Osei", role="approver")


def _row(desk: Desk, correction_id: str) -> dict[str, object]:
    return next(row for row in list_corrections(desk) if row["id"] == correction_id)


@pytest.mark.parametrize(
    ("wanted", "answer", "has_stop", "staged", "asked"),
    [
        ((), "same-person", True, [KEEP_PATIENT, FOLD_PATIENT], ()),
        ((STOP_SIGNS,), "same-person", False, [KEEP_PATIENT, FOLD_PATIENT], ()),
        ((STOP_SIGNS,), "same-person", True, [KEEP_PATIENT, FOLD_PATIENT], (STOP_SIGNS,)),
        ((STOP_SIGNS,), "same-person", True, [], (STOP_SIGNS,)),
        (KINDS, "same-person", True, [FOLD_PATIENT], (STOP_SIGNS, MERGES)),
        ((PATIENT_DATA,), "accept", False, [UPDATE_PATIENT], (PATIENT_DATA,)),
        ((CHARGES,), "accept", False, [UPDATE_PATIENT, AMEND_CHARGE], (CHARGES,)),
        (KINDS, "accept", False, [TASK], ()),
        (KINDS, "dismiss", False, [], ()),
    ],
)
def test_only_what_the_practice_named_is_seen_twice(
    wanted: tuple[str, ...], answer: str, has_stop: bool, staged: list[str], asked: tuple[str, ...]
) -> None:
    assert asked_for(wanted, answer=answer, has_stop=has_stop, staged=staged) == asked


def test_nothing_is_sent_before_a_second_person_agrees(
    desk: Desk, second: Desk, system: ScriptedSystem, staged: Stage
) -> None:
    correction = staged(asked=ASKED)
    attend.send_now(desk, (correction,))
    assert push(desk, connect=system.connect).sent == 0
    assert push(desk, only=(correction,), connect=system.connect).sent == 0
    approve(second, "de-p1")
    row = _row(desk, correction)
    assert (row["state"], row["approved_by"]) == ("held", "Dr. Osei")
    assert push(desk, only=(correction,), connect=system.connect).verified == 1


def test_nobody_approves_their_own(desk: Desk, staged: Stage) -> None:
    correction = staged(asked=ASKED)
    assert [one.is_own for one in approvals(desk)] == [True]
    with pytest.raises(Refused) as refused:
        approve(desk, "de-p1")
    assert refused.value.code == "CM-APP-01"
    assert _row(desk, correction)["state"] == "awaiting-approval"


@pytest.mark.parametrize("role", ["front-desk", "biller", "reviewer", "administrator", "auditor"])
def test_only_an_approver_approves(second: Desk, staged: Stage, role: str) -> None:
    staged(asked=ASKED)
    somebody = replace(second, role=role)
    for act in (lambda: approve(somebody, "de-p1"), lambda: send_back(somebody, "de-p1", "No")):
        with pytest.raises(Refused):
            act()


def test_a_yes_can_be_taken_back_while_it_is_held(desk: Desk, second: Desk, staged: Stage) -> None:
    correction = staged(asked=ASKED)
    approve(second, "de-p1")
    assert approvals(second) == []
    assert withdraw(second, "de-p1").value == 1
    row = _row(desk, correction)
    assert (row["state"], row["approved_by"], row["held_until"]) == ("awaiting-approval", None, None)
    attend.approve(second, (correction,))  # without a hold, as the command line does it
    with pytest.raises(Refused, match="no longer held"):
        withdraw(second, "de-p1")


def test_a_no_opens_the_finding_again_with_its_reason(desk: Desk, second: Desk, staged: Stage) -> None:
    correction = staged(asked=ASKED)
    with pytest.raises(BadInput):
        send_back(second, "de-p1", "  ")
    send_back(second, "de-p1", "Ask the patient first")
    assert _row(desk, correction)["state"] == "dropped"
    assert [finding["status"] for finding in list_findings(desk)] == ["open"]
    with desk.store.read() as connection:
        written = connection.execute(select(notes.c.by, notes.c.text)).all()
        undone = connection.execute(select(decisions.c.undone_at)).scalar()
        trail = connection.execute(select(audit.c.actor, audit.c.detail).where(audit.c.action == "send-back")).one()
    assert [tuple(row) for row in written] == [("Dr. Osei", "Sent back: Ask the patient first")]
    assert undone is not None
    assert (trail.actor, trail.detail) == ("Dr. Osei", {"reason": "Ask the patient first"})
    assert verify(desk.store).is_whole


def test_what_was_settled_otherwise_is_agreed_to_anew(
    desk: Desk, second: Desk, system: ScriptedSystem, staged: Stage
) -> None:
    correction = staged(asked=ASKED)
    approve(second, "de-p1")
    system.behaviour = "somebody was faster"
    push(desk, only=(correction,), connect=system.connect)
    assert _row(desk, correction)["state"] == "conflict"
    fields = [field["field"] for field in _row(desk, correction)["conflict"]]  # type: ignore[union-attr]
    settled = attend.resolve(desk, correction, {}, dict.fromkeys(fields, "555-0155"))
    assert settled.value == "awaiting-approval"
    system.behaviour = "takes it"
    assert push(desk, only=(correction,), connect=system.connect).sent == 0


def test_the_card_says_what_changes_why_and_by_whom(desk: Desk, second: Desk, staged: Stage) -> None:
    staged(hold=timedelta(minutes=15), asked=ASKED)
    (card,) = approvals(second)
    (line,) = card.lines
    assert (line.system, line.number, line.field, line.before, line.after) == (
        "EHR", "p1", "phone", "555-0100", "555-0199",
    )  # fmt: skip
    assert (card.asked, card.staged_by, card.is_own) == ("A patient's data changes.", "R. Diaz", False)


def test_a_hidden_value_is_shown_whole_only_with_a_row(desk: Desk, second: Desk, staged: Stage) -> None:
    correction = staged(asked=ASKED)
    change = [{"field": "ssn", "before": "900-11-2233", "after": "900-11-2234"}]
    with desk.store.write("test") as unit:
        unit.connection.execute(update(corrections).where(corrections.c.id == correction).values(changes=change))
    assert shown_change(change[0]) == ("••• 2233", "••• 2234")
    (line,) = approvals(second)[0].lines
    assert (line.before, line.after, line.is_masked) == ("••• 2233", "••• 2234", True)
    assert reveal_change(second, correction, "ssn").value == ("900-11-2233", "900-11-2234")
    with desk.store.read() as connection:
        rows = connection.execute(select(audit.c.actor, audit.c.detail).where(audit.c.action == "reveal")).all()
    assert [(row.actor, row.detail["field"]) for row in rows] == [("Dr. Osei", "ssn")]
    with pytest.raises(Refused):
        reveal_change(replace(second, role="administrator"), correction, "ssn")
