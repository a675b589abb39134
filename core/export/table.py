"""What is exported, and the guard of its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

Cell = str | int | float | None

_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A list as it is shown: `columns` are titles, each row has a cell for each.

    `filters` says in words what was chosen, `lane` names the list in the audit trail, `has_patients` whether a row can
    name a patient.
    """

    lane: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    filters: str
    has_patients: bool


def guarded(cell: Cell) -> Cell:
    """A cell that no spreadsheet program takes for a formula: such a text gets an apostrophe before it."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_STARTS) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
