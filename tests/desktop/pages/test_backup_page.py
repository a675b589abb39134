"""The Backup page: make one, try one, see what a restore would replace, and hand it to the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from surroundings import Surroundings

from core.usecases.backup import back_up_now, change_backup_settings
from desktop.pages.backup.page import BackupPage

PHRASE = "a long passphrase"


def test_nothing_yet_and_a_backup_by_keyboard(empty_around: Surroundings, qtbot: QtBot) -> None:
    page = empty_around.show(BackupPage)
    assert page.nothing.isVisible()
    assert "no backup" in page.summary.text()
    page.main.setFocus()
    qtbot.keyClick(page.main, Qt.Key.Key_Space)
    qtbot.waitUntil(page.table.isVisible, timeout=20_000)
    assert "Backed up and checked" in empty_around.shell.toasts[-1]
    assert not page.nothing.isVisible()
    assert "ago" in page.summary.text() or "just now" in page.summary.text()


def test_a_try_says_what_it_holds_and_only_then_it_can_be_restored(empty_around: Surroundings, qtbot: QtBot) -> None:
    made = back_up_now(empty_around.desk).value
    page = empty_around.show(BackupPage)
    page.table.select_id(str(made.path))
    qtbot.waitUntil(page.drawer.isVisible, timeout=5_000)
    assert not page.drawer.restore.isVisible()
    page.drawer.edit.setText("wrong")
    qtbot.keyClick(page.drawer.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "does not open the backup" in page.drawer.edit.accessibleDescription(), timeout=20_000)
    assert not page.drawer.restore.isVisible()
    page.drawer.edit.setText(PHRASE)
    qtbot.keyClick(page.drawer.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(page.drawer.restore.isVisible, timeout=20_000)
    assert "People: 0, now 0" in page.drawer.held.accessibleDescription()
    assert "Outbox is paused" in page.drawer.honest.text()
    qtbot.waitUntil(lambda: page.drawer.restore.hasFocus() or not page.isActiveWindow(), timeout=5_000)
    qtbot.mouseClick(page.drawer.restore, Qt.MouseButton.LeftButton)
    assert empty_around.shell.restored == [(made.path, PHRASE)]


def test_an_empty_passphrase_is_asked_for_and_esc_closes_the_drawer(empty_around: Surroundings, qtbot: QtBot) -> None:
    made = back_up_now(empty_around.desk).value
    page = empty_around.show(BackupPage)
    page.table.select_id(str(made.path))
    qtbot.waitUntil(page.drawer.isVisible, timeout=5_000)
    qtbot.mouseClick(page.drawer.try_button, Qt.MouseButton.LeftButton)
    assert "Type the passphrase" in page.drawer.edit.accessibleDescription()
    qtbot.keyClick(page.drawer, Qt.Key.Key_Escape)
    assert not page.drawer.isVisible()


def test_a_file_that_is_no_backup_is_said_in_a_toast(empty_around: Surroundings, qtbot: QtBot) -> None:
    page = empty_around.show(BackupPage)
    letter = empty_around.desk.home / "letter.chartmend"
    letter.write_text("dear")
    page.open_at(letter)
    qtbot.waitUntil(lambda: bool(empty_around.shell.toasts), timeout=5_000)
    assert "not a whole backup" in empty_around.shell.toasts[-1]
    assert not page.drawer.isVisible()


def test_a_folder_that_is_gone_is_said_and_nothing_can_be_made_there(empty_around: Surroundings, qtbot: QtBot) -> None:
    away = empty_around.desk.home / "stick"
    away.mkdir()
    change_backup_settings(empty_around.desk, folder=str(away))
    away.rmdir()
    page = empty_around.show(BackupPage)
    assert "not there now" in page.where.disk.text()
    assert not page.make.isEnabled()
    qtbot.mouseClick(page.where.beside, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.make.isEnabled, timeout=5_000)


def test_how_many_are_kept_is_a_choice_with_an_audit_row(empty_around: Surroundings, qtbot: QtBot) -> None:
    page = empty_around.show(BackupPage)
    page.where.keep._take("14")
    page.where.schedule._take("weekly")
    qtbot.waitUntil(lambda: empty_around.tasks.is_idle, timeout=5_000)
    qtbot.waitUntil(lambda: "once a week" in page.where.facts.accessibleDescription(), timeout=5_000)
    assert page.where.keep.value == "14"
