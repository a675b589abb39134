"""The jump box finds pages, commands and record numbers, and forgets what was typed."""

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QCompleter

from core.queries.numbers import NumberHit
from desktop.shell import window as window_module
from desktop.shell.jump import Jump, rank


def jumps(*words):
    return [Jump(one, lambda: None) for one in words]


@pytest.mark.parametrize(
    ("text", "first"),
    [("out", "Outbox"), ("now", "Lock now"), ("BOX", "Outbox"), ("", "Today")],
)
def test_beginnings_come_before_words_before_middles(text, first):
    assert rank(jumps("Today", "Outbox", "Lock now", "Unknown"), text)[0].words == first


def test_nothing_fits():
    assert rank(jumps("Today", "Outbox"), "zzz") == []


def test_a_page_is_reached_by_typing_its_name(window, qtbot, press):
    press(Qt.Key.Key_K, ctrl=True)
    qtbot.keyClicks(window.header.jump.edit, "seco")
    press(Qt.Key.Key_Return)
    assert window.windowTitle() == "Chartmend - Second"
    assert window.header.jump.edit.text() == ""


def test_a_hidden_page_is_found_by_name(window, qtbot, press):
    press(Qt.Key.Key_K, ctrl=True)
    qtbot.keyClicks(window.header.jump.edit, "hidden")
    press(Qt.Key.Key_Return)
    assert window.windowTitle() == "Chartmend - Hidden one"


def test_a_command_is_run_by_typing_its_name(window, qtbot, press):
    press(Qt.Key.Key_K, ctrl=True)
    qtbot.keyClicks(window.header.jump.edit, "lock n")
    press(Qt.Key.Key_Return)
    assert window.over.is_locked


def test_arrows_choose_among_what_was_found(window, qtbot, press):
    press(Qt.Key.Key_K, ctrl=True)
    found = [jump.words for jump in window.header.jump.results]
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert found[:2] == ["Example people", "Second"]
    assert window.windowTitle() == "Chartmend - Second"


def test_a_number_leads_to_what_waits_under_it(window, qtbot, press, monkeypatch):
    asked = []

    def look(_desk, number):
        asked.append(number)
        return NumberHit("outbox", "c-1")

    monkeypatch.setattr(window_module, "find_number", look)
    press(Qt.Key.Key_K, ctrl=True)
    qtbot.keyClicks(window.header.jump.edit, "20441")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.windowTitle() == "Chartmend - Second")
    assert asked == ["20441"]
    assert window.current.arguments == ["c-1"]


def test_an_unknown_number_is_said_and_changes_nothing(window, qtbot, press):
    press(Qt.Key.Key_K, ctrl=True)
    qtbot.keyClicks(window.header.jump.edit, "99999999")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(window._toast.isVisible)
    assert window._toast.label.text() == "Nothing that waits has this number."
    assert window.windowTitle() == "Chartmend - Example people"


def test_nothing_typed_is_kept(window, qtbot, press, tmp_path):
    press(Qt.Key.Key_K, ctrl=True)
    qtbot.keyClicks(window.header.jump.edit, "Quillfeather")
    press(Qt.Key.Key_Escape)
    assert window.header.jump.edit.text() == ""
    assert window.header.jump.results == []
    assert window.header.jump.edit.completer() is None
    assert window.findChildren(QCompleter) == []
    window.memory.keep(window)
    kept = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    assert not any("Quillfeather" in str(kept.value(key)) for key in kept.allKeys())
