"""Adding a connection in seven steps, by keyboard, against a real server and real files; nothing is saved before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes.misbehaving import MisbehavingServer
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from surroundings import Surroundings

from core.queries.connections import list_connections
from core.usecases.connections import add_connection
from desktop import a11y
from desktop.pages.connections.page import ConnectionsPage

PATIENTS = [{"resourceType": "Patient", "id": f"p{n}", "name": [{"family": f"Family{n}"}]} for n in range(7)]


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer.holding(PATIENTS) as running:
        yield running


@pytest.fixture
def page(empty_around: Surroundings) -> Any:
    made = empty_around.show(ConnectionsPage, "empty")
    made.open_wizard()
    return made


def on(page: Any, around: Surroundings) -> None:
    """Press Next once it may be pressed."""
    around.qtbot.waitUntil(page.wizard.next.isEnabled, timeout=60_000)
    before = page.wizard.step
    page.wizard.next.click()
    around.qtbot.waitUntil(lambda: page.wizard.step is not before, timeout=60_000)


def to_sign_in(page: Any, around: Surroundings, kind: str, place: str, name: str) -> None:
    next(choice for choice in page.wizard.steps[0].choices if choice.kind == kind).setChecked(True)
    on(page, around)
    fields = page.wizard.step.fields
    around.qtbot.keyClicks(fields.edit("url" if "url" in fields.names else "path"), place)
    page.wizard.step.name.clear()
    around.qtbot.keyClicks(page.wizard.step.name, name)


def settled(page: Any, around: Surroundings) -> dict[str, str]:
    """The lines of the test once it has ended."""
    step = page.wizard.step
    around.qtbot.waitUntil(lambda: bool(step.lines) and not step._is_running, timeout=60_000)
    return {check: line.found.outcome for check, line in step.lines.items()}


def test_a_server_is_added_by_keyboard_alone_and_pulled(
    page: Any, empty_around: Surroundings, server: MisbehavingServer
) -> None:
    around, wizard = empty_around, page.wizard
    key = around.qtbot.keyClick
    first = wizard.step.first()
    assert first.isChecked() and first.kind == "fhir-r4"
    key(wizard.next, Qt.Key.Key_Return)
    around.qtbot.keyClicks(wizard.step.first(), server.base)
    around.qtbot.keyClicks(wizard.step.name, "ehr")
    key(wizard.step.name, Qt.Key.Key_Return)
    around.qtbot.waitUntil(lambda: wizard.step is wizard.steps[2], timeout=60_000)
    assert settled(page, around) == {
        "reach": "ok", "certificate": "warning", "sign-in": "ok", "clock": "ok", "permission": "ok", "sample": "ok",
        "write": wizard.step.lines["write"].found.outcome,
    }  # fmt: skip
    assert list_connections(around.desk) == []
    key(wizard.next, Qt.Key.Key_Return)
    around.qtbot.waitUntil(lambda: wizard.step.is_ready, timeout=60_000)
    assert wizard.step.model.rowCount() > 0
    for _ in range(3):
        key(wizard.next, Qt.Key.Key_Return)
    assert wizard.step is wizard.review and list_connections(around.desk) == []
    assert "ehr" in wizard.review.facts.accessibleDescription()
    key(wizard.next, Qt.Key.Key_Return)
    around.qtbot.waitUntil(lambda: around.tasks.is_idle and bool(list_connections(around.desk)), timeout=30_000)
    (row,) = list_connections(around.desk)
    assert (row["name"], row["write"], row["records"]) == ("ehr", "off", {"patients": 7})
    assert page.views.currentWidget() is page.overview


def test_back_keeps_what_was_said_and_cancel_saves_nothing(
    page: Any, empty_around: Surroundings, server: MisbehavingServer
) -> None:
    to_sign_in(page, empty_around, "fhir-r4", server.base, "ehr")
    on(page, empty_around)
    settled(page, empty_around)
    page.wizard.back.click()
    assert page.wizard.step.fields.edit("url").text() == server.base
    assert page.wizard.step.name.text() == "ehr"
    page.wizard.back.click()
    assert page.wizard.step.first().kind == "fhir-r4" and page.wizard.back.isHidden()
    page.wizard.cancel.click()
    empty_around.qtbot.waitUntil(lambda: page.property("state") == "empty", timeout=60_000)
    assert list_connections(empty_around.desk) == []


def test_a_line_that_fails_says_how_to_fix_it_and_is_tested_again_alone(
    page: Any, empty_around: Surroundings, server: MisbehavingServer
) -> None:
    to_sign_in(page, empty_around, "fhir-r4", f"{server.base}/somewhere/else", "ehr")
    on(page, empty_around)
    outcomes = settled(page, empty_around)
    assert outcomes["reach"] == "failed" and set(outcomes.values()) == {"failed", "skipped"}
    step = page.wizard.step
    assert not page.wizard.next.isEnabled() and page.wizard.hint.text() == "1 line must be fixed first"
    assert step.fix.isVisible() and step.fix_text.text()
    page.wizard.back.click()
    page.wizard.step.fields.edit("url").setText(server.base)
    on(page, empty_around)
    assert settled(page, empty_around)["reach"] == "ok"
    step.lines["certificate"].fix.click()
    assert "https" in step.fix_text.text()
    asked: list[str] = []
    step.changed.connect(lambda: asked.append(step.lines["certificate"].found.outcome))
    step.lines["certificate"].retry.click()
    assert settled(page, empty_around)["certificate"] == "warning" and "now" in asked
    assert step.lines["sample"].found.outcome == "ok"
    assert page.wizard.next.isEnabled()


def test_mistakes_stand_at_their_field(page: Any, empty_around: Surroundings, tmp_path: Path) -> None:
    add_connection(empty_around.desk, name="taken", kind="tables", path=str(tmp_path))
    to_sign_in(page, empty_around, "tables", str(tmp_path), "taken")
    step = page.wizard.step
    page.wizard.next.click()
    empty_around.qtbot.waitUntil(lambda: "already" in step.name.accessibleDescription(), timeout=60_000)
    assert page.wizard.step is step
    step.name.clear()
    empty_around.qtbot.keyClicks(step.name, "new one")
    page.wizard.next.click()
    empty_around.qtbot.waitUntil(lambda: "blanks" in step.name.accessibleDescription(), timeout=60_000)


def test_a_secret_is_neither_shown_in_the_review_nor_kept_by_trying(
    page: Any, empty_around: Surroundings, server: MisbehavingServer
) -> None:
    to_sign_in(page, empty_around, "fhir-r4", server.base, "ehr")
    fields = page.wizard.step.fields
    fields.pick("auth")._take("bearer")
    empty_around.qtbot.keyClicks(fields.edit("bearer"), "hunter2")
    for _ in range(5):
        on(page, empty_around)
    shown = page.wizard.review.facts.accessibleDescription()
    assert "hunter2" not in shown and "secret store" in shown
    edits = [edit.text() for edit in page.findChildren(QLineEdit) if edit.isVisible()]
    assert "hunter2" not in edits


def test_kinds_and_limits_are_kept_as_the_connector_reads_them(
    page: Any, empty_around: Surroundings, server: MisbehavingServer
) -> None:
    to_sign_in(page, empty_around, "fhir-r4", server.base, "ehr")
    for _ in range(3):
        on(page, empty_around)
    boxes = page.wizard.pull.boxes
    for kind, box in boxes.items():
        box.setChecked(kind == "Patient")
    if len(boxes) > 1:
        boxes["Patient"].setChecked(False)
        assert not page.wizard.next.isEnabled()
        boxes["Patient"].setChecked(True)
    on(page, empty_around)
    page.wizard.step.fields.edit("rate").setText("5")
    page.wizard.step.write._take("dry-run")
    on(page, empty_around)
    options = page.wizard.draft.options
    assert (options["rate"], options["write"]) == ("5", "dry-run")
    assert options.get("kinds", "Patient") == "Patient"


@pytest.mark.parametrize("place", range(7))
def test_every_part_of_every_step_has_a_name(
    page: Any, empty_around: Surroundings, server: MisbehavingServer, place: int
) -> None:
    to_sign_in(page, empty_around, "fhir-r4", server.base, "ehr")
    if place > 1:
        for _ in range(place - 1):
            on(page, empty_around)
    empty_around.qtbot.waitUntil(lambda: empty_around.tasks.is_idle, timeout=60_000)
    assert [w.objectName() for w in a11y.unnamed(page.wizard)] == []


def test_files_are_mapped_inside_the_wizard(page: Any, empty_around: Surroundings, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    text = "Patient ID,Last Name,DOB" + os.linesep + "1,Diaz,2/13/1980" + os.linesep
    (folder / "people.csv").write_text(text, encoding="utf-8", newline="")
    to_sign_in(page, empty_around, "csv", str(folder), "files")
    on(page, empty_around)
    assert settled(page, empty_around) == {"reach": "ok", "sample": "ok", "mapping": "warning"}
    on(page, empty_around)
    on(page, empty_around)
    assert not page.wizard.next.isEnabled()
    page.wizard.pull.map.click()
    mapping = page.mapping
    empty_around.qtbot.waitUntil(lambda: mapping.stack.property("state") == "ready", timeout=60_000)
    mapping.check.start.click()
    empty_around.qtbot.waitUntil(mapping.use.isEnabled, timeout=60_000)
    mapping.use.click()
    assert page.views.currentWidget() is page.wizard and page.wizard.next.isEnabled()
    on(page, empty_around)
    on(page, empty_around)
    page.wizard.next.click()
    empty_around.qtbot.waitUntil(
        lambda: empty_around.tasks.is_idle and bool(list_connections(empty_around.desk)), timeout=30_000
    )
    (row,) = list_connections(empty_around.desk)
    assert (row["kind"], row["records"]) == ("csv", {"patients": 1})


def test_the_rail_gives_way_where_there_is_no_room(page: Any, empty_around: Surroundings) -> None:
    page.show()
    empty_around.qtbot.waitUntil(page.wizard.rail.isVisible, timeout=60_000)
    page.resize(700, 640)
    empty_around.qtbot.waitUntil(page.wizard.place.isVisible, timeout=60_000)
    assert page.wizard.place.text() == "Step 1 of 7" and not page.wizard.rail.isVisible()


def test_f6_goes_through_the_parts_of_the_view_that_is_open(page: Any, empty_around: Surroundings) -> None:
    assert page.panes() == (page.wizard.stack, page.wizard.bar)
    assert page.panes()[1].isAncestorOf(page.wizard.next)
    page.wizard.cancel.click()
    assert page.toolbar in page.panes() and page.scroller in page.panes()
    empty_around.qtbot.waitUntil(lambda: empty_around.tasks.is_idle, timeout=60_000)
