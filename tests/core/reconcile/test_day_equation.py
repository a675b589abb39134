"""visits = charged + explained + difference, whatever people do, in whatever order, and take back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from table_practice import DAY, MovableClock, TablePractice

from core.audit.trail import verify
from core.clock import Clock
from core.days.draft import DraftLine
from core.days.reasons import REASONS, Why
from core.decisions.decide import Answer
from core.desk import Desk
from core.errors import BadInput, NotPossible, Refused
from core.queries.charge_links import near_matches
from core.queries.charges import VISIT, day
from core.store.engine import Store
from core.usecases import days
from core.usecases.charges import draft_charge, link_charge
from core.usecases.connections import add_connection
from core.usecases.deciding import decide, undo

VISITS = 4


def _practice(folder: Path) -> TablePractice:
    """One day: a visit with its charge, two without, one with a charge that may be its own, and one still to come."""
    home, tables = folder / "home", folder / "tables"
    home.mkdir()
    tables.mkdir()
    moving = MovableClock(DAY + timedelta(days=14))
    clock = Clock(now=moving)
    desk = Desk(Store(home, secrets.token_bytes(32), clock), "ana", "owner", clock)
    add_connection(desk, name="both", kind="tables", role="pm", path=str(tables))
    made = TablePractice(desk, tables, moving)
    made.add("sources", id="E", role="ehr", name="Chart")
    made.add("sources", id="P", role="pm", name="Ledger")
    for number, npi in (("d1", "1234567893"), ("d2", "1999999984")):
        made.add("providers", id=number, source="E", npi=npi, name=number)
    made.person("0")
    made.visit("v0", DAY - timedelta(days=30), patient="e0")
    made.charge("c0", DAY - timedelta(days=30), patient="p0")
    for number in range(1, VISITS + 1):
        made.person(str(number))
        made.visit(f"v{number}", patient=f"e{number}", visit_number=f"N{number}", type_codes=["99213"],
                   start=f"{DAY}T{8 + number:02}:00:00", end=f"{DAY}T{8 + number:02}:20:00")  # fmt: skip
    made.charge("c1", patient="p1")
    made.charge("c4", DAY - timedelta(days=6), patient="p4", rendering="d2", code="99396")
    made.look()
    return made


@dataclass
class _Work:
    """The practice with somebody at it, who remembers what can be taken back."""

    practice: TablePractice
    steps: list[Callable[[], Any]] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return self.practice.desk

    def run(self, act: str, place: int, days_on: int) -> None:
        rows = [row for row in day(self.desk, DAY).rows if not row.key.startswith(VISIT)]
        if rows or act not in ("explain", "draft", "link"):
            getattr(self, act)(rows[place % len(rows)].key if rows else "", place, days_on)

    def explain(self, key: str, place: int, days_on: int) -> None:
        follow_up = self.desk.clock.today() + timedelta(days=days_on) if days_on else None
        why = Why(REASONS[place % len(REASONS)], "seen", follow_up)
        made = decide(self.desk, Answer(key, "dismiss", reason=why.as_text(), why=why)).value
        self.steps.append(lambda: undo(self.desk, made.decision))

    def draft(self, key: str, place: int, _days_on: int) -> None:
        lines = [DraftLine("99213", diagnoses=("I10",), origin="documented"), DraftLine("36415")][: 1 + place % 2]
        made = draft_charge(self.desk, key, lines).value
        self.steps.append(lambda: undo(self.desk, made.decision))

    def link(self, key: str, _place: int, _days_on: int) -> None:
        offered = near_matches(self.desk, key)
        made = link_charge(self.desk, key, offered[0].id if offered else "none").value
        self.steps.append(lambda: undo(self.desk, made.decision))

    def close(self, _key: str, _place: int, _days_on: int) -> None:
        closing = days.close_day(self.desk, DAY).value
        self.steps.append(lambda: days.undo_close(self.desk, closing))

    def reopen(self, _key: str, _place: int, _days_on: int) -> None:
        reopening = days.reopen_day(self.desk, DAY, "a late note").value
        self.steps.append(lambda: days.undo_reopen(self.desk, reopening))

    def undo(self, _key: str, _place: int, _days_on: int) -> None:
        if self.steps:
            self.steps.pop()()

    def wait(self, _key: str, _place: int, days_on: int) -> None:
        self.practice.clock.on += timedelta(days=days_on)
        days.look_after_days(self.desk, DAY)

    def charge_arrives(self, _key: str, place: int, _days_on: int) -> None:
        number = 1 + place % VISITS
        if not any(row["id"] == f"late{number}" for row in self.practice.rows["charges"]):
            self.practice.charge(f"late{number}", patient=f"p{number}")
            self.practice.look()

    def charge_goes(self, _key: str, place: int, _days_on: int) -> None:
        self.practice.drop("charges", f"late{1 + place % VISITS}")
        self.practice.look()


_ACTS = st.tuples(
    st.sampled_from(("explain", "explain", "draft", "link", "close", "close", "reopen", "undo", "undo", "wait",
                     "charge_arrives", "charge_goes")),
    st.integers(0, 8),
    st.integers(0, 3),
)  # fmt: skip


# Without shrinking: an example takes a second or two, and its list of acts is readable as it is.
@settings(
    max_examples=12, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=[HealthCheck.too_slow]
)
@given(st.lists(_ACTS, min_size=5, max_size=25))
def test_the_equation_holds_after_every_step(acts: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        work = _Work(_practice(Path(folder)))
        for act, place, days_on in acts:
            before = day(work.desk, DAY, view="all")
            try:
                work.run(act, place, days_on)
            except (Refused, NotPossible, BadInput):
                assert day(work.desk, DAY, view="all") == before, f"{act} was refused and changed something"
            after = day(work.desk, DAY, view="all")
            totals = after.totals
            assert totals.visits == VISITS
            assert totals.visits == totals.charged + totals.explained + totals.difference
            assert min(totals.charged, totals.explained, totals.difference, totals.coming) >= 0
            assert len({row.visit_id for row in after.rows if row.visit_id}) == VISITS
            if after.closed is not None:
                assert after.closed.visits == after.closed.charged + after.closed.explained
                if before.closed is not None and before.closed.id == after.closed.id:
                    assert (before.closed.charged, before.closed.explained) == (
                        after.closed.charged, after.closed.explained,
                    )  # fmt: skip
        assert verify(work.desk.store).is_whole
        work.desk.close()
