"""Whatever the other system does and whenever we stop: nothing is lost, sent twice, or called verified unread."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import booleans, sampled_from
from scripted_system import BEHAVIOURS, ScriptedSystem
from sqlalchemy import select
from staged_phones import add_connection, stage_phone

from core.clock import Clock
from core.corrections import attend, outbox
from core.corrections.push import push
from core.desk import Desk
from core.errors import ChartmendError
from core.store.engine import create
from core.store.tables.outbox import correction_steps, corrections


class Outbox(RuleBasedStateMachine):
    """One connection, corrections to patients' phone numbers, a system that does what it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.now = datetime(2026, 11, 17, 9, tzinfo=UTC)
        clock = Clock(now=lambda: self.now)
        store, _ = create(Path(self.folder.name), "secret", clock)
        self.desk = Desk(store, "R. Diaz", "owner", clock)
        self.system = ScriptedSystem({})
        self.count = 0
        add_connection(self.desk)

    def teardown(self) -> None:
        self.desk.close()
        self.folder.cleanup()

    @rule(is_held=booleans())
    def stage_one(self, is_held: bool) -> None:
        self.count += 1
        patient = f"p{self.count}"
        self.system.phones[patient] = "555-0100"
        stage_phone(self.desk, patient, "555-0100", f"555-02{self.count:02}", timedelta(minutes=15 * is_held))

    @rule(behaviour=sampled_from(BEHAVIOURS), reads_fail=booleans())
    def push_all(self, behaviour: str, reads_fail: bool) -> None:
        self.system.behaviour, self.system.reads_fail = behaviour, reads_fail
        push(self.desk, connect=self.system.connect)

    @rule()
    def time_passes(self) -> None:
        self.now += timedelta(hours=3)

    @precondition(lambda self: self.count)
    @rule()
    def somebody_edits_there(self) -> None:
        self.system.edit(f"p{self.count}", "555-9999")

    @precondition(lambda self: self.count)
    @rule(to=sampled_from(outbox.STATES))
    def a_person_tries_any_move(self, to: str) -> None:
        """Whatever button is pressed, only the table decides."""
        with self.desk.store.read() as connection:
            row = connection.execute(select(corrections.c.id, corrections.c.state)).mappings().first()
        buttons = {"queued": attend.retry, "done-by-hand": attend.done_by_hand, "dropped": attend.drop}
        if to not in buttons:
            return
        is_allowed = to in outbox.MOVES[row["state"]]
        try:
            buttons[to](self.desk, row["id"])
        except ChartmendError:
            assert not is_allowed
        else:
            assert is_allowed

    @precondition(lambda self: self.count)
    @rule(pick=sampled_from(["mine", "theirs"]))
    def settle_conflicts(self, pick: str) -> None:
        with self.desk.store.read() as connection:
            ids = connection.execute(select(corrections.c.id).where(corrections.c.state == "conflict")).scalars().all()
        for correction_id in ids:
            attend.resolve(self.desk, correction_id, {"phone": pick}, {})

    @invariant()
    def nothing_was_applied_twice(self) -> None:
        # A correction settled in a conflict may be applied once more: over a value that a person saw and overruled.
        with self.desk.store.read() as connection:
            for row in connection.execute(select(corrections)).mappings():
                starts = connection.execute(
                    select(correction_steps.c.from_state).where(
                        correction_steps.c.correction_id == row["id"],
                        correction_steps.c.to_state == "queued",
                        correction_steps.c.from_state.in_(("conflict", "failed", "by-hand")),
                    )
                ).all()
                assert self.system.applied[row["idempotency_key"]] <= 1 + len(starts)

    @invariant()
    def every_correction_is_accounted_for(self) -> None:
        with self.desk.store.read() as connection:
            states = connection.execute(select(corrections.c.state)).scalars().all()
        assert len(states) == self.count
        assert set(states) <= set(outbox.STATES)

    @invariant()
    def verified_was_read_back(self) -> None:
        """Each verified correction went through accepted, or was found to be so already, and left the right trail."""
        with self.desk.store.read() as connection:
            rows = connection.execute(select(correction_steps).order_by(correction_steps.c.id)).mappings().all()
        at: dict[str, str | None] = {}
        for step in rows:
            assert step["from_state"] == at.get(step["correction_id"])
            if step["from_state"] is not None:
                assert step["to_state"] in outbox.MOVES[step["from_state"]]
            at[step["correction_id"]] = step["to_state"]

    @invariant()
    def no_lease_is_left_behind(self) -> None:
        with self.desk.store.read() as connection:
            assert not connection.execute(select(corrections.c.id).where(corrections.c.lease.is_not(None))).all()


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
