"""Locked stays locked: no key, cover or dialog shows anything before the passphrase."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from shell_examples import PASSPHRASE, PATIENT

from core.usecases.settings import change_settings
from desktop.shell.over import Over
from desktop.shell.scrolled import Scrolled


def shown(window):
    found = window.over.currentWidget()
    return found.page if isinstance(found, Scrolled) else found


def unlock(window, qtbot, passphrase=PASSPHRASE):
    window.over.unlock.edit.setText(passphrase)
    qtbot.keyClick(window.over.unlock.edit, Qt.Key.Key_Return)


def test_ctrl_l_covers_everything_with_the_unlock_page(window, press):
    press(Qt.Key.Key_L, ctrl=True)
    assert shown(window) is window.over.unlock
    assert window.windowTitle() == "Chartmend"
    assert QApplication.focusWidget() is window.over.unlock.edit
    assert not window.current.isVisible()


def test_the_passphrase_brings_back_page_title_and_focus(window, qtbot, press):
    window.go("outbox")
    press(Qt.Key.Key_L, ctrl=True)
    unlock(window, qtbot)
    qtbot.waitUntil(lambda: not window.over.is_locked)
    assert window.windowTitle() == "Chartmend - Second"
    assert QApplication.focusWidget() is window.current.list
    assert window.over.unlock.edit.text() == ""


def test_a_wrong_passphrase_stays_locked_and_says_so(window, qtbot, press):
    press(Qt.Key.Key_L, ctrl=True)
    unlock(window, qtbot, "not this one at all")
    qtbot.waitUntil(window.over.unlock.mistake.isVisible)
    assert window.over.unlock.mistake.text == "That is not the passphrase."
    assert window.over.is_locked


def test_covering_and_uncovering_never_unlocks(window, qtbot, press):
    press(Qt.Key.Key_L, ctrl=True)
    for _ in range(2):
        press(Qt.Key.Key_H, ctrl=True, shift=True)
        assert shown(window) is window.over.unlock
    window.cover()
    assert shown(window) is window.over.unlock
    unlock(window, qtbot)
    qtbot.waitUntil(lambda: not window.over.is_locked)
    assert not window.over.is_on


def test_no_key_works_while_locked(window, press):
    press(Qt.Key.Key_L, ctrl=True)
    for key, ctrl in ((Qt.Key.Key_2, True), (Qt.Key.Key_K, True), (Qt.Key.Key_F1, False), (Qt.Key.Key_F6, False)):
        press(key, ctrl=ctrl)
    window.go("outbox")
    assert shown(window) is window.over.unlock
    assert window.windowTitle() == "Chartmend"
    assert window.help.isHidden()
    assert window.header.jump.results == []


def test_keys_work_again_after_unlocking(window, qtbot, press):
    press(Qt.Key.Key_L, ctrl=True)
    unlock(window, qtbot)
    qtbot.waitUntil(lambda: not window.over.is_locked)
    press(Qt.Key.Key_3, ctrl=True)
    assert window.windowTitle() == "Chartmend - Second"


def test_open_dialogs_and_menus_go_away_while_locked(window, qtbot, press):
    dialog = QDialog(window)
    dialog.open()
    menu = QMenu(window)
    menu.addAction(PATIENT)
    menu.popup(window.pos())
    window.lock()
    assert not dialog.isVisible()
    assert not menu.isVisible()
    unlock(window, qtbot)
    qtbot.waitUntil(lambda: not window.over.is_locked)
    assert dialog.isVisible()
    dialog.close()


def test_ctrl_shift_h_covers_and_uncovers(window, press):
    press(Qt.Key.Key_H, ctrl=True, shift=True)
    assert shown(window) is window.over.curtain
    assert window.windowTitle() == "Chartmend"
    press(Qt.Key.Key_H, ctrl=True, shift=True)
    assert shown(window) is not window.over.curtain
    assert window.windowTitle() == "Chartmend - Example people"


def test_a_cover_can_be_locked(window, press):
    window.cover()
    window.lock()
    assert shown(window) is window.over.unlock


def test_idle_time_locks_and_warns_before(window):
    window.over.idle.warned.emit()
    assert "locks in a minute" in window._toast.label.text()
    window.over.idle.idle.emit()
    assert window.over.is_locked
    assert window.over.unlock.subtitle.text() == "Locked after 10 minutes. Your work is kept."


def test_the_practice_sets_when_it_locks_and_a_key_takes_the_warning_away(window, qtbot, desk):
    try:
        changes = change_settings(desk, {"privacy.lock_minutes": 5})
        window.bus.tell(changes)
        qtbot.waitUntil(lambda: window.over.idle.minutes == 5)
        window.over.idle.warned.emit()
        assert window._toast.isVisible()
        window.toast("Something else.")
        window.over.idle.stayed.emit()
        assert window._toast.label.text() == "Something else."
        assert window._toast.isVisible()
        window.over.idle.warned.emit()
        window.over.idle.stayed.emit()
        assert not window._toast.isVisible()
    finally:
        change_settings(desk, {"privacy.lock_minutes": 10})


def test_going_away_covers_only_when_switched_on(window):
    away = window.over.away
    away.on_state(Qt.ApplicationState.ApplicationInactive)
    assert not away._timer.isActive()
    away.is_on = True
    away.on_state(Qt.ApplicationState.ApplicationInactive)
    assert away._timer.isActive()
    away.on_state(Qt.ApplicationState.ApplicationActive)
    assert not away._timer.isActive()
    away.away.emit()
    assert shown(window) is window.over.curtain


def test_a_change_made_while_locked_is_read_at_unlock(window, qtbot):
    page = window.current
    reads = page.times_read
    window.lock()
    window.bus.changed.emit(frozenset({"people"}))
    assert page.times_read == reads
    unlock(window, qtbot)
    qtbot.waitUntil(lambda: page.times_read > reads)
    assert isinstance(window.over, Over)
