"""The offline pack's page: counts, limits, and a refresh."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from surroundings import Surroundings

from desktop.pages.offline.page import REFRESH, OfflinePage


def test_it_says_what_is_here_and_how_old_it_is(around: Surroundings) -> None:
    page = around.show(OfflinePage)
    facts = page.left.accessibleDescription()
    assert "Patients: " in facts
    assert "Patients: 0" not in facts
    assert "the last time" in page.estimate.text()
    assert page.table.model().rowCount() == 2
    assert "fresh enough" in page.summary.text()


def test_nothing_is_here_before_something_is_connected(empty_around: Surroundings) -> None:
    empty_around.show(OfflinePage, "empty")


def test_a_refresh_by_keyboard_reads_every_source(around: Surroundings, qtbot: QtBot) -> None:
    page = around.show(OfflinePage)
    page.main.setFocus()
    qtbot.keyClick(page.main, Qt.Key.Key_Space)
    assert not page.button.isEnabled()
    page.open_at(REFRESH)  # a second wish while the first is under way begins nothing
    qtbot.waitUntil(lambda: bool(around.shell.toasts), timeout=60_000)
    assert around.shell.toasts == ["Everything is here. You can leave."]
    qtbot.waitUntil(page.button.isEnabled, timeout=5_000)


def test_a_limit_is_changed_and_holds(around: Surroundings, qtbot: QtBot) -> None:
    page = around.show(OfflinePage)
    page.identity._take("48")
    qtbot.waitUntil(lambda: around.tasks.is_idle, timeout=5_000)
    page.refresh()
    qtbot.waitUntil(lambda: around.tasks.is_idle, timeout=5_000)
    assert page.identity.value == "48"
