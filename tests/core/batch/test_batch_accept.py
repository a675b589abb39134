"""Accepting many pairs together: only where it is allowed, only after a blind check, only with a second person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.registered_twice import TWICE, registered_twice
from sqlalchemy import func, select

from core.corrections import attend
from core.desk import Desk
from core.errors import Cancelled, NotPossible, Refused
from core.jobs import Job
from core.queries.batch import batch_view, blind_pair
from core.queries.findings import list_findings
from core.settings.store import set_setting
from core.store.tables.findings import findings
from core.store.tables.outbox import corrections
from core.usecases import batch
from core.usecases.deciding import undo

RULES = "phone-birth-name"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A reviewer's desk."""
    made = registered_twice(tmp_path)
    yield replace(made, role="reviewer")
    made.close()


def switch_on(desk: Desk) -> None:
    with desk.store.write("admin") as unit:
        set_setting(unit, "batch.tiers", ["strong"])


def check_all(desk: Desk, batch_id: str) -> int:
    seen = 0
    while (shown := blind_pair(desk, batch_id)) is not None:
        batch.answer_sample(desk, batch_id, shown.key, is_same=True)
        seen += 1
    return seen


def pairs_of(desk: Desk) -> int:
    under_way = batch_view(desk).under_way
    assert under_way is not None
    return under_way.pairs


def states(desk: Desk) -> dict[str, int]:
    with desk.store.read() as connection:
        query = select(corrections.c.state, func.count()).group_by(corrections.c.state)
        return dict(connection.execute(query).all())


def open_pairs(desk: Desk) -> int:
    with desk.store.read() as connection:
        query = select(func.count()).where(findings.c.rule == "duplicate-patient", findings.c.status == "open")
        return int(connection.execute(query).scalar_one())


def test_nothing_of_it_is_there_until_the_practice_says_so(desk: Desk) -> None:
    assert not batch_view(desk).is_on
    with pytest.raises(NotPossible, match="switched off"):
        batch.start_batch(desk, RULES, 5)


def test_a_whole_batch_from_the_choice_to_the_outbox(desk: Desk) -> None:
    switch_on(desk)
    before = open_pairs(desk)
    (choice,) = [one for one in batch_view(desk).choices if one.id == RULES]
    count = choice.pairs
    assert TWICE - 3 <= count <= TWICE  # not those whom a third record joins, or a stop sign keeps apart
    assert choice.is_enough
    batch_id = batch.start_batch(desk, RULES, 5).value
    assert check_all(desk, batch_id) == choice.samples[5]
    assert states(desk) == {}
    assert batch.stage_batch(desk, batch_id).value == count
    assert set(states(desk)) == {"awaiting-approval"}
    assert open_pairs(desk) == before - count

    with pytest.raises(Refused, match="own batch"):
        batch.approve_batch(replace(desk, role="approver"), batch_id)
    with pytest.raises(Refused):
        batch.approve_batch(replace(desk, actor="otto", role="front-desk"), batch_id)
    approver = replace(desk, actor="otto", role="approver")
    batch.approve_batch(approver, batch_id)
    assert "awaiting-approval" not in states(desk)
    assert batch_view(desk).under_way is None

    (one, *_) = [row for row in list_findings(desk, rule="duplicate-patient", status=None) if row["status"] != "open"]
    undo(replace(desk, role="owner"), one["key"])
    assert open_pairs(desk) == before - count + 1  # each pair is a correction of its own, with its own way back


def test_one_wrong_pair_refuses_all_of_it_and_marks_the_rule_set(desk: Desk) -> None:
    switch_on(desk)
    before = open_pairs(desk)
    batch_id = batch.start_batch(desk, RULES, 5).value
    shown = blind_pair(desk, batch_id)
    assert shown is not None
    assert batch.answer_sample(desk, batch_id, shown.key, is_same=False).value == "refused"
    assert (open_pairs(desk), states(desk)) == (before, {})
    with pytest.raises(NotPossible):
        batch.stage_batch(desk, batch_id)
    (choice,) = [one for one in batch_view(desk).choices if one.id == RULES]
    assert choice.refused_at
    with pytest.raises(NotPossible, match="two people"):
        batch.start_batch(desk, RULES, 5)


