"""One push: what each answer of the other system leads to, and that two senders never send one thing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from scripted_system import ScriptedSystem
from sqlalchemy import update

from core.corrections import attend, outbox
from core.corrections.push import push
from core.desk import Desk
from core.errors import Refused
from core.queries.outbox import list_corrections, steps
from core.store.engine import open_store
from core.store.tables.intake import connections
from core.store.tables.outbox import corrections

Stage = Callable[..., str]


def _state(desk: Desk, correction_id: str) -> str:
    return str(next(row["state"] for row in list_corrections(desk) if row["id"] == correction_id))


@pytest.mark.parametrize(
    ("behaviour", "state", "applied"),
    [
        ("takes it", "verified", 1),
        ("commits, answer lost", "verified", 1),
        ("answer lost, not done", "queued", 0),
        ("somebody was faster", "conflict", 0),
        ("rejects", "failed", 0),
        ("not allowed", "by-hand", 0),
        ("down", "queued", 0),
        ("asks for a pause", "queued", 0),
        ("ignores fields", "failed", 1),
        ("refuses the sign-in", "queued", 0),
    ],
)
def test_each_answer_leads_to_its_state(
    desk: Desk, system: ScriptedSystem, staged: Stage, behaviour: str, state: str, applied: int
) -> None:
    correction_id = staged()
    system.behaviour = behaviour
    push(desk, connect=system.connect)
    assert _state(desk, correction_id) == state
    assert sum(system.applied.values()) == applied


def test_held_corrections_wait_for_their_time_and_go_at_once_when_named(
    desk: Desk, system: ScriptedSystem, staged: Stage
) -> None:
    correction_id = staged(hold=timedelta(minutes=15))
    assert push(desk, connect=system.connect).sent == 0
    assert push(desk, only=(correction_id,), connect=system.connect).verified == 1


def test_writing_off_keeps_everything_waiting_and_says_so(desk: Desk, system: ScriptedSystem, staged: Stage) -> None:
    correction_id = staged()
    with desk.store.write("test") as unit:
        unit.connection.execute(update(connections).values(settings={}))
    result = push(desk, connect=system.connect)
    assert (result.sent, result.waiting) == (0, 1)
    assert "switched off" in result.problems[0]
    assert _state(desk, correction_id) == "staged"


def test_dry_run_shows_the_request_and_changes_nothing(desk: Desk, system: ScriptedSystem, staged: Stage) -> None:
    correction_id = staged()
    result = push(desk, is_dry_run=True, connect=system.connect)
    assert result.requests[0]["method"] == "PUT"
    assert _state(desk, correction_id) == "staged"
    assert system.phones["p1"] == "555-0100"


def test_what_is_so_already_is_verified_without_sending(desk: Desk, system: ScriptedSystem, staged: Stage) -> None:
    correction_id = staged()
    system.edit("p1", "555-0199")
    result = push(desk, connect=system.connect)
    assert result.sent == 0
    assert _state(desk, correction_id) == "verified"


def test_a_process_that_died_while_sending_is_looked_up_never_sent_again(
    desk: Desk, system: ScriptedSystem, staged: Stage
) -> None:
    correction_id = staged()
    with desk.store.write("crashed") as unit:
        outbox.move(unit, correction_id, "queued")
        outbox.move(unit, correction_id, "sending")
    system.edit("p1", "555-0199")  # its request had arrived
    push(desk, connect=system.connect)
    assert _state(desk, correction_id) == "verified"
    assert not system.applied


def test_settling_a_conflict_with_mine_sends_over_the_value_that_was_seen(
    desk: Desk, system: ScriptedSystem, staged: Stage
) -> None:
    correction_id = staged()
    system.edit("p1", "555-7777")
    push(desk, connect=system.connect)
    attend.resolve(desk, correction_id, {"phone": "mine"}, {})
    push(desk, connect=system.connect)
    assert system.phones["p1"] == "555-0199"
    inverse = next(row["inverse"] for row in list_corrections(desk) if row["id"] == correction_id)
    assert inverse["changes"] == [{"field": "phone", "before": "555-0199", "after": "555-7777"}]


def test_a_conflict_needs_an_answer_for_every_field(desk: Desk, system: ScriptedSystem, staged: Stage) -> None:
    correction_id = staged()
    system.edit("p1", "555-7777")
    push(desk, connect=system.connect)
    with pytest.raises(Exception, match="Choose for: phone"):
        attend.resolve(desk, correction_id, {}, {})


def test_theirs_in_every_field_drops_the_correction(desk: Desk, system: ScriptedSystem, staged: Stage) -> None:
    correction_id = staged()
    system.edit("p1", "555-7777")
    push(desk, connect=system.connect)
    attend.resolve(desk, correction_id, {"phone": "theirs"}, {})
    assert _state(desk, correction_id) == "dropped"
    assert system.phones["p1"] == "555-7777"


def test_two_senders_at_once_send_each_correction_once(desk: Desk, staged: Stage) -> None:
    patients = [f"p{n}" for n in range(12)]
    system = ScriptedSystem(dict.fromkeys(patients, "555-0100"))
    for patient in patients:
        staged(patient)
    other = Desk(open_store(desk.home, "secret", desk.clock), "K. Lee", "owner", desk.clock)
    start = threading.Barrier(2)
    failures: list[BaseException] = []

    def send(who: Desk) -> None:
        start.wait()
        try:
            push(who, connect=system.connect)
        except BaseException as why:  # noqa: BLE001  (reported below, on the test's own thread)
            failures.append(why)

    senders = [threading.Thread(target=send, args=(who,)) for who in (desk, other)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    other.close()
    assert not failures
    assert set(system.applied.values()) == {1} and len(system.applied) == len(patients)
    assert {row["state"] for row in list_corrections(desk)} == {"verified"}


def test_a_sender_whose_lease_was_taken_over_does_not_send(desk: Desk, system: ScriptedSystem, staged: Stage) -> None:
    correction_id = staged()
    real_read = system.read

    def read_slowly(target: str) -> object:
        with desk.store.write("K. Lee") as unit:  # the lease ran out, and another process has it now
            unit.connection.execute(update(corrections).values(lease="another"))
        system.read = real_read  # type: ignore[method-assign]
        return real_read(target)

    system.read = read_slowly  # type: ignore[method-assign, assignment]
    push(desk, connect=system.connect)
    assert not system.applied
    assert _state(desk, correction_id) == "queued"


def test_every_step_is_kept_with_who_and_why(desk: Desk, system: ScriptedSystem, staged: Stage) -> None:
    correction_id = staged()
    push(desk, connect=system.connect)
    way = [(step["from_state"], step["to_state"]) for step in steps(desk, correction_id)]
    assert way == [(None, "staged"), ("staged", "queued"), ("queued", "sending"), ("sending", "accepted"),
                   ("accepted", "verified")]  # fmt: skip


def test_only_moves_of_the_table_are_possible(desk: Desk, staged: Stage) -> None:
    correction_id = staged()
    for state in outbox.STATES:
        for to in outbox.STATES:
            with desk.store.write("test") as unit:
                unit.connection.execute(update(corrections).values(state=state))
            if to in outbox.MOVES[state]:
                with desk.store.write("test") as unit:
                    outbox.move(unit, correction_id, to)
                assert _state(desk, correction_id) == to
            else:
                with pytest.raises(Refused), desk.store.write("test") as unit:
                    outbox.move(unit, correction_id, to)
                assert _state(desk, correction_id) == state
