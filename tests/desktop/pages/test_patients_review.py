"""Deciding pairs on the review page, by keyboard where people do it by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from review_hands import Hands, settle
from sqlalchemy import select
from surroundings import Surroundings

from core.queries.outbox import list_corrections
from core.queries.pair import pair
from core.store.tables.people import judgements
from desktop.pages.patients import PAGE
from desktop.pages.patients.guard import SlipGuard


@pytest.fixture
def hands(around: Surroundings) -> Iterator[Hands]:
    yield Hands(around)
    settle(around)


def _plain(row: Any) -> bool:
    return row.tier == "strong" and not row.has_stop and "twice" in row.facts


def _stopped(row: Any) -> bool:
    return bool(row.has_stop)


def test_m_stages_the_pair_shows_the_next_at_once_and_z_brings_everything_back(hands: Hands) -> None:
    page = hands.page
    keys = page.list.queue.keys
    first = page._shown.view.key
    earlier = {row["id"] for row in list_corrections(hands.around.desk)}  # of tests before this one
    hands.wait_for(lambda: page.shelf.get(keys[1]) is not None)
    hands.press(Qt.Key.Key_M)
    assert page._shown.view.key == keys[1]  # without waiting for anything
    hands.wait_for(lambda: hands.status(first) == "staged")
    hands.wait_for(lambda: first not in page.list.queue.keys and page.undo_button.isVisible())
    assert page.undo_button.text() == "Undo: same person, pair 1"
    staged = [row for row in list_corrections(hands.around.desk) if row["id"] not in earlier]
    assert {row["finding"] for row in staged} == {first}
    assert {row["state"] for row in staged} <= {"held", "by-hand"}
    hands.press(Qt.Key.Key_Z)
    hands.wait_for(lambda: hands.shown_key() == first)
    assert page.list.queue.keys == keys
    assert hands.status(first) == "open"
    assert {r["state"] for r in list_corrections(hands.around.desk) if r["finding"] == first} == {"dropped"}
    assert not page.undo_button.isVisible()


def test_nothing_is_decided_on_a_pair_that_was_only_just_shown(hands: Hands) -> None:
    hands.page.guard.painted()
    key = hands.page._shown.view.key
    for press in (Qt.Key.Key_M, Qt.Key.Key_U):
        hands.press(press)
    assert hands.page._shown.view.key == key
    assert "only just shown" in hands.page.detail.hint.label.text()
    assert hands.decision(key) == {}


def test_a_key_that_is_held_down_decides_nothing(hands: Hands) -> None:
    key = hands.page._shown.view.key
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier, "m", True)
    QApplication.sendEvent(hands.page.list, event)
    assert hands.page._shown.view.key == key
    assert hands.decision(key) == {}


def test_enter_never_decides(hands: Hands) -> None:
    key = hands.page._shown.view.key
    for button in (hands.page.detail.merge, hands.page.detail.apart, hands.page.detail.unsure):
        button.setFocus()
        hands.press(Qt.Key.Key_Return, button)
    assert hands.page._shown.view.key == key
    assert hands.decision(key) == {}


def test_letters_do_nothing_while_somebody_types(hands: Hands) -> None:
    edit = hands.page.filter.edit
    hands.press(Qt.Key.Key_Slash)
    hands.around.qtbot.keyClicks(edit, "mduz")
    assert edit.text() == "mduz"
    assert all(hands.status(row.key) == "open" for row in hands.page._view.open)


def test_a_stop_sign_moves_the_accent_and_asks_for_a_written_reason(hands: Hands) -> None:
    page, key = hands.page, hands.go_to(_stopped)
    detail = page.detail
    assert detail.stop.isVisible() and "twins" in detail.stop.title.text()
    assert (detail.apart.kind, detail.merge.kind) == ("primary", "plain")
    hands.press(Qt.Key.Key_M)
    assert detail.why.isVisible() and detail.why.edit.hasFocus()
    assert not detail.why.button.isEnabled()
    hands.around.qtbot.keyClicks(detail.why.edit, "seen both cards, one person")
    hands.press(Qt.Key.Key_Return, detail.why.edit)
    assert hands.status(key) == "open"
    hands.press(Qt.Key.Key_Tab, detail.why.edit)
    assert detail.why.button.hasFocus()
    hands.press(Qt.Key.Key_Space, detail.why.button)
    hands.wait_for(lambda: hands.status(key) == "staged")
    assert hands.decision(key)["reason"] == "seen both cards, one person"


def test_under_a_stop_sign_nothing_moves_that_nobody_chose(hands: Hands) -> None:
    hands.go_to(_stopped)
    choices = hands.page._shown
    assert choices.takes() == {}
    row = next(row for row in choices.view.rows if row.can_choose and row.values[1 - choices.keep])
    assert choices.pick(row.field, 1 - choices.keep)
    assert list(choices.takes()) == [row.field]


def test_keep_apart_takes_the_stop_sign_as_its_reason(hands: Hands) -> None:
    key = hands.go_to(_stopped)
    hands.press(Qt.Key.Key_D)
    hands.wait_for(lambda: hands.status(key) == "dismissed")
    assert "twins" in hands.decision(key)["reason"]


def test_keep_apart_asks_why_and_a_digit_answers(hands: Hands) -> None:
    page, key = hands.page, hands.go_to(_plain)
    hands.press(Qt.Key.Key_D)
    row = page.detail.apart_row
    assert row.isVisible() and hands.status(key) == "open"
    hands.press(Qt.Key.Key_Escape, row.buttons["1"])
    assert not row.isVisible() and page.detail.table.hasFocus()
    hands.press(Qt.Key.Key_D, page.detail.table)
    hands.press(Qt.Key.Key_2, row.buttons["1"])
    hands.wait_for(lambda: hands.status(key) == "dismissed")
    assert hands.decision(key)["reason"] == "Same name"
    with hands.around.desk.store.read() as connection:
        assert connection.execute(select(judgements.c.is_same)).scalars().all() == [0]


def test_a_decided_pair_can_be_taken_back_from_its_tab(hands: Hands) -> None:
    page, key = hands.page, hands.go_to(_plain)
    hands.press(Qt.Key.Key_M)
    hands.wait_for(lambda: any(row.key == key for row in page._view.decided))
    page.tabs.choose("decided")
    hands.wait_for(lambda: hands.shown_key() == key)
    detail = page.detail
    assert not detail.merge.isVisible() and detail.reopen.isVisible()
    assert detail.hint.label.text().startswith("Same person, by R. Diaz")
    detail.reopen.click()
    hands.wait_for(lambda: page.tabs.current_key == "all" and hands.shown_key() == key)
    assert hands.status(key) == "open" and not page.undo_button.isVisible()


def test_not_sure_goes_to_the_end_and_asks_nothing(hands: Hands) -> None:
    page, key = hands.page, hands.page._shown.view.key
    hands.press(Qt.Key.Key_U)
    hands.wait_for(lambda: page.list.queue.keys[-1] == key and hands.shown_key() not in (None, key))
    assert hands.status(key) == "open"


def test_arrows_choose_values_and_the_correction_carries_them(hands: Hands) -> None:
    page = hands.page
    key = hands.go_to(lambda row: _plain(row) and "PM" in row.facts)
    choices, table = page._shown, page.detail.table
    row = next(r for r in choices.view.rows if r.can_choose and all(r.values) and not r.is_masked)
    table.setFocus()
    table.set_row(row.field)
    away, way = (1 - choices.keep), (Qt.Key.Key_Right if choices.keep == 0 else Qt.Key.Key_Left)
    hands.press(way, table)
    shown = table.current_line
    assert shown.is_by_person and shown.source == "you" and shown.taken == {away}
    hands.press(Qt.Key.Key_M, table)
    hands.wait_for(lambda: hands.status(key) == "staged")
    taken = hands.decision(key)
    assert taken["takes"][row.field] == str(choices.view.records[away].ref)
    assert taken["keep"] == str(choices.kept.ref)
    changes = [c for r in list_corrections(hands.around.desk) if r["finding"] == key for c in r["changes"]]
    assert row.field in {change["field"] for change in changes}


def test_the_result_column_is_what_is_sent(hands: Hands) -> None:
    hands.go_to(_plain)
    choices = hands.page._shown
    for row in choices.view.rows:
        place = choices.result_of(row)
        is_sent = row.field in choices.takes()
        assert is_sent == (row.can_choose and place not in (None, choices.keep) and bool(row.values[place or 0]))


def test_s_switches_the_kept_record_and_what_will_move(hands: Hands) -> None:
    page = hands.page
    before, words = page._shown.keep, page.drawer.moving.subtitle.text()
    hands.press(Qt.Key.Key_S)
    assert page._shown.keep != before
    assert page.detail.merge.text().endswith(page._shown.kept.letter)
    assert page.detail.keep.value == str(page._shown.keep)
    assert page.drawer.moving.subtitle.text() != words


def test_one_wrong_record_is_left_out_of_a_group(hands: Hands) -> None:
    page, key = hands.page, hands.go_to(lambda row: "3 times" in row.facts)
    assert [head.is_member for head in page._shown.heads()] == [True] * 3
    page.detail.table.member_toggled.emit(2)
    page.detail.table.member_toggled.emit(1)  # two at least stay
    assert page._shown.left_out == {2}
    assert "at least two" in page.detail.hint.label.text()
    out = str(page._shown.view.records[2].ref)
    hands.press(Qt.Key.Key_M)
    hands.wait_for(lambda: hands.status(key) == "staged")
    assert hands.decision(key)["left_out"] == [out]


def test_somebody_who_may_only_look_decides_nothing(around: Surroundings) -> None:
    from dataclasses import replace

    around.context = replace(around.context, desk=replace(around.desk, role="biller"))
    page = around.show(PAGE.make)
    around.qtbot.waitUntil(lambda: page._shown is not None, timeout=15_000)
    page.guard = SlipGuard(lambda: 1e9)
    key = page._shown.view.key
    page.list.setFocus()
    for press in (Qt.Key.Key_M, Qt.Key.Key_D, Qt.Key.Key_U):
        around.qtbot.keyClick(page.list, press)
    assert not page.detail.merge.isEnabled() and page._shown.view.key == key
    assert not page.detail.apart_row.isVisible()


def test_an_undo_pressed_before_a_decision_is_recorded_means_that_decision(hands: Hands) -> None:
    page = hands.page
    first = hands.go_to(_plain)
    hands.press(Qt.Key.Key_M)
    hands.wait_for(lambda: hands.status(first) == "staged" and page.undo_button.isVisible())
    second = hands.go_to(lambda row: _plain(row) and row.key != first)
    hands.press(Qt.Key.Key_M)
    hands.press(Qt.Key.Key_Z)
    hands.wait_for(lambda: hands.shown_key() == second and page.redo_button.isVisible())
    assert (hands.status(first), hands.status(second)) == ("staged", "open")


def test_equals_keeps_both_phone_numbers_on_the_kept_record(hands: Hands) -> None:
    def differs(row: Any) -> bool:
        if not _plain(row):
            return False
        found = {line.field: line for line in pair(hands.around.desk, row.key, is_viewed=False).rows}
        return "phone" in found and found["phone"].can_keep_both

    key = hands.go_to(differs)
    page, table = hands.page, hands.page.detail.table
    table.setFocus()
    table.set_row("phone")
    hands.press(Qt.Key.Key_Equal, table)
    assert table.current_line.taken == {0, 1} and table.current_line.source == "you"
    hands.press(Qt.Key.Key_M, table)
    hands.wait_for(lambda: hands.status(key) == "staged")
    changes = [c for r in list_corrections(hands.around.desk) if r["finding"] == key for c in r["changes"]]
    (phone,) = [change for change in changes if change["field"] == "phone" and change["after"]]
    assert len(phone["after"].split(";")) >= 2 and phone["after"].startswith(phone["before"])
    hands.wait_for(page.undo_button.isVisible)
