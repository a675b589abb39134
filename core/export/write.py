"""Writing a table: CSV that every spreadsheet opens in the right letters, or an Excel workbook."""

from __future__ import annotations

import csv
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.export.table import Cell, ExportTable, guarded

_MOST_TITLE = 31  # what a sheet's name may have
_NOT_IN_TITLES = str.maketrans(dict.fromkeys(r"[]:*?/\\", " "))


def write_csv(table: ExportTable, path: Path) -> None:
    """UTF-8 with a mark, since Excel takes a file without one for the system's own letters."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([guarded(title) for title in table.columns])
        writer.writerows([["" if cell is None else guarded(cell) for cell in row] for row in table.rows])


def write_xlsx(table: ExportTable, path: Path) -> None:
    """One sheet: titles stay in sight while scrolling, numbers are numbers, texts are texts."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title.translate(_NOT_IN_TITLES)[:_MOST_TITLE].strip() or "List")
    sheet.freeze_panes = "A2"
    for place, title in enumerate(table.columns):
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(60, _width(table, place, title) + 2)
    sheet.append([_cell(sheet, title, is_title=True) for title in table.columns])
    for row in table.rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    book.save(path)
    book.close()


def _cell(sheet: object, cell: Cell, *, is_title: bool = False) -> WriteOnlyCell:
    kept = guarded(cell)
    made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", kept) if isinstance(kept, str) else kept)
    if isinstance(kept, str):
        made.data_type = "s"  # also what begins with "=" in a cell that the guard left alone
    if is_title:
        made.font = Font(bold=True)
    return made


def _width(table: ExportTable, place: int, title: str) -> int:
    return max([len(title), *(len(str(row[place])) for row in table.rows[:200] if row[place] is not None)])