def test_an_unfinished_check_stages_nothing_and_its_last_answer_can_be_taken_back(desk: Desk) -> None:
    switch_on(desk)
    batch_id = batch.start_batch(desk, RULES, 1).value
    first = blind_pair(desk, batch_id)
    assert first is not None
    batch.answer_sample(desk, batch_id, first.key, is_same=True)
    with pytest.raises(NotPossible, match="not finished"):
        batch.stage_batch(desk, batch_id)
    assert batch.take_answer_back(desk, batch_id).value == first.key
    assert blind_pair(desk, batch_id) == first
    assert states(desk) == {}


def test_staging_that_was_cut_off_goes_on_and_stages_no_pair_twice(desk: Desk) -> None:
    switch_on(desk)
    batch_id = batch.start_batch(desk, RULES, 5).value
    count = pairs_of(desk)
    check_all(desk, batch_id)
    job = Job("x")

    class Stopping(Job):
        def advance(self, *args: object, **more: object) -> None:
            self.seen = getattr(self, "seen", 0) + 1
            if self.seen == 7:
                self.cancel()

    with pytest.raises(Cancelled):
        batch.stage_batch(desk, batch_id, Stopping("x"))
    some = sum(states(desk).values())
    assert some > 0
    assert batch.stage_batch(desk, batch_id, job).value == count
    with desk.store.read() as connection:
        targets = connection.execute(select(corrections.c.target, corrections.c.kind)).all()
    assert len(targets) == len(set(targets)) == sum(states(desk).values())


def test_a_second_person_sends_the_whole_batch_back(desk: Desk) -> None:
    switch_on(desk)
    before = open_pairs(desk)
    batch_id = batch.start_batch(desk, RULES, 5).value
    check_all(desk, batch_id)
    pairs = batch.stage_batch(desk, batch_id).value
    approver = replace(desk, actor="otto", role="approver")
    assert batch.give_up_batch(approver, batch_id, "Not before the move.").value == pairs
    assert open_pairs(desk) == before
    assert set(states(desk)) == {"dropped"}


def test_the_blind_pair_shows_no_score_and_is_in_the_trail(desk: Desk) -> None:
    switch_on(desk)
    batch_id = batch.start_batch(desk, RULES, 5).value
    shown = blind_pair(desk, batch_id)
    assert shown is not None
    assert all(row.kept is None and not row.rule for row in shown.rows if row.kind not in ("both", "history"))
    with desk.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT detail FROM audit WHERE action = 'view-patient'").scalars().all()
    assert batch_id in rows[-1]


def test_an_approval_that_was_cut_off_ends_when_it_is_given_again(desk: Desk) -> None:
    switch_on(desk)
    batch_id = batch.start_batch(desk, RULES, 5).value
    check_all(desk, batch_id)
    batch.stage_batch(desk, batch_id)
    approver = replace(desk, actor="otto", role="approver")
    with desk.store.read() as connection:
        waiting = connection.execute(select(corrections.c.decision_id).distinct()).scalars().all()
    attend.approve(approver, tuple(waiting))  # all that the approval does before it ends the batch
    assert batch.approve_batch(approver, batch_id).value == 0
    assert batch_view(desk).under_way is None


def test_an_ended_batch_is_not_given_up_and_a_check_is_its_makers(desk: Desk) -> None:
    switch_on(desk)
    batch_id = batch.start_batch(desk, RULES, 5).value
    with pytest.raises(Refused):
        batch.give_up_batch(replace(desk, actor="otto"), batch_id, "")
    assert batch.give_up_batch(desk, batch_id, "").value == 0
    with pytest.raises(Refused, match="has ended"):
        batch.give_up_batch(desk, batch_id, "")
