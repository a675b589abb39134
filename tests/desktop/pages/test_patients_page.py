"""The review page itself: its states, what it hides, what it shows as evidence, how it is walked by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from sqlalchemy import delete, insert, select, update
from surroundings import Surroundings

from core.corrections import kinds
from core.queries.pair import pair, reveal
from core.queries.patients import queue
from core.store.tables.intake import connections, pulls
from core.store.tables.trust import audit
from desktop import theme
from desktop.pages.patients import PAGE


def _shown(around: Surroundings) -> Any:
    page = around.show(PAGE.make)
    around.qtbot.waitUntil(lambda: page._shown is not None, timeout=15_000)
    return page


def _audited(around: Surroundings, action: str) -> list[str]:
    query = select(audit.c.subject).where(audit.c.action == action)
    with around.desk.store.read() as connection:
        return list(connection.execute(query).scalars())


def test_it_begins_loading_and_tells_when_it_is_ready(around: Surroundings) -> None:
    page = PAGE.make(around.context)
    around.qtbot.addWidget(page)
    seen: list[str] = []
    page.state_changed.connect(seen.append)
    page.show()
    assert page.property("state") == "loading"
    around.wait(page)
    assert seen[-1] == "ready"


def test_an_empty_store_is_led_to_connections(empty_around: Surroundings) -> None:
    page = empty_around.show(PAGE.make, "empty")
    page.stack.notice.findChild(object, "patients_connect_button").click()
    assert empty_around.shell.went == [("connections", None)]


def test_a_filter_that_fits_nothing_can_be_typed_on_and_cleared(around: Surroundings) -> None:
    page = _shown(around)
    page.filter.edit.setFocus()
    around.qtbot.keyClicks(page.filter.edit, "qqqq")
    around.wait(page, "empty")
    assert page.filter.edit.isVisible() and page.filter.edit.hasFocus()
    around.qtbot.keyClick(page.filter.edit, Qt.Key.Key_Escape)
    around.wait(page, "ready")
    number = page._shown.view.records[0].ref.id
    around.qtbot.keyClicks(page.filter.edit, number)
    around.qtbot.waitUntil(lambda: len(page.list.queue.keys) == 1, timeout=5_000)


def test_when_no_system_answers_it_says_so_and_goes_on_working(around: Surroundings) -> None:
    page = _shown(around)
    with around.desk.store.write("test") as unit:
        ids = unit.connection.execute(select(connections.c.id)).scalars().all()
        rows = [
            {"connection_id": i, "started_at": unit.now, "finished_at": unit.now, "outcome": "failed", "counts": {}}
            for i in ids
        ]
        unit.connection.execute(insert(pulls), rows)
    try:
        page.refresh()
        around.wait(page, "offline")
        assert page.detail.merge.isEnabled()
    finally:
        with around.desk.store.write("test") as unit:
            unit.connection.execute(delete(pulls).where(pulls.c.outcome == "failed"))
    page.refresh()
    around.wait(page, "ready")


def test_a_pair_that_cannot_be_read_is_told_in_words(around: Surroundings) -> None:
    page = _shown(around)
    page._not_read(page.list.current_key, RuntimeError("SELECT 1"))
    assert page.property("state") == "error"
    page.list.setFocus()
    around.qtbot.keyClick(page.list, Qt.Key.Key_U)
    assert page._shown is None  # no key decides what is not seen
    page.list.select_next()
    around.wait(page)


def test_tabs_show_one_tier_each_and_counts_that_add_up(around: Surroundings) -> None:
    page = _shown(around)
    counts = {key: page.tabs._tabs[key].spec.count for key in ("all", "strong", "likely", "unsure")}
    assert counts["all"] == counts["strong"] + counts["likely"] + counts["unsure"] == len(page._view.open)
    page.tabs.choose("likely")
    assert len(page.list.queue.keys) == counts["likely"]


def test_a_social_security_number_never_stands_whole_on_the_page(around: Surroundings) -> None:
    page = _shown(around)
    for row in queue(around.desk):
        view = pair(around.desk, row.key, is_viewed=False)
        whole = {number for number in reveal(around.desk, row.key, "ssn").value if number}
        shown = {value for line in view.rows for value in line.values}
        assert not whole & shown
    texts = " ".join(label.text() for label in page.findChildren(QLabel))
    assert not any(number in texts for number in whole)


def test_r_shows_a_hidden_value_only_while_held_and_leaves_a_trace(around: Surroundings) -> None:
    page = _shown(around)
    row = next(r for r in page._view.open if any(x.field == "ssn" for x in pair(around.desk, r.key).rows))
    page.list.select(row.key)
    around.qtbot.waitUntil(lambda: page._shown is not None and page._shown.view.key == row.key, timeout=15_000)
    table = page.detail.table
    table.setFocus()
    table.set_row("ssn")
    assert page.detail.eye.isVisible()
    before = _audited(around, "reveal")
    whole = next(filter(None, reveal(around.desk, row.key, "ssn").value))
    QTest.keyPress(table, Qt.Key.Key_R)
    around.qtbot.waitUntil(lambda: whole in table.current_line.values, timeout=10_000)
    QTest.keyRelease(table, Qt.Key.Key_R)
    assert whole not in table.current_line.values
    assert len(_audited(around, "reveal")) == len(before) + 2  # the test's own look, and this one


def test_pairs_read_ahead_are_not_said_to_be_looked_at(around: Surroundings) -> None:
    before = len(_audited(around, "view-patient"))
    page = _shown(around)
    following = page.list.queue.keys[1:4]
    around.qtbot.waitUntil(lambda: all(page.shelf.get(key) for key in following), timeout=15_000)
    around.qtbot.waitUntil(lambda: len(_audited(around, "view-patient")) == before + 1, timeout=10_000)
    assert _audited(around, "view-patient")[-1] == page._shown.view.key


def test_chart_sentence_and_table_come_from_the_same_figures(around: Surroundings) -> None:
    page = _shown(around)
    view, chart = page._shown.view, page.drawer.chart
    evidence = chart.plot._evidence
    assert evidence.total == pytest.approx(view.total)
    assert [letter for letter, _ in evidence.thresholds] == ["U", "L", "S"]
    page.drawer.swap.click()
    assert chart.is_table and page.drawer.swap.text() == "Show as chart"


def test_a_system_without_a_merge_call_gets_steps_by_hand_with_numbers_to_copy(around: Surroundings) -> None:
    row = next(r for r in queue(around.desk) if "PM" in r.facts)
    assert [way.how for way in pair(around.desk, row.key).ways[0]] == ["merge"]
    with around.desk.store.read() as connection:
        kept = connection.execute(select(connections.c.settings).where(connections.c.name == "PM")).scalar()

    def put(settings: Any) -> None:
        with around.desk.store.write("test") as unit:
            unit.connection.execute(update(connections).where(connections.c.name == "PM").values(settings=settings))

    put({**kept, "demoted": [kinds.MERGE_PATIENT, kinds.KEEP_PATIENT, kinds.FOLD_PATIENT]})
    try:
        (way,) = pair(around.desk, row.key).ways[0]
        assert way.how == "by-hand" and len(way.steps) > 2
        page = _shown(around)
        page.list.select(row.key)
        around.qtbot.waitUntil(lambda: page._shown is not None and page._shown.view.key == row.key, timeout=15_000)
        copies = [b for b in page.drawer.steps.findChildren(object) if b.objectName().endswith("_copy")]
        copies[0].click()
        assert around.shell.copied[0] in way.numbers
    finally:
        put(kept)


def test_a_note_is_kept_with_its_pair(around: Surroundings) -> None:
    page = _shown(around)
    key = page._shown.view.key
    page.list.setFocus()
    around.qtbot.keyClick(page.list, Qt.Key.Key_N)
    assert page.drawer.edit.hasFocus()
    around.qtbot.keyClicks(page.drawer.edit, "called the front desk")
    around.qtbot.keyClick(page.drawer.edit, Qt.Key.Key_Return)
    around.qtbot.waitUntil(lambda: "called the front desk" in page.drawer.notes.text(), timeout=10_000)
    assert [note["text"] for note in pair(around.desk, key).notes][-1] == "called the front desk"


def test_everything_is_reached_by_keyboard_from_the_list_to_the_last_button(around: Surroundings) -> None:
    page = _shown(around)
    page.list.setFocus()
    around.qtbot.keyClick(page.list, Qt.Key.Key_J)
    assert page.list.current_key == page.list.queue.keys[1]
    around.qtbot.keyClick(page.list, Qt.Key.Key_K)
    seen = []
    for _ in range(12):
        focus = QApplication.focusWidget()
        seen.append(focus.objectName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    wanted = ["patients_queue_list", "patients_compare_table", "patients_apart_button", "patients_unsure_button",
              "patients_keep_combo", "patients_merge_button"]  # fmt: skip
    assert [name for name in seen if name in wanted][: len(wanted)] == wanted


def test_space_opens_what_is_the_same_and_i_closes_the_evidence(around: Surroundings) -> None:
    page = _shown(around)
    page.list.setFocus()
    rows = page.detail.table.compare.rowCount()
    around.qtbot.keyClick(page.list, Qt.Key.Key_Space)
    assert page.detail.table.compare.rowCount() > rows
    around.qtbot.keyClick(page.list, Qt.Key.Key_I)
    assert not page.drawer.isVisible() and not page.evidence.isChecked()


@pytest.mark.parametrize(("scale", "width"), [(1.0, 1310), (2.0, 1310)])
def test_it_fits_the_smallest_window_even_in_large_type(
    around: Surroundings, qapp: QApplication, scale: float, width: int
) -> None:
    page = _shown(around)
    theme.apply(qapp, "light", scale)
    try:
        page.detail.ask_apart()
        QApplication.processEvents()
        assert page.minimumSizeHint().width() <= width
    finally:
        theme.apply(qapp, "light")
