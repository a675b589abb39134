"""The rows of a spreadsheet file as columns. A row that cannot be read is set aside alone, with line and reason."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.dedupe.cells import column_of
from core.dedupe.columns import stacked
from core.dedupe.layout import Layout
from core.dedupe.lines import blocks_of, start_of_line
from core.dedupe.text import PADDING, Bytes, read_bytes, text_of
from core.jobs import Job
from matching.texts import Texts

Places = NDArray[np.int64]
# Lines; a quotation mark that is not closed for longer was not meant to open anything.
_SHORT_ROW, _LONGEST_ROW = 4, 50
_KEPT = 1000
# Programs that drop blank cells at the end of rows do it in many; a single short row has lost a cell anywhere.
_EARLY_AT_LEAST, _EARLY_SHARE = 10, 0.05
_NOT_CSV = "It cannot be taken apart into cells."
_NOT_CLOSED = "A quotation mark in it is not closed, or closed too early."


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is left out: its file, its line (counted from 1) and why."""

    file: str
    line: int
    reason: str


@dataclass(slots=True)
class SetAside:
    """All rows that are left out: how many, and the first of them."""

    file: str
    count: int = 0
    first: list[Skipped] = field(default_factory=list)

    def add(self, line: int, reason: str) -> None:
        """Leave out the row on a line."""
        self.count += 1
        if len(self.first) < _KEPT:
            self.first.append(Skipped(self.file, line, reason))


@dataclass(slots=True)
class Rows:
    """Readable rows: the wanted columns by position, and the line (counted from 1) each row begins on.

    `early` counts rows that end before the last column; what is missing there is blank.
    """

    columns: dict[int, Texts]
    lines: Places
    aside: SetAside
    early: int = 0

    def __len__(self) -> int:
        return len(self.lines)

    def keep(self, places: Places) -> None:
        """Drop all rows but those at these places, and the values that no row has any more."""
        self.columns = {place: _tight(column.take(places)) for place, column in self.columns.items()}
        self.lines = self.lines[places]


def _tight(column: Texts) -> Texts:
    used, codes = np.unique(column.codes, return_inverse=True)
    unknown = int(used[0] < 0) if len(used) else 0
    values = [column.values[code] for code in used[unknown:].tolist()]
    return Texts(values, (codes - unknown).astype(np.int32))


def read_rows(path: Path, layout: Layout, wanted: Sequence[int], job: Job) -> Rows:
    """Read the columns at these positions. Raises BadInput where the file cannot be opened or decoded.

    Memory: the file itself, four bytes per cell, and the columns.
    """
    job.advance(0, total=len(wanted) + 1, text="columns")
    file = _File.of(read_bytes(path), layout)
    aside = SetAside(str(path))
    odd = _read_odd(file, layout, aside)
    # Lines that turned out to be inside a cell of the line before are no rows of their own.
    kept = np.flatnonzero(~np.isin(file.plain, odd.inside))
    lines = np.concatenate([file.plain[kept], np.array(odd.lines, dtype=np.int64)])
    order = np.argsort(lines, kind="stable")
    columns = {}
    for place in wanted:
        job.advance()
        job.check()
        columns[place] = file.column(place)
        if odd.lines or odd.inside:
            cells = Texts.of(cells[place] for cells in odd.rows)
            columns[place] = stacked([columns[place].take(kept), cells]).take(order)
    return Rows(columns, lines[order] + 1, aside, odd.early)


@dataclass(frozen=True, slots=True)
class _File:
    """A file's bytes and where its lines and cells are; lines are counted from 0.

    `starts` is where each line begins, from `first_line` on, and where the last one ends.
    """

    data: Bytes
    first_line: int
    starts: Places
    plain: Places
    odd: Places
    ends: NDArray[np.integer]  # (plain lines, columns)
    has_quotes: bool

    @classmethod
    def of(cls, data: Bytes, layout: Layout) -> _File:
        size = len(data) - PADDING
        place_type = np.int32 if size < 2**31 else np.int64
        first_line = layout.first_line - 1
        start = start_of_line(data, first_line)
        width = len(layout.names)
        starts, plain, odd, ends, has_quotes = [], [], [], [np.zeros((0, width), dtype=place_type)], False
        for block in blocks_of(data, start, first_line, ord(layout.delimiter), width):
            starts.append(block.starts)
            plain.append(block.plain)
            odd.append(block.odd)
            ends.append(block.ends.astype(place_type))
            has_quotes |= block.has_quotes
        nothing = np.zeros(0, dtype=np.int64)
        return cls(
            data=data,
            first_line=first_line,
            starts=np.concatenate([*starts, np.array([size])]),
            plain=np.concatenate([nothing, *plain]),
            odd=np.concatenate([nothing, *odd]),
            ends=np.concatenate(ends),
            has_quotes=has_quotes,
        )

    def column(self, place: int) -> Texts:
        """The cells of the plain lines in a column."""
        starts = self.ends[:, place - 1] + 1 if place else self.starts[self.plain - self.first_line]
        is_last = place == self.ends.shape[1] - 1
        return column_of(self.data, starts, self.ends[:, place], is_last=is_last, has_quotes=self.has_quotes)

    def texts(self, line: int, count: int) -> list[str]:
        """Lines as text with their ends, fewer at the end of the file."""
        starts = self.starts[line - self.first_line : line - self.first_line + count + 1].tolist()
        return [text_of(self.data[one:other].tobytes()) for one, other in pairwise(starts)]


