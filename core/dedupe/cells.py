"""Cells in the bytes of a file as columns of distinct values: only what is distinct ever becomes text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.dedupe.columns import changed, coded
from core.dedupe.text import PADDING, Bytes, text_of
from matching.texts import Texts

Places = NDArray[np.integer]
_RETURN, _QUOTE, _NEWLINE = 13, 34, 10
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
# The bytes of a word that still belong to the cell, by how many there are.
_PART_OF_WORD = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype=np.uint64)
_AT_ONCE = 1 << 16  # texts taken out together


def column_of(data: Bytes, starts: Places, ends: Places, *, is_last: bool, has_quotes: bool) -> Texts:
    """The column whose cells lie between these places; `is_last` where lines may end in a carriage return too."""
    if is_last:
        ends = ends - ((ends > starts) & (data[ends - 1] == _RETURN))
    if has_quotes:
        quoted = (ends > starts) & (data[starts] == _QUOTE)
        starts, ends = starts + quoted, ends - quoted
    lengths = ends - starts
    known = np.flatnonzero(lengths > 0)
    if len(known) < len(starts):
        starts, lengths = starts[known], lengths[known]
    first, found = coded(_hashes(data, starts, lengths))
    codes = np.full(len(ends), -1, dtype=np.int32)
    codes[known] = found
    column = Texts(_texts(data, starts[first], lengths[first]), codes)
    if has_quotes and any('"' in value for value in column.values):
        return changed(column, lambda value: value.replace('""', '"'))
    # A letter that is written in two encodings is one and the same.
    return column if all(map(str.isascii, column.values)) else changed(column, str)


def _hashes(data: Bytes, starts: Places, lengths: Places) -> NDArray[np.uint64]:
    """One number per cell, eight bytes at a time. Of a million different cells, two share one in 40 million files."""
    words: NDArray[np.uint64] = np.ndarray((len(data) - PADDING + 1,), dtype="<u8", buffer=data, strides=(1,))
    hashes = lengths.astype(np.uint64)
    rows: Places | None = None  # those whose cell goes on, None for all
    place = 0
    longest = int(lengths.max(initial=0))
    while place < longest:
        word = words[starts + place] & _PART_OF_WORD[np.minimum(lengths - place, 8)]
        mixed = ((hashes if rows is None else hashes[rows]) ^ word) * _MIX
        mixed ^= mixed >> _HALF
        if rows is None:
            hashes = mixed
        else:
            hashes[rows] = mixed
        place += 8
        longer = np.flatnonzero(lengths > place)
        rows = longer if rows is None else rows[longer]
        starts, lengths = starts[longer], lengths[longer]
    return hashes


def _texts(data: Bytes, starts: Places, lengths: Places) -> list[str]:
    """The texts of cells, many taken out together: a cell holds no newline."""
    texts: list[str] = []
    for at in range(0, len(starts), _AT_ONCE):
        some, sizes = starts[at : at + _AT_ONCE], lengths[at : at + _AT_ONCE] + 1
        ends = np.cumsum(sizes)
        together = data[np.repeat(some - ends + sizes, sizes) + np.arange(ends[-1])]
        together[ends - 1] = _NEWLINE
        texts += text_of(together[:-1].tobytes()).split("\n")
    return texts
