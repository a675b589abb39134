"""How a spreadsheet file is laid out: what separates its cells, and which line names its columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from core.dedupe.headings import compact, is_known
from core.dedupe.text import beginning_of
from core.errors import BadInput

EMPTY = "CM-DUP-03"
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SEPARATORS = "".join(DELIMITERS) + " "  # a line of nothing else is blank, whatever separates its cells
_MOST_ROWS_BEFORE = 30


@dataclass(frozen=True, slots=True)
class Layout:
    """`names` of the columns as they stand; `first_line` is the number of the line below them, counted from 1."""

    delimiter: str
    names: tuple[str, ...]
    first_line: int


def layout_of(path: Path, named: Collection[str] = ()) -> Layout:
    """Find the line that names the columns: the one with the most names that are known, or that the caller `named`.

    Titles above it are passed over. Raises BadInput where the file cannot be read or holds nothing.
    """
    return layout_in(beginning_of(path), str(path), named)


def layout_in(beginning: str, file: str, named: Collection[str] = ()) -> Layout:
    """The same for a file that begins with this text."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", beginning)
    wanted = {compact(name) for name in named}

    def counts(cell: str) -> bool:
        return is_known(cell) or compact(cell) in wanted

    found = [row for delimiter in DELIMITERS for row in _rows(lines, delimiter, counts)]
    if not found:
        raise BadInput(f"{file} is empty.", todo="Check that it was saved completely.", code=EMPTY)
    best = max(found, key=lambda row: (row[0], len(row[1].names) if row[0] else 0, -row[1].first_line))
    if not best[0]:
        first = min(row[1].first_line for row in found)
        best = max((row for row in found if row[1].first_line == first), key=lambda row: len(row[1].names))
    return best[1]


def _rows(lines: list[str], delimiter: str, counts: Callable[[str], bool]) -> list[tuple[int, Layout]]:
    """The first rows that hold anything, as they read with this delimiter, with how many of their cells count."""
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[tuple[int, Layout]] = []
    try:
        for cells in reader:
            names = tuple(cell.strip() for cell in cells)
            if any(name.strip(_SEPARATORS) for name in names):
                known = len({compact(name) for name in names if counts(name)})
                rows.append((known, Layout(delimiter, names, reader.line_num + 1)))
            if len(rows) > _MOST_ROWS_BEFORE:
                break
    except csv.Error:  # a quotation mark that never closes: what came before it may still name the columns
        pass
    return rows