@dataclass(slots=True)
class _OddRows:
    """Rows that were read by themselves, with their lines, and the lines that lie inside of their cells."""

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)
    early: int = 0


def _read_odd(file: _File, layout: Layout, aside: SetAside) -> _OddRows:
    found = _OddRows()
    refused: dict[int, str] = {}
    short: dict[int, list[str]] = {}
    width = len(layout.names)
    behind = 0
    for line in file.odd.tolist():
        if line < behind:
            continue
        cells, used, reason = row_of(partial(file.texts, line), layout.delimiter)
        behind = line + used
        found.inside.extend(range(line + 1, behind))
        if not reason and not any(map(str.strip, cells)):
            continue
        cells = fitted(cells, layout.names)
        if not reason and len(cells) != width:
            reason = wrong_width(cells, width)
            if used > 1:
                reason += f" It goes on to line {behind}."
            elif len(cells) < width:
                short[line] = cells
        if reason:
            refused[line] = reason
        else:
            found.rows.append(cells)
            found.lines.append(line)
    early = _early(short, width, len(file.plain) + len(file.odd))
    found.early = len(early)
    for line in early:
        del refused[line]
        found.rows.append(short[line] + [""] * (width - len(short[line])))
        found.lines.append(line)
    for line, reason in refused.items():
        aside.add(line + 1, reason)
    return found


def fitted(cells: list[str], names: Sequence[str]) -> list[str]:
    """As many cells as there are columns. Those under no heading may be there or not, as long as nothing is in them.

    A row that has too many or too few otherwise stays as it is.
    """
    width = len(names)
    if len(cells) > width and not any(map(str.strip, cells[width:])):
        return cells[:width]
    if len(cells) < width and not any(names[len(cells) :]):
        return cells + [""] * (width - len(cells))
    return cells


def wrong_width(cells: Sequence[str], width: int) -> str:
    """Why a row with another number of cells cannot be used."""
    return f"It has {len(cells)} {'cell' if len(cells) == 1 else 'cells'}, the line of headings {width}."


def _early(short: dict[int, list[str]], width: int, size: int) -> list[int]:
    """The lines of short rows that only lack blank cells at their end, where a file has many of them.

    Not those that may be one half of a row that was broken in two, and none with less than half of its cells.
    """
    lines = [
        line
        for line, cells in short.items()
        if len(cells) >= max(2, width / 2)
        and not any(len(cells) + len(short.get(beside, ())) == width + 1 for beside in (line - 1, line + 1))
    ]
    return lines if len(lines) >= max(_EARLY_AT_LEAST, _EARLY_SHARE * size) else []


def row_of(lines: Callable[[int], list[str]], delimiter: str) -> tuple[list[str], int, str]:
    """The row that begins here: its cells, how many lines it takes, and why it cannot be read, else "".

    `lines` gives so many lines from its beginning with their ends, fewer at the end of the file.

    Where quotation marks do not add up, only its first line is given up: the next may be a row of its own.
    """
    for count in (1, _SHORT_ROW, _LONGEST_ROW):
        window = lines(count)
        if '"' not in window[0]:
            return window[0].rstrip("\r\n").split(delimiter), 1, ""
        reader = csv.reader([*window, ""], delimiter=delimiter)
        try:
            cells = next(reader)
        except csv.Error:
            return [], 1, _NOT_CSV
        used = reader.line_num
        if used == 1:
            return cells, 1, ""
        if used <= len(window):
            return (cells, used, "") if _is_sound(window[:used], delimiter) else ([], 1, _NOT_CLOSED)
    return [], 1, _NOT_CLOSED


def _is_sound(lines: list[str], delimiter: str) -> bool:
    """Whether quotation marks open and close as they should."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True
