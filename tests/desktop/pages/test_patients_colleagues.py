"""Several people at one queue: questions to a colleague, not being sure, undo and redo, a wrong member of a group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from review_hands import Hands, settle
from sqlalchemy import update
from surroundings import Surroundings

from core.decisions.decide import Answer
from core.queries.patients import overview
from core.store.tables.pair_questions import pair_questions
from core.usecases.asking import answer
from core.usecases.deciding import decide


@pytest.fixture
def hands(around: Surroundings) -> Iterator[Hands]:
    yield Hands(around)
    settle(around)
    with around.desk.store.write("test") as unit:
        unit.connection.execute(update(pair_questions).values(withdrawn_at=unit.now))


def _ask(hands: Hands, key: str, text: str = "Do you know them?") -> None:
    hands.press(Qt.Key.Key_E)
    row = hands.page.detail.ask_row
    assert row.isVisible() and row.edit.hasFocus()
    hands.around.qtbot.keyClicks(row.edit, text)
    row.role.set_value("reviewer")
    hands.press(Qt.Key.Key_Return, row.edit)
    hands.wait_for(lambda: any(found.key == key for found in hands.page._view.waiting))


def test_a_pair_that_a_colleague_is_asked_about_waits_below_and_comes_back_with_the_answer(hands: Hands) -> None:
    page, key = hands.page, hands.shown_key()
    count = len(page._view.open)
    _ask(hands, key)
    assert len(page._view.open) == count - 1 and page.list.queue.keys[-1] == key
    reviewer = replace(hands.around.desk, actor="K. Lee", role="reviewer")
    assert overview(reviewer).open[0].mark == "asks-you"
    assert key in {row.key for row in overview(replace(reviewer, role="front-desk")).waiting}
    hands.go_to_key(key)
    assert "R. Diaz asked Reviewer" in page.detail.question.words.text()
    answer(reviewer, page._shown.view.question.id, "One person, married in May")
    page.shelf.clear()
    page.refresh()
    hands.wait_for(lambda: any(row.key == key and row.mark == "answered" for row in page._view.open))
    hands.go_to_key(key)
    assert "K. Lee answered: One person, married in May" in page.detail.question.words.text()


def test_asking_is_undone_and_redone_by_key(hands: Hands) -> None:
    page, key = hands.page, hands.shown_key()
    _ask(hands, key)
    assert page.undo_button.text() == "Undo: ask a colleague, pair 1"
    hands.press(Qt.Key.Key_Z)
    hands.wait_for(lambda: hands.shown_key() == key and any(row.key == key for row in page._view.open))
    hands.around.qtbot.keyClick(page.list, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    hands.wait_for(lambda: any(row.key == key for row in page._view.waiting))


def test_redo_decides_as_before_and_a_new_decision_ends_it(hands: Hands) -> None:
    page, key = hands.page, hands.go_to(lambda row: row.tier == "strong" and not row.has_stop)
    hands.press(Qt.Key.Key_M)
    hands.wait_for(lambda: hands.status(key) == "staged" and page.undo_button.isVisible())
    first = hands.decision(key)
    hands.press(Qt.Key.Key_Z)
    hands.wait_for(lambda: page.redo_button.isVisible() and hands.shown_key() == key)
    assert page.redo_button.toolTip() == "Redo: same person, pair 1"
    page.redo_button.click()
    hands.wait_for(lambda: hands.status(key) == "staged" and page.undo_button.isVisible())
    again = hands.decision(key)
    assert again["id"] != first["id"]
    assert {again[name] == first[name] for name in ("answer", "keep", "takes", "left_out", "reason")} == {True}
    hands.press(Qt.Key.Key_Z)
    hands.wait_for(page.redo_button.isVisible)
    hands.look()
    hands.press(Qt.Key.Key_U)
    hands.wait_for(lambda: not page.redo_button.isVisible())


def test_a_pair_of_which_three_people_are_not_sure_is_left_to_an_approver(hands: Hands) -> None:
    key, desk = hands.shown_key(), hands.around.desk
    for name in ("Ana", "Bo", "Cy"):
        decide(replace(desk, actor=name, role="front-desk"), Answer(key, "not-sure"))
    assert {row.key: row.mark for row in overview(replace(desk, role="approver")).open}[key] == "three-unsure"
    assert key in {row.key for row in overview(replace(desk, role="reviewer")).waiting}
    hands.page.shelf.clear()
    hands.page.refresh()
    hands.wait_for(lambda: any(row.mark == "three-unsure" for row in hands.page._view.open))
    hands.go_to_key(key)
    assert "Three people were not sure: Ana, Bo, Cy." in hands.page.detail.question.words.text()


def test_a_wrong_member_of_a_group_is_left_out_and_the_rest_is_one_person(hands: Hands) -> None:
    page, key = hands.page, hands.go_to(lambda row: "3 times" in row.facts)
    choices: Any = page._shown
    out = next(place for place in choices.members if place != choices.keep)
    page.detail.table.member_toggled.emit(out)
    assert [head.is_member for head in choices.heads()].count(False) == 1
    hands.press(Qt.Key.Key_M)
    hands.wait_for(lambda: hands.status(key) == "staged")
    assert hands.decision(key)["left_out"] == [str(choices.view.records[out].ref)]
