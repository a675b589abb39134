"""Match rules: what is in force is shown, other thresholds are tried before they are set, and there is a way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from surroundings import Surroundings

from core.boot import open_demo
from core.demo.walk import look_around
from core.desk import Desk
from core.jobs import Job
from core.queries.match_rules import match_rules
from desktop.pages.rules import PAGE
from desktop.widgets.button import Button


@pytest.fixture
def own(qtbot: QtBot, qapp: QApplication, tmp_path) -> Iterator[Surroundings]:
    """A practice of its own: these tests change its settings."""
    desk = open_demo(tmp_path / "demo", "R. Diaz", seed=11, patients=60)
    look_around(desk, Job())
    made = Surroundings(qtbot, qapp, desk)
    yield made
    ended: list[bool] = []
    made.tasks.close(ended.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=20_000)
    desk.close()


def thresholds(desk: Desk) -> dict[str, float]:
    return {one["id"]: one["at"] for one in match_rules(desk)["thresholds"]}


def test_each_outcome_of_each_field_has_its_row_and_is_said_in_words(around: Surroundings) -> None:
    page = around.show(PAGE.make)
    found = match_rules(around.desk)["fields"]
    around.qtbot.waitUntil(lambda: page.fields.model.rowCount() == sum(len(field["levels"]) for field in found))
    page.fields.table.setFocus()
    page.fields.table.selectRow(0)
    assert page.fields.section.title.text() == "First name: the same, a rare name"
    last = found[0]["levels"][-1]
    page.fields.table.selectRow(len(found[0]["levels"]) - 1)
    assert last["words"] in page.fields.section.title.text()
    assert page.fields.said.text().startswith("Speaks against")


def test_thresholds_are_tried_then_set_then_taken_back_by_keyboard(own: Surroundings) -> None:
    page = own.show(PAGE.make)
    before = thresholds(own.desk)
    page.tabs.choose("tiers")
    tiers = page.tiers
    assert not tiers.apply.isEnabled()
    edit = tiers.edits["unsure"]
    edit.setFocus()
    edit.selectAll()
    own.qtbot.keyClicks(edit, "45")
    own.qtbot.keyClick(edit, Qt.Key.Key_Return)
    own.qtbot.waitUntil(tiers.apply.isEnabled, timeout=20_000)
    assert "next run" in tiers.moved.text()
    assert thresholds(own.desk) == before
    tiers.apply.click()
    own.qtbot.waitUntil(lambda: thresholds(own.desk) == before | {"unsure": 0.45}, timeout=20_000)
    page.refresh()
    own.qtbot.waitUntil(tiers.back.isVisible, timeout=20_000)
    tiers.back.click()
    own.qtbot.waitUntil(tiers.apply.isEnabled, timeout=20_000)
    tiers.apply.click()
    own.qtbot.waitUntil(lambda: thresholds(own.desk) == before, timeout=20_000)


@pytest.mark.parametrize(("typed", "said"), [("often", "Unsure from: type a percentage"), ("99.9", "must rise")])
def test_what_makes_no_sense_is_said_beside_it_and_sets_nothing(own: Surroundings, typed: str, said: str) -> None:
    page = own.show(PAGE.make)
    before = thresholds(own.desk)
    page.tabs.choose("tiers")
    page.tiers.edits["unsure"].setText(typed)
    page.tiers.attempt.click()
    own.qtbot.waitUntil(lambda: said in page.tiers.mistake.text(), timeout=20_000)
    assert page.tiers.mistake.isVisible()
    assert not page.tiers.apply.isEnabled()
    assert thresholds(own.desk) == before


def test_who_may_not_change_the_rules_cannot(around: Surroundings) -> None:
    from dataclasses import replace

    from core.errors import Refused
    from core.usecases.match_rules import change_thresholds

    desk = replace(around.desk, role="front-desk")
    with pytest.raises(Refused):
        change_thresholds(desk, unsure=0.2)


def test_what_was_compared_and_records_that_say_too_little(around: Surroundings) -> None:
    page = around.show(PAGE.make)
    page.tabs.choose("left_out")
    assert page.left_out.keys.model().rowCount() == len(match_rules(around.desk)["keys"])
    page.left_out.count.click()
    around.qtbot.waitUntil(page.left_out.count.isEnabled, timeout=20_000)
    assert "records say too little" in page.left_out.weak_words.text()


def test_before_the_first_run_it_leads_to_the_connections(empty_around: Surroundings) -> None:
    page = empty_around.show(PAGE.make, "empty")
    (button,) = [one for one in page.stack.notice.findChildren(Button) if one.isVisible()]
    button.click()
    assert empty_around.shell.went == [("connections", None)]
