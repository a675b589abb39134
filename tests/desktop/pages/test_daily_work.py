"""What people do on the pages, by keyboard where they do it by keyboard."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from surroundings import Surroundings

from core.decisions.decide import Answer, decide
from core.queries.findings import list_findings
from core.queries.outbox import list_corrections
from desktop.pages.audit import PAGE as AUDIT
from desktop.pages.charges import PAGE as CHARGES
from desktop.pages.connections import PAGE as CONNECTIONS
from desktop.pages.outbox import PAGE as OUTBOX
from desktop.pages.today import PAGE as TODAY


def _charges(around: Surroundings) -> Any:
    page = around.show(CHARGES.make)
    around.qtbot.waitUntil(page.drawer.isVisible, timeout=10_000)
    return page


def test_a_gap_is_staged_by_its_key_and_taken_back(around: Surroundings) -> None:
    page = _charges(around)
    rows = [row for row in page._rows.values() if row.proposal == "amend_charge"]
    while not rows:
        page._next_open()
        around.qtbot.wait(300)
        rows = [row for row in page._rows.values() if row.proposal == "amend_charge"]
    page.table.select_id(rows[0].key)
    around.qtbot.waitUntil(lambda: page.drawer.accept.isEnabled() and page.drawer.isVisible(), timeout=10_000)
    page.table.setFocus()
    around.qtbot.keyClick(page.table, Qt.Key.Key_C)
    around.qtbot.waitUntil(lambda: bool(around.shell.toasts), timeout=10_000)
    staged = [r for r in list_corrections(around.desk) if r["finding"] == rows[0].key]
    assert [r["state"] for r in staged] == ["held"]
    assert around.shell.undo is not None
    around.shell.undo()
    around.qtbot.waitUntil(lambda: len(around.shell.toasts) == 2, timeout=10_000)
    assert {r["state"] for r in list_corrections(around.desk) if r["finding"] == rows[0].key} == {"dropped"}


def test_letters_do_nothing_while_somebody_types(around: Surroundings) -> None:
    page = _charges(around)
    page.drawer.more.setFocus()
    around.qtbot.keyClicks(page.drawer.more, "cxz")
    assert page.drawer.more.text() == "cxz"
    assert not around.shell.toasts


def test_explaining_a_gap_keeps_the_reason(around: Surroundings) -> None:
    page = _charges(around)
    key = page.table.current_id
    page.drawer.more.setText("seen by a student")
    page.drawer.explain.click()
    around.qtbot.waitUntil(lambda: bool(around.shell.toasts), timeout=10_000)
    found = next(f for f in list_findings(around.desk) if f["key"] == key)
    assert found["status"] == "dismissed"
    around.shell.undo()
    around.qtbot.waitUntil(lambda: len(around.shell.toasts) == 2, timeout=10_000)


def test_the_outbox_sends_and_shows_what_was_checked(around: Surroundings) -> None:
    finding = next(
        f for f in list_findings(around.desk, rule="mm-units", status="open") if f["proposal"]["kind"] == "amend_charge"
    )
    (correction,) = decide(around.desk, Answer(finding["key"], "accept")).value.corrections
    page = around.show(OUTBOX.make)
    assert page.send.isEnabled()
    page.send.click()
    around.qtbot.waitUntil(lambda: bool(around.shell.toasts), timeout=20_000)
    row = next(r for r in list_corrections(around.desk) if r["id"] == correction)
    assert row["state"] == "verified"
    around.qtbot.waitUntil(lambda: page._rows[correction]["state"] == "verified", timeout=10_000)
    page.open_at(correction)
    assert page.tabs.current_key == "sent"


def test_today_counts_what_waits_and_leads_there(around: Surroundings) -> None:
    page = around.show(TODAY.make)
    assert page.pairs.button.isEnabled()
    page.pairs.button.click()
    assert around.shell.went[-1][0] == "patients"


def test_a_connection_is_tested_in_words(around: Surroundings) -> None:
    page = around.show(CONNECTIONS.make)
    page._test("EHR")
    around.qtbot.waitUntil(lambda: "clocks agree" in page.way.accessibleDescription(), timeout=20_000)


def test_a_mistake_in_the_form_is_said_above_it(around: Surroundings) -> None:
    page = around.show(CONNECTIONS.make)
    page._open_form()
    page.form.name.setText("has blanks in it")
    page.form._save()
    around.qtbot.waitUntil(lambda: bool(page.form.mistake.text()), timeout=10_000)
    assert "blanks" in page.form.mistake.text()


def test_the_trail_is_verified_from_the_page(around: Surroundings) -> None:
    page = around.show(AUDIT.make)
    page.verify.click()
    around.qtbot.waitUntil(page.verdict.isVisible, timeout=10_000)
    assert "whole" in page.verdict.accessibleName()
