"""Finding a patient before creating one: with every letter, misspelled, and only what is typed now."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select
from surroundings import Surroundings

import desktop.pages.find as module
from core.store.tables.records import patients
from core.store.tables.trust import audit
from desktop.pages.find import PAGE, people_of


@pytest.fixture
def somebody(around: Surroundings) -> dict[str, Any]:
    """A patient with a plain name of some length."""
    with around.desk.store.read() as connection:
        bodies = connection.execute(select(patients.c.body).order_by(patients.c.id)).scalars().all()
    return next(
        b for b in bodies if b["family_name"].isalpha() and b["given_name"].isalpha() and len(b["family_name"]) > 7
    )


def _lookups(around: Surroundings) -> int:
    with around.desk.store.read() as connection:
        return len(connection.execute(select(audit.c.id).where(audit.c.action == "lookup")).all())


def test_somebody_is_found_by_a_misspelled_name_while_it_is_typed(
    around: Surroundings, somebody: dict[str, Any]
) -> None:
    page = around.show(PAGE.make)
    before = _lookups(around)
    family = somebody["family_name"]
    around.qtbot.keyClicks(page.name, f"{somebody['given_name']} {family[:3]}{family[4:]}")
    around.qtbot.waitUntil(lambda: family.casefold() in page.person.text().casefold(), timeout=15_000)
    assert page.reason.isVisible() and page.reason.label.text()
    around.qtbot.waitUntil(lambda: _lookups(around) > before, timeout=10_000)
    around.qtbot.keyClick(page.name, Qt.Key.Key_Return)
    assert page.list.hasFocus()
    copies = [part for part in page.numbers.findChildren(object) if part.objectName().endswith("_copy")]
    copies[0].click()
    assert around.shell.copied == [page._people[page.list.current_key].best["number"]]


def test_an_answer_to_what_is_no_longer_typed_is_thrown_away(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = around.show(PAGE.make)
    asked: list[str] = []

    def slow(_desk: object, fields: dict[str, str], limit: int = 10) -> list[dict[str, Any]]:
        asked.append(fields["family_name"])
        return []

    monkeypatch.setattr(module, "likely_people", slow)
    shown: list[Any] = []
    monkeypatch.setattr(page, "_put", shown.append)
    around.qtbot.keyClicks(page.name, "Rosa Quiroz")
    around.qtbot.waitUntil(lambda: asked[-1:] == ["Quiroz"] and not page._is_asking, timeout=10_000)
    # One look-up at a time: all that was typed while the first was under way is asked for once.
    assert asked == ["Qu", "Quiroz"] and len(shown) == 1


def test_next_caller_forgets_what_was_typed(around: Surroundings) -> None:
    page = around.show(PAGE.make)
    around.qtbot.keyClicks(page.phone, "6175550142")
    around.qtbot.keyClick(page.phone, Qt.Key.Key_Escape)
    assert not page.phone.text() and page.name.hasFocus() and not page._wanted
    around.qtbot.waitUntil(lambda: not page._is_asking, timeout=10_000)
    assert not page.list.queue.keys


def test_an_empty_store_is_led_to_connections(empty_around: Surroundings) -> None:
    page = empty_around.show(PAGE.make, "empty")
    page.stack.notice.findChild(object, "find_connect_button").click()
    assert empty_around.shell.went == [("connections", None)]


def test_records_of_one_person_stand_together_in_the_order_of_the_likeliest() -> None:
    def answer(number: str, person: str | None) -> dict[str, Any]:
        return {"record": {"system": "EHR", "kind": "Patient", "id": number}, "person": person}

    found = people_of([answer("1", "p"), answer("2", None), answer("3", "p")])
    assert [[one["record"]["id"] for one in person.records] for person in found] == [["1", "3"], ["2"]]
