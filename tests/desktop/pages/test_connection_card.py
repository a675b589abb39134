"""What a connection's card says the system can do."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.pages.connections.card import ConnectionCard
from desktop.widgets.badge import Badge


@pytest.mark.parametrize(
    ("patient", "reads"), [({"can_read": True}, True), ({"can_search": True}, True), ({"can_update": True}, False)]
)
def test_a_folder_that_is_read_and_a_server_that_is_searched_both_read(
    qtbot: QtBot, patient: dict[str, Any], reads: bool
) -> None:
    row: dict[str, Any] = {
        "name": "ehr", "kind": "fhir-files", "role": "ehr", "url": None, "path": "/data", "settings": {"write": "off"},
        "capabilities": {"kinds": [{"kind": "Patient", **patient}]}, "state": "ok", "write": "off", "counts": {},
        "last_pull_at": None, "last_outcome": None, "problem": None, "quarantined": 0, "streams": [],
    }  # fmt: skip
    card = ConnectionCard(row, may_change=True)
    qtbot.addWidget(card)
    spoken = {badge.accessibleName() for badge in card.findChildren(Badge)}
    assert ("Read: yes" in spoken, "Read: no" in spoken) == (reads, not reads)
