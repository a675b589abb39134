"""One table of keys: bound, shown and explained from the same rows."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QListWidget, QVBoxLayout, QWidget

from desktop.keys import as_markdown, bind, cap, key_of, keys_of, table


def test_acts_are_unique_and_keys_can_be_read():
    rows = table()
    assert len({row.act for row in rows}) == len(rows)
    for row in rows:
        for key in keys_of(row.act):
            assert QKeySequence.fromString(key).count() == 1, key


def test_no_key_does_two_things_at_one_place():
    seen = {}
    for row in table():
        for key in keys_of(row.act):
            others = {where for where, act in seen.get(key, ()) if act != row.act}
            assert row.where not in others, (key, row.where)
            assert "everywhere" not in others, (key, row.act)
            seen.setdefault(key, []).append((row.where, row.act))


def test_the_keys_page_lists_every_key():
    text = as_markdown()
    for row in table():
        assert f"`{cap(row.key)}`" in text
        assert row.words in text


@pytest.mark.parametrize(("key", "shown"), [("Ctrl+K", "Ctrl K"), ("M", "M"), ("=", "="), ("F6", "F6")])
def test_caps_are_short(key, shown):
    assert cap(key) == shown


def test_a_letter_works_in_the_list_and_types_in_a_text_box(application, qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    rows, edit, done = QListWidget(), QLineEdit(), []
    column.addWidget(rows)
    column.addWidget(edit)
    action = bind(holder, "same", keys_of("same"), "same person", lambda: done.append(1))
    holder.show()
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    rows.setFocus()
    qtbot.keyClick(rows, Qt.Key.Key_M)
    assert done == [1]
    edit.setFocus()
    qtbot.keyClicks(edit, "m")
    assert edit.text() == "m"
    assert done == [1]
    assert action.objectName() == "act_same"
    assert not action.autoRepeat()
    assert action.shortcut().toString() == key_of("same")
