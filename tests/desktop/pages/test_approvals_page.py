"""The second person at work: by keyboard, on their own and other people's decisions, in every state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select, update
from surroundings import Surroundings

from core.corrections.approval import KINDS
from core.decisions.decide import Answer, decide
from core.decisions.undo import undo
from core.desk import Desk
from core.errors import ChartmendError, StoreError
from core.queries.approvals import approvals
from core.queries.findings import list_findings
from core.queries.outbox import list_corrections
from core.store.tables.outbox import corrections
from core.store.tables.trust import audit
from core.usecases.settings import change_settings
from desktop.pages.approvals import PAGE
from desktop.pages.approvals.page import ApprovalsPage


@pytest.fixture
def waiting(practice: Desk) -> Iterator[list[str]]:
    """Three decisions by K. Lee that wait: two about charges, one pair. Taken back afterwards."""
    change_settings(practice, {"approvals.kinds": list(KINDS)})
    colleague = replace(practice, actor="K. Lee")
    made: list[str] = []
    for rule in ("mm-units", "dup-charge-exact", "duplicate-patient"):
        answer = "same-person" if rule == "duplicate-patient" else "accept"
        for finding in list_findings(practice, rule=rule, status="open"):
            try:
                decided = decide(colleague, Answer(finding["key"], answer, reason="They told me so")).value
            except ChartmendError:
                continue
            if decided.corrections:
                made.append(decided.decision)
                break
    assert len(made) == 3
    yield made
    for decision in made:
        if any(card.decision == decision for card in approvals(practice)) or _states(practice, decision) - {"dropped"}:
            undo(practice, decision)
    change_settings(practice, {"approvals.kinds": []})


def _states(desk: Desk, decision: str) -> set[str]:
    with desk.store.read() as connection:
        query = select(corrections.c.state).where(corrections.c.decision_id == decision)
        return set(connection.execute(query).scalars())


def _page(around: Surroundings, decision: str) -> ApprovalsPage:
    page: ApprovalsPage = around.show(PAGE.make)
    page.list.select(decision)
    page.list.setFocus()
    return page


def _toasted(around: Surroundings, count: int = 1) -> str:
    around.qtbot.waitUntil(lambda: len(around.shell.toasts) >= count, timeout=10_000)
    return around.shell.toasts[-1]


def test_a_approves_by_key_and_the_message_takes_it_back(around: Surroundings, waiting: list[str]) -> None:
    page = _page(around, waiting[0])
    assert page.card.table.compare.rowCount()
    around.qtbot.keyClick(page.list, Qt.Key.Key_A)
    assert "held 15 minutes" in _toasted(around)
    assert _states(around.desk, waiting[0]) == {"held"}
    around.qtbot.waitUntil(lambda: waiting[0] not in page._cards, timeout=10_000)
    assert page.list.current_key == waiting[1]
    assert around.shell.undo is not None
    around.shell.undo()
    _toasted(around, 2)
    assert _states(around.desk, waiting[0]) == {"awaiting-approval"}
    around.qtbot.waitUntil(lambda: page.list.current_key == waiting[0], timeout=10_000)


def test_b_asks_for_a_reason_and_the_finding_is_open_again(around: Surroundings, waiting: list[str]) -> None:
    page = _page(around, waiting[2])
    finding = page._cards[waiting[2]].finding
    around.qtbot.keyClick(page.list, Qt.Key.Key_B)
    assert page.card.back.isVisible()
    assert not page.card.back.button.isEnabled()
    around.qtbot.keyClick(page.card.back.edit, Qt.Key.Key_Return)
    assert _states(around.desk, waiting[2]) == {"awaiting-approval"}
    around.qtbot.keyClicks(page.card.back.edit, "Call her back")
    around.qtbot.keyClick(page.card.back.edit, Qt.Key.Key_Return)
    assert "in its queue again" in _toasted(around)
    assert _states(around.desk, waiting[2]) == {"dropped"}
    assert next(f for f in list_findings(around.desk) if f["key"] == finding)["status"] == "open"


def test_n_writes_a_note_that_stands_on_the_card(around: Surroundings, waiting: list[str]) -> None:
    page = _page(around, waiting[0])
    around.qtbot.keyClick(page.list, Qt.Key.Key_N)
    around.qtbot.keyClicks(page.card.note.edit, "Units are per vial, ab")
    around.qtbot.keyClick(page.card.note.edit, Qt.Key.Key_Return)
    assert _toasted(around) == "The note is kept."
    around.qtbot.waitUntil(lambda: "Units are per vial, ab" in page.card.notes.text(), timeout=10_000)
    assert _states(around.desk, waiting[0]) == {"awaiting-approval"}


def test_letters_typed_into_a_reason_act_on_nothing(around: Surroundings, waiting: list[str]) -> None:
    page = _page(around, waiting[0])
    page.card.ask_back()
    around.qtbot.keyClicks(page.card.back.edit, "abn")
    assert page.card.back.edit.text() == "abn"
    around.qtbot.keyClick(page.card.back.edit, Qt.Key.Key_Escape)
    assert page.card.back.isHidden()
    assert not around.shell.toasts


def test_ones_own_cannot_be_approved_and_the_button_says_so(
    around: Surroundings, waiting: list[str], practice: Desk
) -> None:
    around.context = replace(around.context, desk=replace(practice, actor="K. Lee"))
    page = _page(around, waiting[0])
    assert page.card.approve.text() == "You cannot approve your own"
    assert not page.card.approve.isEnabled()
    around.qtbot.keyClick(page.list, Qt.Key.Key_A)
    around.qtbot.keyClick(page.list, Qt.Key.Key_B)
    assert page.card.back.isHidden()
    assert _states(practice, waiting[0]) == {"awaiting-approval"}


def test_who_may_not_approve_reads_along(around: Surroundings, waiting: list[str], practice: Desk) -> None:
    around.context = replace(around.context, desk=replace(practice, role="biller"))
    page = _page(around, waiting[0])
    assert "An approver" in page.stack._line.text  # type: ignore[union-attr]
    assert not page.card.approve.isEnabled()
    assert not page.card.send_back.isEnabled()
    assert page.card.write.isEnabled()


def test_a_hidden_value_shows_while_r_is_held_and_writes_a_row(
    around: Surroundings, waiting: list[str], practice: Desk
) -> None:
    change = [{"field": "ssn", "before": None, "after": "900-11-2234"}]
    one = next(card for card in approvals(practice) if card.decision == waiting[0]).corrections[0]
    with practice.store.write("test") as unit:
        unit.connection.execute(update(corrections).where(corrections.c.id == one).values(changes=change))
    page = _page(around, waiting[0])
    table = page.card.table
    table.setFocus()
    row = page.card.table.compare.line(0)
    assert row.kind == "hidden"
    assert page.card.eye.isVisible()
    around.qtbot.keyPress(table, Qt.Key.Key_R)
    around.qtbot.waitUntil(lambda: "900-11-2234" in table.compare.line(0).values, timeout=10_000)
    around.qtbot.keyRelease(table, Qt.Key.Key_R)
    around.qtbot.waitUntil(lambda: table.compare.line(0).kind == "hidden", timeout=10_000)
    with practice.store.read() as connection:
        details = connection.execute(select(audit.c.detail).where(audit.c.action == "reveal")).scalars().all()
    assert {"field": "ssn", "correction": one} in details


def test_nothing_waiting_says_so_and_leads_to_the_settings(around: Surroundings) -> None:
    page = around.show(PAGE.make, "empty")
    assert "Nothing waits" in page.stack.notice.title.text()
    page.stack.notice.findChild(object, "approvals_settings_button").click()
    assert around.shell.went[-1] == ("settings", "holds")


def test_offline_says_that_approving_still_works(
    around: Surroundings, waiting: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(around, waiting[0])
    offline = type("Offline", (), {"is_offline": True})
    page._put((approvals(around.desk), 15, offline()))  # type: ignore[arg-type]
    assert page.property("state") == "offline"
    assert page.card.approve.isEnabled()


def test_a_failing_store_is_an_error_with_a_way_on(around: Surroundings, waiting: list[str]) -> None:
    page = _page(around, waiting[0])

    def broken() -> None:
        raise StoreError("The store does not answer.", code="CM-STO-99")

    page.load(broken, lambda _value: None)
    around.wait(page, "error")
    page.refresh()
    around.wait(page, "ready")
    assert len(list_corrections(around.desk, state="awaiting-approval")) >= len(waiting)
