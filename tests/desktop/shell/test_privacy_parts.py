"""Clipboard, idle time, and what the window remembers."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop import theme
from desktop.privacy import idle as idle_module
from desktop.privacy.clipboard import CLEAR_AFTER_S, ClipboardGuard
from desktop.privacy.idle import IdleWatch
from desktop.shell.memory import Memory


def bring_to_front(widget, qtbot):
    """Shortcuts work in the active window only."""
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


@pytest.fixture
def guard(application):
    made = ClipboardGuard(application)
    yield made
    made.clear()
    made.deleteLater()


def clipboard():
    return QGuiApplication.clipboard()


def test_a_copied_patient_value_is_marked_and_cleared_after_its_time(guard):
    counted = []
    guard.counted.connect(counted.append)
    guard.copy("20441")
    assert clipboard().text() == "20441"
    assert bytes(clipboard().mimeData().data("x-kde-passwordManagerHint").data()) == b"secret"
    for _ in range(CLEAR_AFTER_S - 1):
        guard.tick()
    assert clipboard().text() == "20441"
    guard.tick()
    assert clipboard().text() == ""
    assert counted[0] == CLEAR_AFTER_S
    assert counted[-1] == 0


def test_what_somebody_else_copied_is_never_cleared(guard):
    guard.copy("20441")
    other = QMimeData()
    other.setText("a shopping list")
    clipboard().setMimeData(other)
    for _ in range(CLEAR_AFTER_S + 1):
        guard.tick()
    guard.clear()
    assert clipboard().text() == "a shopping list"


def test_clear_now_clears_now(guard):
    guard.copy("20441")
    guard.clear()
    assert clipboard().text() == ""


@pytest.fixture
def clocks(monkeypatch):
    class Clocks:
        steady = wall = 1000.0

        def monotonic(self):
            return self.steady

        def time(self):
            return self.wall

    made = Clocks()
    monkeypatch.setattr(idle_module, "time", made)
    return made


@pytest.fixture
def watch(application, clocks):
    made = IdleWatch(10, application, application)
    made.told = []
    made.warned.connect(lambda: made.told.append("warned"))
    made.idle.connect(lambda: made.told.append("idle"))
    made.start()
    yield made
    made.stop()
    made.deleteLater()


def test_it_warns_a_minute_before_and_then_locks(watch, clocks):
    clocks.steady = clocks.wall = 1000 + 539
    watch.look()
    assert watch.told == []
    clocks.steady = clocks.wall = 1000 + 541
    watch.look()
    watch.look()
    assert watch.told == ["warned"]
    clocks.steady = clocks.wall = 1000 + 600
    watch.look()
    assert watch.told == ["warned", "idle"]


def test_a_computer_that_slept_was_not_used(watch, clocks):
    clocks.wall += 3600  # the steady clock may stand still during sleep
    watch.look()
    assert watch.told == ["idle"]


def test_a_key_extends(watch, clocks, qtbot, application):
    from PySide6.QtWidgets import QLineEdit

    edit = QLineEdit()
    qtbot.addWidget(edit)
    clocks.steady = clocks.wall = 1000 + 590
    watch.look()
    qtbot.keyClick(edit, "a")
    clocks.steady = clocks.wall = 1000 + 700
    watch.look()
    assert watch.told == ["warned"]


def test_a_key_that_a_shortcut_takes_counts_too(watch, clocks, qtbot, application):
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    done = []
    widget = QWidget()
    qtbot.addWidget(widget)
    action = QAction(widget)
    action.setShortcut("M")
    action.triggered.connect(lambda: done.append("M"))
    widget.addAction(action)
    bring_to_front(widget, qtbot)
    clocks.steady = clocks.wall = 1000 + 500
    qtbot.keyClick(widget, "m")
    assert done == ["M"]
    clocks.steady = clocks.wall = 1000 + 700
    watch.look()
    assert watch.told == []


def test_the_key_that_answers_the_warning_does_nothing_else(watch, clocks, qtbot, application):
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QListWidget

    done = []
    watch.stayed.connect(lambda: watch.told.append("stayed"))
    queue = QListWidget()
    qtbot.addWidget(queue)
    action = QAction(queue)
    action.setShortcut("M")
    action.triggered.connect(lambda: done.append("M"))
    queue.addAction(action)
    bring_to_front(queue, qtbot)
    clocks.steady = clocks.wall = 1000 + 545
    watch.look()
    qtbot.keyClick(queue, "m")
    assert (watch.told, done) == (["warned", "stayed"], [])
    qtbot.keyClick(queue, "m")
    assert done == ["M"]


def test_single_letters_can_be_switched_off(application, tmp_path, qtbot):
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from desktop.widgets.button import Button

    done = []
    widget = QWidget()
    qtbot.addWidget(widget)
    for key in ("M", "?", "Ctrl+M"):
        action = QAction(widget)
        action.setShortcut(key)
        action.triggered.connect(lambda _on=False, key=key: done.append(key))
        widget.addAction(action)
    button = Button("Same person", "example_button", key="M", parent=widget)
    wide = button.sizeHint().width()
    bring_to_front(widget, qtbot)
    memory = Memory(tmp_path, "dana")
    memory.look(application, mode="light", has_single_keys=False)
    try:
        qtbot.keyClick(widget, "m")
        qtbot.keyClick(widget, "?")
        qtbot.keyClick(widget, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
        assert done == ["Ctrl+M"]
        assert button.sizeHint().width() < wide
        assert button.accessibleDescription() == ""
    finally:
        memory.look(application, has_single_keys=True)
    qtbot.keyClick(widget, "m")
    assert done == ["Ctrl+M", "M"]
    theme.apply(QApplication.instance(), "light", is_motion_on=False)


def test_a_look_is_each_persons_own_and_the_last_one_stands_at_the_door(application, tmp_path):
    dana, kim = Memory(tmp_path, "dana"), Memory(tmp_path, "kim")
    dana.look(application, mode="dark")
    kim.look(application, mode="light", scale=1.5)
    assert (dana.mode, dana.scale, kim.mode) == ("dark", 1.5, "light")
    assert Memory(tmp_path, "somebody new").mode == "light"
    kim.signed_in()
    assert dana.last_of(("dana", "kim")) == "kim"
    assert "kim" not in (tmp_path / "window.ini").read_text(encoding="utf-8")
    theme.apply(QApplication.instance(), "light", is_motion_on=False)


@pytest.mark.parametrize("mode", ["light", "dark", "contrast"])
def test_a_chosen_look_is_kept_and_put_in_force(application, tmp_path, mode):
    Memory(tmp_path, "dana").look(application, mode=mode, scale=1.25)
    assert theme.current().mode == mode
    assert theme.current().scale == 1.25
    again = Memory(tmp_path, "kim")
    assert (again.mode, again.scale) == (mode, 1.25)
    theme.apply(QApplication.instance(), "light", is_motion_on=False)


def test_spoilt_memory_falls_back_to_the_defaults(tmp_path):
    (tmp_path / "window.ini").write_text("[General]\nmode=purple\nscale=huge\n", encoding="utf-8")
    memory = Memory(tmp_path, "dana")
    assert (memory.mode, memory.scale, memory.page) == ("system", 1.0, "")
