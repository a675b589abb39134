"""What a connection's card says, and that removing asks."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.pages.connections.card import ConnectionCard
from desktop.widgets.badge import Badge
from desktop.widgets.button import Button
from desktop.widgets.facts import Facts


def card_of(qtbot: QtBot, **changes: Any) -> ConnectionCard:
    row: dict[str, Any] = {
        "name": "ehr", "kind": "fhir-files", "role": "ehr", "url": None, "path": "/data", "settings": {"write": "off"},
        "capabilities": {"kinds": []}, "state": "ok", "write": "off", "counts": {}, "last_pull_at": None,
        "last_outcome": None, "problem": None, "quarantined": 0, "streams": [], "records": {}, **changes,
    }  # fmt: skip
    card = ConnectionCard(row, may_change=True)
    qtbot.addWidget(card)
    card.show()
    return card


def part(card: ConnectionCard, name: str) -> Any:
    found = card.findChild(QWidget, name)
    assert found is not None, name
    return found


@pytest.mark.parametrize(
    ("patient", "reads"), [({"can_read": True}, True), ({"can_search": True}, True), ({"can_update": True}, False)]
)
def test_a_folder_that_is_read_and_a_server_that_is_searched_both_read(
    qtbot: QtBot, patient: dict[str, Any], reads: bool
) -> None:
    card = card_of(qtbot, capabilities={"kinds": [{"kind": "Patient", **patient}]})
    spoken = {badge.accessibleName() for badge in card.findChildren(Badge)}
    assert ("Read: yes" in spoken, "Read: no" in spoken) == (reads, not reads)


def test_files_say_which_tables_they_give(qtbot: QtBot) -> None:
    kinds = [{"kind": "patients", "can_read": True}, {"kind": "encounters", "can_read": True}, {"kind": "charges"}]
    card = card_of(qtbot, kind="csv", capabilities={"kinds": kinds})
    spoken = {badge.accessibleName() for badge in card.findChildren(Badge)}
    assert {"Patients: yes", "Visits: yes"} <= spoken and not any(word.endswith(": no") for word in spoken)


def test_it_says_what_it_holds_and_when_it_is_pulled_next(qtbot: QtBot) -> None:
    card = card_of(qtbot, records={"patients": 48_212, "charges": 3})
    facts = {facts.objectName(): facts.accessibleDescription() for facts in card.findChildren(Facts)}
    assert facts["connection_ehr_more"] == "Records: 48,212 patients; Writes: off"
    assert "Next pull: when asked, or by schedule" in facts["connection_ehr_facts"]
    paused = card_of(qtbot, state="paused", quarantined=3)
    facts = {facts.objectName(): facts.accessibleDescription() for facts in paused.findChildren(Facts)}
    assert "not before you resume" in facts["connection_ehr_facts"] and "3 rows" in facts["connection_ehr_more"]


def test_removing_asks_first_and_can_be_left(qtbot: QtBot) -> None:
    card = card_of(qtbot)
    asked: list[tuple[str, str]] = []
    card.asked.connect(lambda verb, name: asked.append((verb, name)))
    part(card, "connection_ehr_remove").click()
    assert asked == [] and part(card, "connection_ehr_question").isVisible()
    part(card, "connection_ehr_remove_no").click()
    assert asked == [] and part(card, "connection_ehr_remove").isVisible()
    part(card, "connection_ehr_remove").click()
    sure = part(card, "connection_ehr_remove_yes")
    qtbot.keyClick(sure, Qt.Key.Key_Return)
    assert asked == []  # Enter never decides
    sure.click()
    assert asked == [("remove", "ehr")]


def test_columns_stand_only_on_files_that_have_some(qtbot: QtBot) -> None:
    assert card_of(qtbot).findChild(Button, "connection_ehr_columns") is None
    assert card_of(qtbot, kind="csv").findChild(Button, "connection_ehr_columns") is not None
