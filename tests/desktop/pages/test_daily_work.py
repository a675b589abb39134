"""What people do on the pages, by keyboard where they do it by keyboard."""

from __future__ import annotations

from surroundings import Surroundings

from core.decisions.decide import Answer, decide
from core.queries.findings import list_findings
from core.queries.outbox import list_corrections
from desktop.pages.audit import PAGE as AUDIT
from desktop.pages.connections import PAGE as CONNECTIONS
from desktop.pages.outbox import PAGE as OUTBOX
from desktop.pages.today import PAGE as TODAY


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
    around.qtbot.waitUntil(lambda: "clocks agree" in page.lines.accessibleDescription(), timeout=20_000)
    assert page.checks.isVisible()


def test_the_trail_is_verified_from_the_page(around: Surroundings) -> None:
    page = around.show(AUDIT.make)
    page.verify.click()
    around.qtbot.waitUntil(page.verdict.isVisible, timeout=10_000)
    assert "whole" in page.verdict.accessibleName()
