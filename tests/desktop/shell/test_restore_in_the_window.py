"""Restoring from the first screen and from the open window: what comes up, and what stays when it is refused."""

import pytest
from PySide6.QtCore import Qt
from shell_examples import PASSPHRASE

from core import boot
from core.settings.store import get_setting, set_setting
from core.usecases.backup import back_up_now
from desktop.app import Start

NAME = "practice.name"


@pytest.fixture
def backed_up(tmp_path):
    """The home of a store, and a backup of it from before the practice was renamed."""
    home = tmp_path / "home"
    boot.create_store(home, PASSPHRASE)
    desk = boot.open_desk(home, PASSPHRASE, "dana")
    with desk.store.write("dana") as unit:
        set_setting(unit, NAME, "Northside")
    path = back_up_now(desk, tmp_path).value.path
    with desk.store.write("dana") as unit:
        set_setting(unit, NAME, "Renamed")
    desk.close()
    return home, path


def type_passphrase(app, qtbot, text):
    app.door.page.edit.setText(text)
    qtbot.keyClick(app.door.page.edit, Qt.Key.Key_Return)


def name_of(desk):
    with desk.store.read() as connection:
        return get_setting(connection, NAME), get_setting(connection, "outbox.paused")


def test_the_third_choice_of_the_first_run_brings_a_backup_to_a_new_computer(make_app, backed_up, tmp_path, qtbot):
    app = make_app(Start(tmp_path / "new computer", actor="dana"))
    app.door.ask_backup(tmp_path / "new computer", backed_up[1])
    type_passphrase(app, qtbot, "not the passphrase")
    qtbot.waitUntil(app.door.page.mistake.isVisible, timeout=10_000)
    assert app.window is None
    app.door.page._free_at = 0.0
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(lambda: app.window is not None, timeout=20_000)
    assert name_of(app.desk) == ("Northside", True)


def test_the_first_screen_does_not_replace_a_store_that_works(make_app, backed_up, qtbot):
    home, path = backed_up
    app = make_app(Start(home, actor="dana"))
    app.door.ask_backup(home, path)
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(app.door.page.mistake.isVisible, timeout=10_000)
    assert "There is a store on this computer already." in app.door.page.mistake.text
    desk = boot.open_desk(home, PASSPHRASE, "dana")
    assert name_of(desk) == ("Renamed", False)
    desk.close()


def test_a_restore_from_the_window_opens_the_restored_store(make_app, backed_up, qtbot):
    home, path = backed_up
    app = make_app(Start(home, actor="dana"))
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(lambda: app.window is not None, timeout=10_000)
    before = app.window
    app.window.restore(path, PASSPHRASE)
    qtbot.waitUntil(lambda: app.window is not None and app.window is not before, timeout=20_000)
    assert name_of(app.desk) == ("Northside", True)
    qtbot.waitUntil(lambda: "paused" in app.window.banners.keys, timeout=10_000)


def test_a_refused_restore_leaves_the_window_on_the_store_of_before(make_app, backed_up, qtbot):
    home, path = backed_up
    app = make_app(Start(home, actor="dana"))
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(lambda: app.window is not None, timeout=10_000)
    before = app.window
    app.window.restore(path, "not the passphrase")
    qtbot.waitUntil(lambda: app.window is not None and app.window is not before, timeout=20_000)
    assert name_of(app.desk) == ("Renamed", False)
    assert not list(home.glob("before-restore-*"))
