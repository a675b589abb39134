"""Exported lists: what stands in them, what no spreadsheet runs, and the trail they leave."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select

from core.clock import Clock
from core.desk import Desk
from core.errors import BadInput, NotPossible, Refused
from core.export.table import ExportTable, guarded
from core.export.write import write_csv, write_xlsx
from core.store.engine import Store
from core.store.tables.trust import audit
from core.usecases.exporting import export_list

TABLE = ExportTable(
    "charges", "Charges, Tue 17 Nov: all", ("Patient", "Worth", "Days"),
    (("Alvarez, Maria", "$158", 3), ('=HYPERLINK("x")', "-12.50", None), ("@SUM(A1)", "—", 0)),
    "site: all", has_patients=True,
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    (tmp_path / "home").mkdir()
    made = Desk(Store(tmp_path / "home", secrets.token_bytes(32), clock), "ana", "biller", clock)
    yield made
    made.close()


def _trail(desk: Desk) -> list[dict[str, object]]:
    with desk.store.read() as connection:
        return [dict(row) for row in connection.execute(select(audit).where(audit.c.action == "export")).mappings()]


@given(st.text(max_size=12))
def test_no_text_is_a_formula_after_the_guard(text: str) -> None:
    kept = str(guarded(text))
    is_number = kept.lstrip("+-").replace(".", "", 1).isdecimal()
    assert is_number or not kept.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert kept.removeprefix("'") == text.removeprefix("'")


def test_a_csv_holds_every_cell_and_no_formula(tmp_path: Path) -> None:
    write_csv(TABLE, tmp_path / "list.csv")
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["Patient", "Worth", "Days"], ["Alvarez, Maria", "$158", "3"], ["'=HYPERLINK(\"x\")", "-12.50", ""],
        ["'@SUM(A1)", "—", "0"],
    ]  # fmt: skip


def test_a_workbook_holds_texts_and_numbers_as_such(tmp_path: Path) -> None:
    write_xlsx(TABLE, tmp_path / "list.xlsx")
    sheet = load_workbook(tmp_path / "list.xlsx").active
    assert sheet is not None and sheet.freeze_panes == "A2"
    assert [[cell.value for cell in row] for row in sheet.iter_rows()][1:] == [
        ["Alvarez, Maria", "$158", 3], ["'=HYPERLINK(\"x\")", "-12.50", None], ["'@SUM(A1)", "—", 0],
    ]  # fmt: skip
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_each_export_leaves_its_row_with_reason_count_and_columns(desk: Desk, tmp_path: Path) -> None:
    assert export_list(desk, TABLE, tmp_path / "a.csv", "csv", "for the monthly talk").value == 3
    (row,) = _trail(desk)
    detail = row["detail"]
    assert isinstance(detail, dict)
    assert (detail["rows"], detail["columns"]) == (3, ["Patient", "Worth", "Days"])
    assert (detail["reason"], detail["filters"], detail["format"]) == ("for the monthly talk", "site: all", "csv")
    assert "Alvarez" not in str(row)


def test_without_reason_or_right_nothing_is_written(desk: Desk, tmp_path: Path) -> None:
    for somebody, reason, expected in (
        (desk, "  ", BadInput),
        (replace(desk, role="front-desk"), "why", Refused),
        (replace(desk, role="auditor"), "why", Refused),  # may export, but not what names patients
    ):
        with pytest.raises(expected):
            export_list(somebody, TABLE, tmp_path / "a.csv", "csv", reason)
    assert not (tmp_path / "a.csv").exists()
    assert _trail(desk) == []


def test_a_file_that_cannot_be_written_leaves_no_trail_and_no_piece(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotPossible):
        export_list(desk, TABLE, tmp_path / "nowhere" / "a.csv", "csv", "why")

    def broken(_table: ExportTable, path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError

    with pytest.raises(NotPossible):
        export_list(desk, TABLE, tmp_path / "a.csv", "csv", "why", writer=broken)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]
    assert _trail(desk) == []
