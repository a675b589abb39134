"""The columns of files: suggested, confirmed, changed, checked over all rows, with each problem to jump to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from surroundings import Surroundings

from core.errors import StoreError
from core.usecases.drafts import Draft, save_draft
from desktop import a11y, theme
from desktop.pages.connections.mapping import MappingPage

CHARGES = "Charge ID,MRN,Service Date,CPT,Amount,Status,Batch\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


def opened(around: Surroundings, folder: Path, state: str = "ready") -> Any:
    page = MappingPage(around.context)
    around.qtbot.addWidget(page)
    page.resize(1310, 640)
    page.show()
    page.open(Draft("csv", "files", path=str(folder)))
    around.qtbot.waitUntil(lambda: page.stack.property("state") == state, timeout=60_000)
    return page


def row(page: Any, heading: str) -> Any:
    return page._rows[page._kind.names.index(heading)]


def checked(page: Any, around: Surroundings) -> str:
    page.check.start.click()
    around.qtbot.waitUntil(lambda: page._checked is not None, timeout=60_000)
    return str(page.check.said.text())


def test_suggestions_say_so_and_every_column_needs_a_word(empty_around: Surroundings, folder: Path) -> None:
    (folder / "charges.csv").write_text(CHARGES + "c1,7,3/14/2026,99213,$85.00,Posted,B1\n", encoding="utf-8")
    page = opened(empty_around, folder)
    assert page.entity.value == "charges"
    assert row(page, "CPT").state.accessibleName() == "suggested"
    assert row(page, "Service Date").reading.text() == "→ 14 Mar 2026"
    assert row(page, "Amount").reading.text() == "→ $85.00"
    assert not page.use.isEnabled() and not page.check.start.isEnabled()
    assert page.hint.text() == "One column is neither mapped nor ignored"
    page.rest.click()
    assert row(page, "Batch").state.accessibleName() == "ignored"
    assert page.check.start.isEnabled() and page.hint.text() == "Check all rows first"
    assert checked(page, empty_around) == "1 rows ready, 0 warnings, 0 must be fixed."
    with empty_around.qtbot.waitSignal(page.finished) as done:
        page.use.click()
    (mapping,) = done.args[0].columns
    assert mapping.is_complete and not any(column.is_suggested for column in mapping.columns)


def test_two_columns_cannot_feed_one_field(empty_around: Surroundings, folder: Path) -> None:
    (folder / "charges.csv").write_text(CHARGES + "c1,7,3/14/2026,99213,85,Posted,B1\n", encoding="utf-8")
    page = opened(empty_around, folder)
    row(page, "Batch").target._take("code")
    assert {row(page, name).state.accessibleName() for name in ("CPT", "Batch")} == {"two for one"}
    assert page.hint.text() == "Two columns feed one field" and not page.check.start.isEnabled()
    row(page, "CPT").target._take("ignore")
    assert row(page, "Batch").state.accessibleName() == "mapped" and page.check.start.isEnabled()


def test_another_format_is_shown_on_the_real_values(empty_around: Surroundings, folder: Path) -> None:
    (folder / "charges.csv").write_text(CHARGES + "c1,7,3/4/2026,99213,8500,Posted,B1\n", encoding="utf-8")
    page = opened(empty_around, folder)
    assert row(page, "Service Date").reading.text() == "→ 4 Mar 2026"
    row(page, "Service Date").form._take("day, month, year")
    assert row(page, "Service Date").reading.text() == "→ 3 Apr 2026"
    assert row(page, "Amount").reading.text() == "→ $8,500.00"
    row(page, "Amount").form._take("cents")
    assert row(page, "Amount").reading.text() == "→ $85.00"


def test_what_every_row_needs_can_be_said_once(empty_around: Surroundings, folder: Path) -> None:
    lines = "Visit ID,Patient,Visit Date,Provider\nv1,7,3/14/2026,Osei\n"
    (folder / "visits.csv").write_text(lines, encoding="utf-8")
    page = opened(empty_around, folder)
    assert page.entity.value == "encounters" and page.hint.text() == "Something that every row needs is missing"
    pick = page.more.findChild(type(page.entity), "mapping_fixed_status")
    pick._take("finished")
    assert page.check.start.isEnabled()
    assert checked(page, empty_around).startswith("1 rows ready")


def test_words_are_given_a_meaning_and_problems_lead_to_their_column(
    empty_around: Surroundings, folder: Path, tmp_path: Path
) -> None:
    body = "c1,7,3/14/2026,99213,85,In Limbo,B1\nc2,7,3/14/2026,99213,free,Posted,B1\nc3,7,3/14/2026,1,1,Posted,B\n"
    (folder / "charges.csv").write_text(CHARGES + body, encoding="utf-8")
    page = opened(empty_around, folder)
    page.rest.click()
    assert checked(page, empty_around) == "1 rows ready, 0 warnings, 2 must be fixed."
    assert not page.use.isEnabled()
    page.check.table.select_id(1)
    assert row(page, "Amount")._is_marked and not row(page, "Status")._is_marked
    assert page.check.place.text() == "charges.csv, line 3: Column Amount is no amount of money."
    page.more.findChild(type(page.entity), "mapping_word_status_inlimbo")._take("hold")
    assert page._checked is None and not page.use.isEnabled()
    assert checked(page, empty_around) == "2 rows ready, 0 warnings, 1 must be fixed."
    target = tmp_path / "aside.csv"
    page.write_rejected_to(str(target))
    empty_around.qtbot.waitUntil(page.use.isEnabled, timeout=60_000)
    assert "c2" in target.read_text(encoding="utf-8-sig") and empty_around.shell.toasts == [
        "One row was written aside."
    ]
    page.write_rejected_to(str(folder / "inside.csv"))
    empty_around.qtbot.waitUntil(lambda: len(empty_around.shell.toasts) == 2, timeout=60_000)


def test_several_kinds_of_files_are_mapped_one_after_the_other(empty_around: Surroundings, folder: Path) -> None:
    (folder / "charges.csv").write_text(CHARGES + "c1,7,3/14/2026,99213,85,Posted,B1\n", encoding="utf-8")
    (folder / "people.csv").write_text("Patient ID,Last Name\n7,Diaz\n", encoding="utf-8")
    page = opened(empty_around, folder)
    page.rest.click() if page.rest.isVisible() else None
    checked(page, empty_around)
    page.use.click()
    assert page.later.isVisible()
    page.rest.click() if page.rest.isVisible() else None
    checked(page, empty_around)
    with empty_around.qtbot.waitSignal(page.finished) as done:
        page.use.click()
    assert {mapping.entity for mapping in done.args[0].columns} == {"charges", "patients"}


def test_what_was_saved_earlier_is_offered_and_says_so(empty_around: Surroundings, folder: Path) -> None:
    (folder / "people.csv").write_text("Patient ID,Last Name\n7,Diaz\n", encoding="utf-8")
    page = opened(empty_around, folder)
    chosen = page._mapping.with_column(1, target="former_name").with_column(0, target="mrn")
    save_draft(empty_around.desk, Draft("csv", "first", path=str(folder)).with_mapping(chosen))
    again = opened(empty_around, folder)
    assert [column.target for column in again._mapping.columns] == ["mrn", "former_name"]
    assert again.told.text() == "Saved earlier for files with these headings."


def test_a_folder_without_tables_and_one_that_is_gone_say_so(empty_around: Surroundings, folder: Path) -> None:
    (folder / "book.csv").write_bytes(b"PK\x03\x04 a workbook")
    page = opened(empty_around, folder, "empty")
    assert "workbook" in page.stack.notice.text.text()
    gone = opened(empty_around, folder / "nowhere", "error")
    with empty_around.qtbot.waitSignal(gone.closed):
        gone.stack.notice.findChild(type(gone.back), "mapping_state_notice_action_0").click()


def test_a_check_that_fails_is_told_in_words(
    empty_around: Surroundings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "people.csv").write_text("Patient ID,Last Name\n7,Diaz\n", encoding="utf-8")
    page = opened(empty_around, folder)

    def broken(*_: object) -> None:
        raise StoreError("The disk does not answer.", code="CM-STO-99")

    monkeypatch.setattr("desktop.pages.connections.mapping.check_mapping", broken)
    page.check.start.click()
    empty_around.qtbot.waitUntil(lambda: "disk" in page.check.said.text(), timeout=60_000)
    assert not page.use.isEnabled()


def test_every_part_has_a_name(empty_around: Surroundings, folder: Path) -> None:
    (folder / "charges.csv").write_text(CHARGES + "c1,7,3/14/2026,99213,85,Odd,B1\n", encoding="utf-8")
    page = opened(empty_around, folder)
    page.rest.click()
    checked(page, empty_around)
    assert [widget.objectName() for widget in a11y.unnamed(page)] == []


def test_with_large_type_a_column_takes_two_lines_and_stays_inside(
    empty_around: Surroundings, folder: Path, qapp: Any
) -> None:
    (folder / "charges.csv").write_text(CHARGES + "c1,7,3/14/2026,99213,85,Odd,B1\n", encoding="utf-8")
    theme.apply(qapp, "light", scale=2.0)
    try:
        page = opened(empty_around, folder)
        empty_around.qtbot.waitUntil(lambda: row(page, "CPT")._is_narrow, timeout=60_000)
        wide = [one.objectName() for one in page._rows if one.width() > page.scroller.viewport().width()]
        assert wide == []
    finally:
        theme.apply(qapp, "light")


def test_a_file_whose_first_line_names_nothing_says_so(empty_around: Surroundings, folder: Path) -> None:
    (folder / "rows.csv").write_text("7,Diaz,x9\n8,Lee,x8\n", encoding="utf-8")
    page = opened(empty_around, folder)
    assert page.told.text() == "No heading is known here. Does the first line name the columns?"
    assert page.hint.text() == "3 columns are neither mapped nor ignored"
