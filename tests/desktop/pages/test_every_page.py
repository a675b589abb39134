"""What holds for every page there is, also for one that is added tomorrow."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from sqlalchemy.exc import OperationalError
from surroundings import Surroundings

import desktop.pages as pages_package
from core.errors import StoreError
from core.queries.patients import label_of
from core.registry import discover
from core.resources import root
from core.store.tables.records import patients
from desktop import a11y, theme

PAGES = discover(pages_package, "PAGE")
pytestmark = pytest.mark.parametrize("page_id", list(PAGES))


def _settled(around: Surroundings, page_id: str) -> QWidget:
    page = PAGES[page_id].make(around.context)
    around.qtbot.addWidget(page)
    page.resize(1310, 676)
    page.show()
    around.qtbot.waitUntil(lambda: page.property("state") in ("ready", "empty"), timeout=20_000)
    return page


def test_it_shows_something_on_the_demo_practice(around: Surroundings, page_id: str) -> None:
    assert _settled(around, page_id).property("state") in ("ready", "empty")


def test_it_says_what_to_do_when_nothing_was_pulled_yet(empty_around: Surroundings, page_id: str) -> None:
    page = _settled(empty_around, page_id)
    if page.property("state") == "empty":
        assert page.stack.notice.findChildren(QWidget)


def test_every_part_that_can_be_used_has_a_name(around: Surroundings, page_id: str) -> None:
    page = _settled(around, page_id)
    lacking = [w.objectName() or type(w).__name__ for w in a11y.unnamed(page)] if hasattr(a11y, "unnamed") else []
    assert not lacking


def test_a_failing_store_is_told_in_words_and_can_be_tried_again(
    around: Surroundings, page_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _settled(around, page_id)

    def broken(*_: object) -> None:
        raise StoreError("The store does not answer.", code="CM-STO-99")

    page.load(broken, lambda _value: None)
    around.wait(page, "error")
    page.refresh()
    around.qtbot.waitUntil(lambda: page.property("state") in ("ready", "empty"), timeout=20_000)


def test_a_fault_of_ours_is_told_without_its_text(around: Surroundings, page_id: str) -> None:
    page = _settled(around, page_id)

    def broken() -> None:
        raise OperationalError("SELECT given_name", {"name": "Alvarez"}, Exception("Alvarez"))

    page.load(broken, lambda _value: None)
    around.wait(page, "error")
    shown = " ".join(label.text() for label in page.stack.notice.findChildren(QWidget) if hasattr(label, "text"))
    assert "Alvarez" not in shown and "SELECT" not in shown


def test_it_has_a_help_page(around: Surroundings, page_id: str) -> None:
    page = _settled(around, page_id)
    assert (root() / "help" / f"{page.help_id}.md").is_file()


def test_its_toasts_and_titles_hold_no_patient(around: Surroundings, page_id: str) -> None:
    page = _settled(around, page_id)
    with around.desk.store.read() as connection:
        names = {label_of(body) for body in connection.execute(patients.select()).scalars("body")}
    told = " ".join([PAGES[page_id].title, page.windowTitle(), *around.shell.toasts])
    assert not [name for name in names if name in told]


@pytest.mark.parametrize("mode", ["dark", "contrast"])
def test_it_can_be_drawn_in_every_look(around: Surroundings, page_id: str, mode: str, qapp: object) -> None:
    page = _settled(around, page_id)
    theme.apply(qapp, mode)  # type: ignore[arg-type]
    picture = page.grab().toImage()
    theme.apply(qapp, "light")  # type: ignore[arg-type]
    colours = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
    assert len(colours) > 2
