"""The Search tab: two records that nobody flagged, side by side, and on into the queue."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import delete, select
from surroundings import Surroundings

from core.queries.records_search import search_records
from core.store.tables.findings import finding_subjects, findings
from core.store.tables.records import patients
from desktop.pages.patients import PAGE


@pytest.fixture
def strangers(around: Surroundings) -> list[dict[str, Any]]:
    """Two patients of one system whom nothing connects."""
    with around.desk.store.read() as connection:
        found = connection.execute(select(patients.c.body).where(patients.c.connection_id == 1).order_by(patients.c.id))
        bodies = [body for body in found.scalars() if body.get("mrn")]
    first = bodies[0]
    other = next(b for b in bodies if (b["family_name"][0], b["birth_date"][:3]) > (first["family_name"][0], "2"))
    return [first, other]


def test_a_record_is_found_by_number_name_and_birth_date(around: Surroundings, strangers: list[dict[str, Any]]) -> None:
    (one, _), desk = strangers, around.desk
    for text in (one["mrn"], f"{one['family_name']} {one['birth_date']}", one["mrn"].lower()):
        assert one["mrn"] in {hit.number for hit in search_records(desk, text)}
    assert search_records(desk, "  ") == ()
    assert search_records(desk, "%") == ()


def test_two_records_are_held_side_by_side_and_put_into_the_queue(
    around: Surroundings, strangers: list[dict[str, Any]]
) -> None:
    page = around.show(PAGE.make)
    around.qtbot.waitUntil(lambda: page._shown is not None, timeout=15_000)
    page.tabs.choose("search")
    pane = page.search
    assert pane.isVisible() and not page.stack.isVisible() and pane.one.field.edit.hasFocus()
    for search, body in zip((pane.one, pane.other), strangers, strict=True):
        around.qtbot.keyClicks(search.field.edit, body["mrn"])
        around.qtbot.waitUntil(lambda search=search: search.hit is not None, timeout=15_000)
    around.qtbot.waitUntil(lambda: pane.button.isVisible() and pane.table.isVisible(), timeout=15_000)
    assert pane.stop.isVisible()  # birth date and name both differ
    pane.button.setFocus()
    around.qtbot.keyClick(pane.button, Qt.Key.Key_Return)
    around.qtbot.waitUntil(
        lambda: (
            page.tabs.current_key == "all"
            and page._shown is not None
            and {side.number for side in page._shown.view.records} == {body["mrn"] for body in strangers}
        ),
        timeout=15_000,
    )
    assert page.list.hasFocus()
    assert page._shown.is_stopped and page.stack.isVisible() and not pane.isVisible()
    key = page._shown.view.key
    with around.desk.store.write("test") as unit:
        unit.connection.execute(delete(finding_subjects).where(finding_subjects.c.finding_key == key))
        unit.connection.execute(delete(findings).where(findings.c.key == key))


def test_one_record_is_not_compared_with_itself(around: Surroundings, strangers: list[dict[str, Any]]) -> None:
    page = around.show(PAGE.make)
    page.tabs.choose("search")
    for search in (page.search.one, page.search.other):
        around.qtbot.keyClicks(search.field.edit, strangers[0]["mrn"])
        around.qtbot.waitUntil(lambda search=search: search.hit is not None, timeout=15_000)
    assert "one and the same record" in page.search.hint.text()
    assert not page.search.table.isVisible()
