"""From an empty folder over a new store to the window, and to an end that leaves nothing running."""

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from shell_examples import PASSPHRASE

from core import boot
from core.desk import Desk
from core.errors import Damaged
from core.jobs import Job
from core.usecases.settings import change_settings
from core.usecases.staff import add_person, change_role
from desktop import a11y, theme
from desktop import app as app_module
from desktop.app import Start
from desktop.shell.recovery import RecoveryPage
from desktop.shell.unlock import UnlockPage


def type_passphrase(app, qtbot, text):
    page = app.door.page
    assert isinstance(page, UnlockPage)
    page.edit.setText(text)
    qtbot.keyClick(page.edit, Qt.Key.Key_Return)


def test_first_run_offers_three_choices_with_the_demo_in_front(make_app, tmp_path):
    door = make_app(Start(tmp_path)).door
    assert door.page is door.choices
    assert door.focusWidget() is door.choices.demo
    assert door.windowTitle() == "Chartmend"
    assert list(a11y.unnamed(door)) == []


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_every_size_of_text_leaves_the_choices_whole(make_app, tmp_path, application, qtbot, scale):
    door = make_app(Start(tmp_path)).door
    theme.apply(application, "light", scale, is_motion_on=False)
    door.resize(1366, 768)
    choices = door.choices

    def is_whole(button):
        hint = button.sizeHint()
        is_inside = choices.rect().contains(button.mapTo(choices, button.rect().bottomRight()))
        return is_inside and button.height() >= hint.height() and button.width() >= hint.width()

    for button in (choices.demo, choices.connect_button, choices.restore_button):
        qtbot.waitUntil(lambda button=button: is_whole(button))
    assert door.width() == 1366
    theme.apply(application, "light", is_motion_on=False)


def test_a_new_store_by_keyboard_ends_on_connections_words(make_app, tmp_path, qtbot):
    app = make_app(Start(tmp_path / "new", actor="dana"))
    app.door.choices.connect_button.setFocus()
    qtbot.keyClick(app.door.choices.connect_button, Qt.Key.Key_Return)
    app.door.page.again.setText(PASSPHRASE)
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(lambda: isinstance(app.door.page, RecoveryPage), timeout=10_000)
    recovery = app.door.page.key.text()
    app.door.page.kept.emit()
    qtbot.waitUntil(lambda: app.window is not None, timeout=10_000)
    assert app.desk.actor == "dana"
    assert app.desk.role == "owner"
    boot.check_passphrase(tmp_path / "new", recovery)
    assert not app.door.isVisible()


def test_an_existing_store_asks_and_opens(make_app, store_home, qtbot):
    app = make_app(Start(store_home))
    type_passphrase(app, qtbot, "not the passphrase")
    qtbot.waitUntil(app.door.page.mistake.isVisible, timeout=10_000)
    assert app.window is None
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(lambda: app.window is not None, timeout=10_000)


def test_a_damaged_store_is_not_called_a_wrong_passphrase(make_app, store_home, qtbot, monkeypatch):
    def damaged(*_args, **_named):
        raise Damaged("The store file is damaged, or it is not a Chartmend store.")

    app = make_app(Start(store_home))
    monkeypatch.setattr(boot, "open_desk", damaged)
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(app.door.page.mistake.isVisible, timeout=10_000)
    assert "damaged" in app.door.page.mistake.text
    assert "Restore a backup" in app.door.page.mistake.text


def test_a_folder_without_a_store_is_said_so(make_app, tmp_path):
    door = make_app(Start(tmp_path)).door
    door._opened(tmp_path)
    assert "no store in that folder" in door.choices.mistake.text()


def test_back_leaves_nothing_typed(make_app, store_home, qtbot):
    door = make_app(Start(store_home)).door
    door.page.edit.setText("typed")
    door.page.left.emit()
    assert door.page is door.choices
    qtbot.waitUntil(lambda: door.findChildren(UnlockPage) == [])


def test_somebody_else_signs_in_under_another_name(make_app, store_home, qtbot):
    app = make_app(Start(store_home, actor="dana"))
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(lambda: app.window is not None, timeout=10_000)
    app.window.switching.emit()
    assert app.window is None
    assert app.door.isVisible()
    app.door.page.name_edit.setText("kim")
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(lambda: app.window is not None, timeout=10_000)
    assert app.desk.actor == "kim"
    assert app.window.strip.person.text() == "kim, Owner"


