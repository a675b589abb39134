"""The charges page by keyboard: a gap is drafted, explained, linked and noted, a day is closed and opened again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from surroundings import Surroundings

from core.audit.trail import verify
from core.queries import audit as trail
from core.queries.charge_lag import charge_lag
from core.queries.charges import VISIT, day, days
from core.queries.findings import list_findings
from core.queries.outbox import list_corrections
from desktop.pages.charges import PAGE as CHARGES
from desktop.widgets.label import Label


def _page(around: Surroundings) -> Any:
    page = around.show(CHARGES.make)
    around.qtbot.waitUntil(page.drawer.isVisible, timeout=10_000)
    return page


def _open(around: Surroundings, page: Any, key: str) -> None:
    page.table.select_id(key)
    title = next(f["title"] for f in list_findings(around.desk) if f["key"] == key)
    around.qtbot.waitUntil(lambda: page.drawer.head.title.text() == title, timeout=10_000)
    page.table.setFocus()


def _day_with(around: Surroundings, page: Any, tab: str, proposal: str = "") -> Any:
    """Go to a day with an open gap of this kind; gives its row."""
    for on, _ in days(around.desk):
        rows = [r for r in day(around.desk, on).rows if r.tab == tab and (not proposal or r.proposal == proposal)]
        if rows:
            page.open_at(on)
            around.qtbot.waitUntil(lambda on=on: page._view is not None and page._view.on == on, timeout=10_000)
            _open(around, page, rows[0].key)
            return rows[0]
    pytest.fail(f"the demo practice has no open gap of the kind {tab}")


def _toast(around: Surroundings, count: int = 1) -> None:
    around.qtbot.waitUntil(lambda: len(around.shell.toasts) >= count, timeout=15_000)


def _found(around: Surroundings, key: str) -> dict[str, Any]:
    return next(f for f in list_findings(around.desk) if f["key"] == key)


def test_a_gap_is_staged_by_its_key_and_taken_back(around: Surroundings) -> None:
    page = _page(around)
    row = _day_with(around, page, "differs", "amend_charge")
    around.qtbot.keyClick(page.table, Qt.Key.Key_C)
    _toast(around)
    staged = [r for r in list_corrections(around.desk) if r["finding"] == row.key]
    assert [r["state"] for r in staged][-1] == "held"
    around.qtbot.waitUntil(page.undo_button.isEnabled, timeout=10_000)
    page.table.setFocus()
    around.qtbot.keyClick(page.table, Qt.Key.Key_Z)
    _toast(around, 2)
    assert _found(around, row.key)["status"] == "open"
    assert {r["state"] for r in list_corrections(around.desk) if r["finding"] == row.key} == {"dropped"}


def test_letters_do_nothing_while_somebody_types(around: Surroundings) -> None:
    page = _page(around)
    page.drawer.explain.click()
    page.drawer.more.setFocus()
    around.qtbot.keyClicks(page.drawer.more, "cxz1")
    assert page.drawer.more.text() == "cxz1"
    assert not around.shell.toasts


def test_a_day_is_explained_to_zero_closed_and_opened_again(around: Surroundings) -> None:
    page = _page(around)
    row = _day_with(around, page, "no-charge")
    on = page._view.on
    before = day(around.desk, on).whole
    around.qtbot.keyClick(page.table, Qt.Key.Key_X)
    around.qtbot.keyClick(page.drawer.explain_form, Qt.Key.Key_5)  # courtesy
    _toast(around)
    assert _found(around, row.key)["status"] == "dismissed"
    around.qtbot.waitUntil(lambda: page._view.whole.explained == before.explained + 1, timeout=10_000)
    assert not page.closing.button.isEnabled() or page._view.whole.difference == 0
    if page._view.whole.difference == 0:
        page.closing.button.click()
        _toast(around, 2)
        around.qtbot.waitUntil(lambda: page._view.closed is not None, timeout=10_000)
        assert page.closed.calm.isVisibleTo(page)
        assert str(before.visits) in page.closed.calm.text
        assert not page.closing.button.isVisibleTo(page)
        page.closed.ask()
        around.qtbot.keyClicks(page.closed.form.edit, "a late note")
        around.qtbot.keyClick(page.closed.form.edit, Qt.Key.Key_Return)
        _toast(around, 3)
        around.qtbot.waitUntil(lambda: page._view.closed is None, timeout=10_000)
        assert "a late note" in page.closed.opened.text
        page._undo()  # the opening
        _toast(around, 4)
        page._undo()  # the closing
        _toast(around, 5)
    page._undo()
    around.qtbot.waitUntil(lambda: _found(around, row.key)["status"] == "open", timeout=15_000)
    assert day(around.desk, on).whole == before
    assert verify(around.desk.store).is_whole


def test_other_needs_words(around: Surroundings) -> None:
    page = _page(around)
    page.drawer.explain.click()
    around.qtbot.keyClick(page.drawer.explain_form, Qt.Key.Key_9)
    assert page.drawer.more.property("invalid")
    assert not around.shell.toasts


def test_a_charge_is_drafted_from_a_template_that_was_chosen_and_never_without(around: Surroundings) -> None:
    page = _page(around)
    row = _day_with(around, page, "no-charge")
    around.qtbot.waitUntil(page.drawer.drafting.isVisible, timeout=10_000)
    form = page.drawer.draft_form
    documented = {code for code, _ in form._view.documented}
    assert {line.code for line in form.lines()} == documented
    for edits, _ in form._rows:
        edits["code"].clear()
    around.qtbot.keyClick(page.table, Qt.Key.Key_C)
    assert not around.shell.toasts, "a draft without a code was staged"
    form._use(" ".join(form._view.templates[0].codes))
    lines = form.lines()
    assert {line.code for line in lines} == set(form._view.templates[0].codes)
    assert all(line.amount == form._view.fees.get(line.code) for line in lines)
    page.drawer.accept.click()
    _toast(around)
    staged = [r for r in list_corrections(around.desk) if r["finding"] == row.key and r["state"] == "held"]
    assert {c["after"] for r in staged for c in r["changes"] if c["field"] == "code"} == {line.code for line in lines}
    page._undo()
    _toast(around, 2)
    assert _found(around, row.key)["status"] == "open"


def test_a_code_that_is_not_documented_is_said_and_a_bad_one_is_refused(around: Surroundings) -> None:
    page = _page(around)
    row = _day_with(around, page, "no-charge")
    around.qtbot.waitUntil(page.drawer.drafting.isVisible, timeout=10_000)
    form = page.drawer.draft_form
    form._show([])
    code = form._rows[0][0]["code"]
    code.setFocus()
    around.qtbot.keyClicks(code, "11111")
    assert "not documented" in form.warnings.text
    code.selectAll()
    around.qtbot.keyClicks(code, "12")
    page.drawer.accept.click()
    _toast(around)
    assert "five characters" in around.shell.toasts[0]
    assert _found(around, row.key)["status"] == "open"


def test_near_matches_are_listed_with_a_score(around: Surroundings) -> None:
    page = _page(around)
    _day_with(around, page, "no-visit")
    around.qtbot.waitUntil(page.drawer.link.isEnabled, timeout=10_000)
    around.qtbot.keyClick(page.table, Qt.Key.Key_L)
    around.qtbot.waitUntil(lambda: bool(page.drawer.link_form.words.text()), timeout=10_000)
    scores = [match.score for match in page.drawer.link_form._found.values()]
    assert scores == sorted(scores, reverse=True)


def test_a_note_is_kept_and_taken_back(around: Surroundings) -> None:
    page = _page(around)
    _day_with(around, page, "differs")
    around.qtbot.keyClick(page.table, Qt.Key.Key_N)
    around.qtbot.keyClicks(page.drawer.note_form.edit, "asked the coder")
    around.qtbot.keyClick(page.drawer.note_form.edit, Qt.Key.Key_Return)
    around.qtbot.waitUntil(lambda: "asked the coder" in page.drawer.written.accessibleDescription(), timeout=10_000)
    page._undo()
    around.qtbot.waitUntil(lambda: "asked the coder" not in page.drawer.written.accessibleDescription(), timeout=10_000)


def test_a_site_shows_its_part_and_days_are_stepped_by_keyboard(around: Surroundings) -> None:
    page = _page(around)
    whole, on = page._view.totals.visits, page._view.on
    sites = page._view.sites
    found = 0
    for site in sites:
        found += day(around.desk, on, site=site).totals.visits
    assert found <= whole
    page.frame.site._take(sites[0])
    around.qtbot.waitUntil(lambda: page._view.totals == day(around.desk, on, site=sites[0]).totals, timeout=10_000)
    page.frame.clear_filters()
    page.table.setFocus()
    around.qtbot.keyClick(page, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    around.qtbot.waitUntil(lambda: page._view.on < on, timeout=10_000)


def test_every_visit_has_a_line_when_all_are_shown(around: Surroundings) -> None:
    page = _page(around)
    on = page._view.on
    page.frame.view._take("all")
    visits = day(around.desk, on).whole.visits
    around.qtbot.waitUntil(
        lambda: len({row.visit_id for row in page._rows.values() if row.visit_id}) == visits, timeout=10_000
    )
    page.table.select_id(next(key for key in page._rows if key.startswith(VISIT)))
    around.qtbot.waitUntil(lambda: not page.drawer.accept.isEnabled(), timeout=10_000)


def test_charge_lag_stands_in_place_of_the_ledger(around: Surroundings) -> None:
    page = _page(around)
    page.frame.lag_button.click()
    around.qtbot.waitUntil(lambda: bool(page.lag.words.text()), timeout=10_000)
    figures = charge_lag(around.desk)
    assert figures.whole is not None
    assert sum(row.charges for row in figures.providers) == figures.whole.charges
    assert sum(row.charges for row in figures.weeks) == figures.whole.charges
    assert page.lag.providers.model().rowCount() == len(figures.providers)
    page.frame.lag_button.click()
    assert page.table.isVisible()


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_an_export_asks_for_a_reason_and_leaves_its_row(around: Surroundings, form: str, tmp_path: Path) -> None:
    page = _page(around)
    menu = page.frame.export
    menu.click()
    around.qtbot.waitUntil(menu.panel.isVisible, timeout=10_000)
    button = menu.panel.findChild(QWidget, f"charges_export_button_{form}_button")
    button.click()
    assert menu.panel.reason.property("invalid"), "an export without a reason"
    menu.panel.reason.setText("for the monthly talk")
    button.click()
    dialog = page.window().findChild(QFileDialog, "charges_export_button_file_dialog")
    path = tmp_path / f"list.{form}"
    dialog.fileSelected.emit(str(path))
    dialog.close()
    _toast(around)
    assert path.stat().st_size > 0
    if form == "pdf":
        assert path.read_bytes().startswith(b"%PDF")
    (row,) = trail.rows(around.desk, trail.row_ids(around.desk, action="export")[:1]).values()
    assert row["detail"]["rows"] == len(page._rows)
    assert (row["detail"]["reason"], row["detail"]["format"]) == ("for the monthly talk", form)


def test_who_may_only_look_is_told_and_can_decide_nothing(around: Surroundings) -> None:
    around.context = replace(around.context, desk=replace(around.desk, role="front-desk"))
    page = _page(around)
    around.qtbot.waitUntil(lambda: bool(page.drawer.locked.text()), timeout=10_000)
    drawer = page.drawer
    assert not any(button.isEnabled() for button in (drawer.accept, drawer.explain, drawer.link, page.closing.button))
    assert not page.frame.export.isVisible()


def test_in_a_narrow_window_the_drawer_stands_in_place_of_the_ledger(around: Surroundings) -> None:
    page = around.show(CHARGES.make)
    page.resize(800, 676)
    page.drawer.hide()
    page.refresh()
    around.qtbot.waitUntil(lambda: page.table.current_id is not None, timeout=10_000)
    assert page.frame.ledger.isVisible()
    page.table.setFocus()
    around.qtbot.keyClick(page.table, Qt.Key.Key_Right)
    assert page.drawer.isVisible() and not page.frame.ledger.isVisible()
    around.qtbot.keyClick(page.drawer, Qt.Key.Key_Escape)
    assert page.frame.ledger.isVisible() and not page.drawer.isVisible()


def test_no_label_of_the_evidence_is_cut(around: Surroundings) -> None:
    page = _page(around)
    row = _day_with(around, page, "no-visit")
    assert row.key
    facts = page.drawer.facts
    assert facts.height() == sum(facts._height(label, value, facts.width()) for label, value in facts._pairs)
    assert isinstance(page.label, Label) and page._view.on <= date.today()
