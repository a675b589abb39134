"""Batch accept in the window: blind, by keyboard, refused by one wrong pair, and approved by somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.registered_twice import registered_twice
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select
from surroundings import Surroundings

from core.desk import Desk
from core.queries.batch import batch_view
from core.settings.store import set_setting
from core.store.tables.outbox import corrections
from desktop.pages.batch import PAGE
from desktop.pages.batch.page import BatchPage
from desktop.widgets.button import Button


@pytest.fixture
def reviewing(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Surroundings]:
    desk = registered_twice(tmp_path)
    with desk.store.write("admin") as unit:
        set_setting(unit, "batch.tiers", ["strong"])
    made = Surroundings(qtbot, qapp, replace(desk, role="reviewer"))
    yield made
    ended: list[bool] = []
    made.tasks.close(ended.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=20_000)
    desk.close()


def no_waiting(page: BatchPage) -> None:
    """Answers come as fast as the test can give them: as if each pair had been looked at long enough."""
    page._guard._now_s = lambda: page._guard._painted_s + 60


def states(desk: Desk) -> dict[str, int]:
    with desk.store.read() as connection:
        query = select(corrections.c.state, func.count()).group_by(corrections.c.state)
        return dict(connection.execute(query).all())


def begin(around: Surroundings) -> BatchPage:
    page = around.show(PAGE.make)
    page.choose.chosen.emit("phone-birth-name", 5)
    around.qtbot.waitUntil(lambda: page.steps.currentWidget() is page.check, timeout=20_000)
    return page


def test_the_whole_way_by_keyboard_and_by_a_second_person(reviewing: Surroundings) -> None:
    page = begin(reviewing)
    no_waiting(page)
    total = page._pair.total
    for number in range(1, total + 1):
        reviewing.qtbot.waitUntil(lambda n=number: page._pair.number == n and not page._is_busy, timeout=20_000)
        reviewing.qtbot.keyClick(page.check.table, Qt.Key.Key_M)
    reviewing.qtbot.waitUntil(lambda: page.steps.currentWidget() is page.ending, timeout=20_000)
    assert "cannot promise that none" in page.ending.words.text()
    assert states(reviewing.desk) == {}
    page.ending.stage.click()
    reviewing.qtbot.waitUntil(lambda: "second person" in page.ending.title.text(), timeout=60_000)
    assert not page.ending.approve.isVisible()  # nobody approves their own
    assert set(states(reviewing.desk)) == {"awaiting-approval"}

    other = replace(reviewing.context, desk=replace(reviewing.desk, actor="otto", role="approver"))
    second = PAGE.make(other)
    reviewing.qtbot.addWidget(second)
    second.show()
    reviewing.wait(second)
    assert second.ending.approve.isVisible()
    second.ending.approve.click()
    reviewing.qtbot.waitUntil(lambda: "awaiting-approval" not in states(reviewing.desk), timeout=60_000)


def test_a_key_pressed_too_soon_answers_nothing(reviewing: Surroundings) -> None:
    page = begin(reviewing)
    page._guard.painted()
    reviewing.qtbot.keyClick(page.check.table, Qt.Key.Key_D)
    assert "Look first" in page.check.flash.text()
    assert page._pair.number == 1
    assert batch_view(reviewing.desk).under_way.left == page._pair.total


def test_an_answer_is_taken_back_and_one_wrong_pair_refuses(reviewing: Surroundings) -> None:
    page = begin(reviewing)
    no_waiting(page)
    first = page._pair.key
    reviewing.qtbot.keyClick(page.check.table, Qt.Key.Key_M)
    reviewing.qtbot.waitUntil(lambda: page._pair.number == 2, timeout=20_000)
    reviewing.qtbot.keyClick(page.check.table, Qt.Key.Key_Z)
    reviewing.qtbot.waitUntil(lambda: page._pair.key == first and page._pair.number == 1, timeout=20_000)
    reviewing.qtbot.waitUntil(lambda: not page._is_busy, timeout=20_000)
    page.check.apart.click()
    reviewing.qtbot.waitUntil(lambda: page.steps.currentWidget() is page.choose, timeout=20_000)
    assert any("two people" in text for text in reviewing.shell.toasts)
    assert states(reviewing.desk) == {}


def test_the_pair_shows_neither_score_nor_tier_nor_reason(reviewing: Surroundings) -> None:
    page = begin(reviewing)
    model = page.check.table.model()
    shown = " ".join(
        str(model.index(row, column).data()) for row in range(model.rowCount()) for column in range(model.columnCount())
    )
    assert "%" not in shown
    assert not any(word in shown.lower() for word in ("strong", "likely", "rule:"))


def test_switched_off_it_leads_to_the_settings(around: Surroundings) -> None:
    page = around.show(PAGE.make, "empty")
    page.findChild(Button, "batch_settings_button").click()
    assert around.shell.went == [("settings", "holds")]
