"""Settling conflicts on their page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from surroundings import Surroundings

from core.corrections import attend
from core.decisions.decide import Answer, decide
from core.queries.findings import list_findings
from core.queries.outbox import list_corrections
from core.store.tables.findings import notes as notes_table
from core.usecases.sending import push_now
from desktop.pages.conflict import PAGE
from desktop.pages.conflict.other import DATES

_RULES = ("mismatch-demographics", "mm-dos")


def _can_meet(finding: dict[str, Any]) -> bool:
    """Whether a colleague can type a third value, and so can the test."""
    changes = (finding["proposal"] or {}).get("changes") or []
    fields = {change["field"] for change in changes}
    return bool(fields) and "sex" not in fields and all(isinstance(change["after"], str) for change in changes)


@pytest.fixture
def conflict(around: Surroundings) -> Iterator[dict[str, Any]]:
    """A correction whose record a colleague changed before it was sent."""
    found = None
    for finding in [f for rule in _RULES for f in list_findings(around.desk, rule=rule, status="open")]:
        if not _can_meet(finding):
            continue
        (correction, *_) = decide(around.desk, Answer(finding["key"], "accept")).value.corrections
        row = _row(around, correction)
        fields = [change["field"] for change in row["changes"]]
        around.desk.demo.colleague_edits(row["system"], row["target"]["kind"], row["target"]["id"], fields)
        push_now(around.desk, only=(correction,))
        found = _row(around, correction)
        if found["state"] == "conflict":  # else the colleague happened to type the same
            break
    assert found is not None and found["state"] == "conflict"
    yield found
    if _row(around, found["id"])["state"] == "conflict":
        attend.drop(around.desk, found["id"])


def _row(around: Surroundings, correction: str) -> dict[str, Any]:
    return next(row for row in list_corrections(around.desk, only=correction))


def _opened(around: Surroundings, conflict: dict[str, Any]) -> Any:
    page = around.show(PAGE.make)
    page.open_at(conflict["id"])
    around.qtbot.waitUntil(lambda: page.list.current_key == conflict["id"], timeout=10_000)
    page.table.setFocus()
    return page


def _choose_rest(page: Any, option: int) -> None:
    settling = page.current
    for found in settling.view.fields:
        if found.field not in settling.picks and found.field not in settling.typed:
            page.table.option_picked.emit(found.field, option)


def test_three_ways_stand_side_by_side(around: Surroundings, conflict: dict[str, Any]) -> None:
    page = _opened(around, conflict)
    field = conflict["conflict"][0]
    shown = page.table.current_line
    assert shown.values == (field["base"], field["mine"], field["theirs"])
    count = len(conflict["conflict"])
    assert page.left_label.text() == f"{count} of {count} rows still to choose"
    assert not page.send.isEnabled()


def test_mine_is_sent_and_checked_by_keyboard(around: Surroundings, conflict: dict[str, Any]) -> None:
    page = _opened(around, conflict)
    around.qtbot.keyClick(page.table, Qt.Key.Key_Left)
    _choose_rest(page, 0)
    assert page.send.isEnabled()
    page.send.setFocus()
    around.qtbot.keyClick(page.send, Qt.Key.Key_Return)
    assert not around.shell.toasts  # Enter never decides
    around.qtbot.keyClick(page.send, Qt.Key.Key_Space)
    around.qtbot.waitUntil(lambda: bool(around.shell.toasts), timeout=20_000)
    assert around.shell.toasts == ["Sent, and checked in the other system."]
    assert _row(around, conflict["id"])["state"] == "verified"
    around.qtbot.waitUntil(lambda: page.property("state") == "empty", timeout=10_000)


def test_theirs_sends_nothing_and_says_so(around: Surroundings, conflict: dict[str, Any]) -> None:
    page = _opened(around, conflict)
    _choose_rest(page, 1)
    assert page.send.text() == "Keep theirs, send nothing"
    page.send.click()
    around.qtbot.waitUntil(lambda: bool(around.shell.toasts), timeout=20_000)
    row = _row(around, conflict["id"])
    assert row["state"] == "dropped" and row["sent_at"] is None


def test_another_value_needs_a_reason_that_stays_with_the_finding(
    around: Surroundings, conflict: dict[str, Any]
) -> None:
    page = _opened(around, conflict)
    key = page.table.current_key
    page.table.option_picked.emit(key, 2)
    other = page.other
    assert other.isVisible() and other.edit.text() == conflict["conflict"][0]["mine"]
    assert not other.button.isEnabled()
    around.qtbot.keyClicks(other.why, "asked at the desk")
    value = "1985-02-03" if key in DATES else "Corrected"
    other.edit.setText(value)
    QTest.keyClick(other.button, Qt.Key.Key_Space)
    assert page.table.current_line.option == 2 and value in page.table.current_line.options
    _choose_rest(page, 0)
    page.send.click()
    around.qtbot.waitUntil(lambda: bool(around.shell.toasts), timeout=20_000)
    assert {"field": key, "after": value} in [
        {"field": change["field"], "after": change["after"]} for change in _row(around, conflict["id"])["changes"]
    ]
    with around.desk.store.read() as connection:
        written = connection.execute(notes_table.select()).mappings().all()
    assert any("asked at the desk" in note["text"] for note in written if note["finding_key"] == conflict["finding"])


def test_dropping_leaves_the_other_system_and_opens_the_finding(around: Surroundings, conflict: dict[str, Any]) -> None:
    page = _opened(around, conflict)
    page.drop.click()
    around.qtbot.waitUntil(lambda: bool(around.shell.toasts), timeout=10_000)
    assert _row(around, conflict["id"])["state"] == "dropped"
    found = next(f for f in list_findings(around.desk) if f["key"] == conflict["finding"])
    assert found["status"] == "open"


def test_later_keeps_it_waiting(around: Surroundings, conflict: dict[str, Any]) -> None:
    page = _opened(around, conflict)
    around.qtbot.keyClick(page.table, Qt.Key.Key_U)
    assert around.shell.went == [("outbox", None)]
    assert _row(around, conflict["id"])["state"] == "conflict"


def test_without_conflicts_it_leads_to_the_outbox(around: Surroundings) -> None:
    page = around.show(PAGE.make, "empty")
    page.stack.notice.findChild(object, "conflict_outbox_button").click()
    assert around.shell.went == [("outbox", None)]


def test_a_role_that_may_not_settle_only_looks(around: Surroundings, conflict: dict[str, Any]) -> None:
    page = _opened(around, conflict)
    page._may_settle = False
    page._put_left()
    around.qtbot.keyClick(page.table, Qt.Key.Key_Left)
    assert not page.send.isEnabled() and not page.drop.isEnabled()
