"""Closing a day: explaining, signing, opening again, and what happens when a signed day changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from table_practice import DAY, TablePractice

from core.audit.trail import verify
from core.days.reasons import Why
from core.decisions.decide import Answer, decide
from core.decisions.undo import undo
from core.desk import Desk
from core.errors import BadInput, NotPossible, Refused
from core.queries.charges import VISIT, DayView, day
from core.queries.findings import list_findings
from core.usecases import days


def _equation(view: DayView) -> tuple[int, int, int, int]:
    totals = view.totals
    return totals.visits, totals.charged, totals.explained, totals.difference


def _explain(desk: Desk, key: str, why: Why) -> str:
    return decide(desk, Answer(key, "dismiss", reason=why.as_text(), why=why)).value.decision


@pytest.fixture
def open_day(practice: TablePractice) -> TablePractice:
    """A day with one visit that has its charge and one without."""
    practice.visit("v1")
    practice.person("2")
    practice.visit("v2", patient="e2", start=f"{DAY}T10:00:00", end=f"{DAY}T10:20:00")
    practice.charge("c2", patient="p2")
    practice.look()
    return practice


def test_a_visit_without_charge_is_the_difference(open_day: TablePractice) -> None:
    view = day(open_day.desk, DAY)
    assert _equation(view) == (2, 1, 0, 1)
    assert [row.tab for row in view.rows] == ["no-charge"]
    with pytest.raises(NotPossible, match="difference 0"):
        days.close_day(open_day.desk, DAY)


def test_an_explained_visit_comes_back_on_its_follow_up_day(open_day: TablePractice) -> None:
    desk, key = open_day.desk, open_day.one("miss-visit-charge")["key"]
    _explain(desk, key, Why("not-documented-yet", follow_up=desk.clock.today() + timedelta(days=2)))
    assert _equation(day(desk, DAY)) == (2, 1, 1, 0)
    assert day(desk, DAY, view="settled").rows[0].reason == "not-documented-yet"
    open_day.clock.on += timedelta(days=1)
    days.look_after_days(desk, DAY)
    assert _equation(day(desk, DAY)) == (2, 1, 1, 0)
    open_day.clock.on += timedelta(days=1)
    days.look_after_days(desk, DAY)
    assert _equation(day(desk, DAY)) == (2, 1, 0, 1)
    assert open_day.one("miss-visit-charge")["status"] == "open"


def test_a_visit_that_got_its_charge_does_not_come_back(open_day: TablePractice) -> None:
    desk, key = open_day.desk, open_day.one("miss-visit-charge")["key"]
    _explain(desk, key, Why("not-documented-yet", follow_up=desk.clock.today() + timedelta(days=2)))
    open_day.charge("c1")
    open_day.look()
    open_day.clock.on += timedelta(days=2)
    days.look_after_days(desk, DAY)
    assert _equation(day(desk, DAY)) == (2, 2, 0, 0)
    assert open_day.found().get("miss-visit-charge") is None


def test_reasons_are_checked_before_anything_is_written(open_day: TablePractice) -> None:
    key, today = open_day.one("miss-visit-charge")["key"], open_day.desk.clock.today()
    for why in (Why("because"), Why("other", " "), Why("courtesy", follow_up=today)):
        with pytest.raises(BadInput):
            _explain(open_day.desk, key, why)
    assert open_day.one("miss-visit-charge")["status"] == "open"


def test_a_visit_that_still_may_get_its_charge_is_explained_before_a_rule_speaks(practice: TablePractice) -> None:
    today = practice.desk.clock.today()
    practice.visit("v1", today - timedelta(days=1))
    practice.look()
    on = today - timedelta(days=1)
    (row,) = day(practice.desk, on).rows
    assert (row.tab, row.key) == ("waiting", f"{VISIT}{row.visit_id}")
    assert row.visit_id is not None
    explained = days.explain_visit(practice.desk, row.visit_id, Why("courtesy")).value
    practice.clock.on += timedelta(days=20)
    practice.charge(
        "c9", today + timedelta(days=15), patient="p0"
    )  # the ledger goes on, so that absence says something
    practice.visit("v9", today + timedelta(days=15), patient="e0")
    practice.look()
    assert practice.one("miss-visit-charge")["status"] == "dismissed"
    assert _equation(day(practice.desk, on)) == (1, 0, 1, 0)
    days.undo_explain(practice.desk, explained)
    assert practice.one("miss-visit-charge")["status"] == "open"
    assert _equation(day(practice.desk, on)) == (1, 0, 0, 1)


def test_a_closed_day_is_signed_and_read_only(open_day: TablePractice) -> None:
    desk, key = open_day.desk, open_day.one("miss-visit-charge")["key"]
    decision = _explain(desk, key, Why("courtesy"))
    days.close_day(desk, DAY)
    closed = day(desk, DAY).closed
    assert closed is not None
    assert (closed.by, closed.visits, closed.charged, closed.explained, closed.changed) == ("ana", 2, 1, 1, 0)
    with pytest.raises(Refused, match="closed"):
        undo(desk, decision)
    with pytest.raises(Refused, match="already"):
        days.close_day(desk, DAY)
    days.reopen_day(desk, DAY, "the courtesy was a mistake")
    undo(desk, decision)
    assert _equation(day(desk, DAY)) == (2, 1, 0, 1)
    opened = day(desk, DAY).opened
    assert opened is not None and opened["reason"] == "the courtesy was a mistake"
    assert verify(desk.store).is_whole


def test_a_later_change_raises_a_finding_and_leaves_the_signature(open_day: TablePractice) -> None:
    desk, key = open_day.desk, open_day.one("miss-visit-charge")["key"]
    _explain(desk, key, Why("courtesy"))
    days.close_day(desk, DAY)
    open_day.charge("c1")
    open_day.look()
    (changed,) = list_findings(desk, rule="closed-day-changed")
    assert changed["status"] == "open"
    assert changed["facts"]["was"] == "2 = 1 + 1 + 0"
    assert changed["facts"]["now"] == "2 = 2 + 0 + 0"
    closed = day(desk, DAY).closed
    assert closed is not None and (closed.charged, closed.explained, closed.changed) == (1, 1, 1)
    open_day.drop("charges", "c1")
    open_day.look()
    (again,) = list_findings(desk, rule="closed-day-changed")
    assert again["status"] == "fixed-outside"


def test_another_code_on_a_closed_day_is_a_change_too(open_day: TablePractice) -> None:
    desk, key = open_day.desk, open_day.one("miss-visit-charge")["key"]
    _explain(desk, key, Why("courtesy"))
    days.close_day(desk, DAY)
    open_day.charge("c3", patient="p2", code="36415", amount=1200)
    open_day.look()
    (changed,) = list_findings(desk, rule="closed-day-changed")
    assert [subject["id"] for subject in changed["subjects"]] == ["E:v2"] or len(changed["subjects"]) == 1
    # Somebody looked at it and says that it is fine: it does not speak again for the same change.
    decide(desk, Answer(changed["key"], "dismiss", reason="a late draw"))
    open_day.look()
    assert list_findings(desk, rule="closed-day-changed")[0]["status"] == "dismissed"


def test_closing_and_opening_are_taken_back_each_with_a_trace(open_day: TablePractice) -> None:
    desk, key = open_day.desk, open_day.one("miss-visit-charge")["key"]
    _explain(desk, key, Why("courtesy"))
    closing = days.close_day(desk, DAY).value
    colleague = replace(desk, actor="bo", role="biller")
    with pytest.raises(Refused, match="Somebody else"):
        days.undo_close(colleague, closing)
    days.undo_close(desk, closing)
    assert day(desk, DAY).closed is None
    days.close_day(desk, DAY)
    reopening = days.reopen_day(desk, DAY, "a late note").value
    days.undo_reopen(desk, reopening)
    assert day(desk, DAY).closed is not None
    with pytest.raises(Refused):
        days.undo_reopen(desk, reopening)


def test_roles_decide_who_may_close_and_open(open_day: TablePractice) -> None:
    desk = open_day.desk
    _explain(desk, open_day.one("miss-visit-charge")["key"], Why("courtesy"))
    with pytest.raises(Refused):
        days.close_day(replace(desk, role="front-desk"), DAY)
    days.close_day(replace(desk, role="biller"), DAY)
    with pytest.raises(Refused):
        days.reopen_day(replace(desk, role="biller"), DAY, "why not")
    with pytest.raises(BadInput):
        days.reopen_day(replace(desk, role="approver"), DAY, " ")
    days.reopen_day(replace(desk, role="approver"), DAY, "a late note")


def test_days_to_come_and_days_without_visits_are_not_signed(open_day: TablePractice) -> None:
    for on in (open_day.desk.clock.today() + timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(NotPossible):
            days.close_day(open_day.desk, on)