def test_where_people_are_set_up_one_of_them_signs_in_and_is_asked_again_after_a_lock(make_app, tmp_path, qtbot):
    home = tmp_path / "people"
    boot.create_store(home, PASSPHRASE)
    desk = boot.open_desk(home, PASSPHRASE, "dana")
    add_person(desk, "Dana Osei", "administrator")
    add_person(desk, "R. Diaz", "approver")
    change_settings(desk, {"practice.name": "Riverside Family Practice"})
    desk.close()
    app = make_app(Start(home, actor="somebody of this computer"))
    page = app.door.page
    assert [page.who.itemText(row) for row in range(page.who.count())] == ["Dana Osei", "R. Diaz"]
    page.who.setCurrentText("R. Diaz")
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(lambda: app.window is not None, timeout=10_000)
    assert app.window.strip.person.text() == "R. Diaz, Approver"
    change_role(replace(app.desk, role="administrator"), "R. Diaz", "biller")
    over = app.window.over
    over.lock()
    over.unlock.edit.setText(PASSPHRASE)
    qtbot.keyClick(over.unlock.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(over.unlock.mistake.isVisible, timeout=10_000)
    assert "role was changed" in over.unlock.mistake.text
    assert over.is_locked
    over.unlock.switch.click()
    assert app.door.page.who.currentIndex() == -1


def test_the_demo_opens_with_one_click_and_is_left_again(make_app, tmp_path, qtbot, monkeypatch, store_home):
    closed = []

    class Demo(Desk):
        is_demo = True

        def close(self):
            closed.append(1)
            self.store.close()

    def open_demo(_start, actor):
        plain = boot.open_desk(store_home, PASSPHRASE, actor)
        return Demo(plain.store, plain.actor, plain.role, plain.clock)

    monkeypatch.setattr(app_module, "_open_demo", open_demo)
    app = make_app(Start(tmp_path))
    qtbot.keyClick(app.door.choices.demo, Qt.Key.Key_Return)
    assert app.door.choices.mistake.text() == "Making the demo practice…"
    assert not app.door.choices.demo.isEnabled()
    qtbot.waitUntil(lambda: app.window is not None, timeout=10_000)
    qtbot.waitUntil(app.window.banners.isVisible)
    app.window.leaving.emit()
    assert app.door.page is app.door.choices
    assert app.door.choices.demo.isEnabled()
    qtbot.waitUntil(lambda: closed == [1])


def test_quitting_stops_jobs_closes_the_store_and_leaves_no_thread(make_app, store_home, qtbot):
    app = make_app(Start(store_home))
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(lambda: app.window is not None, timeout=10_000)
    job = Job("Pulling EHR")
    app.tasks.run(lambda: job.wait(60), job=job, lane="network", failed=lambda _error: None)
    app.window.close()
    qtbot.waitUntil(lambda: bool(app.quits), timeout=10_000)
    assert job.is_cancelled
    assert app.is_clean
    assert app.desk is None
    app.quits.append(1)  # told once; the fixture waits for it
    assert not [t for t in threading.enumerate() if t.name.startswith("chartmend")]


def test_an_unexpected_error_is_said_and_the_window_lives(make_app, store_home, qtbot, caplog):
    from desktop.shell import crash

    app = make_app(Start(store_home))
    undo = crash.install(app.complain)
    try:
        try:
            raise ValueError("Quillfeather, born 1984")
        except ValueError as error:
            import sys

            sys.excepthook(type(error), error, error.__traceback__)
    finally:
        undo()
    qtbot.waitUntil(app.door.page.mistake.isVisible)
    assert "What you decided is kept." in app.door.page.mistake.text
    assert "ValueError" in caplog.text
    assert "test_first_run_and_end.py:" in caplog.text
    assert "Quillfeather" not in caplog.text + app.door.page.mistake.text


@pytest.mark.parametrize(
    ("is_demo", "has_real", "folder"), [(True, False, ""), (False, False, "demo"), (True, True, "demo")]
)
def test_the_demo_never_lies_on_a_real_store(tmp_path, store_home, is_demo, has_real, folder):
    home = store_home if has_real else tmp_path
    assert Start(home, is_demo).demo_home == (home / folder if folder else home)
