"""Which lines of a file are plain rows, and where their cells end: found in the bytes, many lines at a time.

A plain row is one line with as many cells as there are columns, whose quotation marks, if any, open and close where
they should. Everything else (cells over several lines, a missing cell, a stray quotation mark) is odd, and is looked
at by itself. Blank lines are neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.dedupe.text import PADDING, Bytes

Places = NDArray[np.int64]
_STEP = 1 << 22  # bytes looked at together
_NEWLINE, _RETURN, _QUOTE = 10, 13, 34


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of whole lines. All places count from the beginning of the file, all lines from 0.

    `starts` holds where each line begins; `plain` and `odd` are lines; `ends` (plain lines, columns) is where each of
    their cells ends.
    """

    first_line: int
    starts: Places
    plain: Places
    odd: Places
    ends: Places
    has_quotes: bool


def blocks_of(data: Bytes, start: int, first_line: int, delimiter: int, width: int) -> Iterator[Block]:
    """The lines of a file from a place on, which is the beginning of `first_line`. `width` is the number of columns."""
    size = len(data) - PADDING
    while start < size:
        end = _end_of_line(data, min(start + _STEP, size))
        yield (block := _block(data[start:end], start, first_line, delimiter, width))
        start, first_line = end, first_line + len(block.starts)


def start_of_line(data: Bytes, line: int) -> int:
    """Where a line begins; the file must have as many."""
    start = 0
    for _ in range(line):
        start = _end_of_line(data, start + 1)
    return start


def _end_of_line(data: Bytes, place: int) -> int:
    """The place behind the newline that ends the line of the byte before `place`."""
    step = 1 << 12
    place -= 1
    while not len(found := np.flatnonzero(data[place : place + step] == _NEWLINE)):
        place, step = place + step, step * 2
    return place + int(found[0]) + 1


def _block(part: Bytes, start: int, first_line: int, delimiter: int, width: int) -> Block:
    is_mark = (part == delimiter) | (part == _NEWLINE)
    quoted = part == _QUOTE
    has_quotes = bool(quoted.any())
    marks = np.flatnonzero(is_mark | quoted if has_quotes else is_mark)
    newlines = np.flatnonzero(part[marks] == _NEWLINE)
    starts = np.concatenate([[0], marks[newlines[:-1]] + 1])
    if has_quotes:
        marks, is_sound = _outside(part, marks, newlines, delimiter)
        newlines = np.flatnonzero(part[marks] == _NEWLINE)
    else:
        is_sound = np.ones(len(newlines), dtype=bool)
    counts = np.diff(newlines, prepend=-1)
    stops = marks[newlines]
    lengths = stops - starts - ((stops > starts) & (part[stops - 1] == _RETURN))
    is_blank = is_sound & ((lengths == counts - 1) | _is_white(part, starts, lengths, delimiter))
    is_plain = (counts == width) & is_sound & ~is_blank
    ends = marks[np.repeat(is_plain, counts)].reshape(-1, width)
    return Block(
        first_line=first_line,
        starts=starts + start,
        plain=np.flatnonzero(is_plain) + first_line,
        odd=np.flatnonzero(~is_plain & ~is_blank) + first_line,
        ends=ends + start,
        has_quotes=has_quotes,
    )


def _outside(part: Bytes, marks: Places, newlines: Places, delimiter: int) -> tuple[Places, NDArray[np.bool_]]:
    """The marks that separate cells (every newline among them), and which lines are sound taken alone."""
    kinds = part[marks]
    is_quote = kinds == _QUOTE
    line = np.repeat(np.arange(len(newlines)), np.diff(newlines, prepend=-1))
    seen = np.cumsum(is_quote)
    in_line = seen - np.concatenate([[0], seen[newlines[:-1]]])[line]  # quotation marks of the line up to here
    is_sound = in_line[newlines] % 2 == 0
    at, number = marks[is_quote], in_line[is_quote]
    # Before the first byte comes the last one, which is a newline, as it should be.
    before, behind, second = part[at - 1], part[at + 1], part[np.minimum(at + 2, len(part) - 1)]
    opens = (before == delimiter) | (before == _NEWLINE) | (before == _QUOTE)
    closes = (behind == delimiter) | (behind == _NEWLINE) | (behind == _QUOTE)
    closes |= (behind == _RETURN) & (second == _NEWLINE)
    is_wrong = np.where(number % 2 == 1, ~opens, ~closes)
    is_sound[line[is_quote][is_wrong]] = False
    return marks[~is_quote & ((in_line % 2 == 0) | (kinds == _NEWLINE))], is_sound


def _is_white(part: Bytes, starts: Places, lengths: Places, delimiter: int) -> NDArray[np.bool_]:
    """Which lines hold blanks and nothing else in their cells."""
    is_light = np.zeros(256, dtype=bool)
    is_light[[delimiter, *b" \t\r\n"]] = True
    is_white = is_light[part[starts]] & is_light[part[starts + np.maximum(lengths - 1, 0)]]
    for line in np.flatnonzero(is_white).tolist():
        cells = part[starts[line] : starts[line] + lengths[line]].tobytes()
        is_white[line] = not cells.replace(bytes([delimiter]), b"").strip()
    return is_white
