"""Cells in the bytes of a file as columns of distinct values: only what is distinct ever becomes text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.dedupe.columns import changed
from core.dedupe.text import Bytes, text_of
from matching.clean.packed import hashes_of
from matching.texts import Texts, coded

Places = NDArray[np.integer]
_RETURN, _QUOTE, _NEWLINE = 13, 34, 10
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
    first, found = coded(hashes_of(data, starts, lengths))
    codes = np.full(len(ends), -1, dtype=np.int32)
    codes[known] = found
    column = Texts(_texts(data, starts[first], lengths[first]), codes)
    if has_quotes and any('"' in value for value in column.values):
        return changed(column, lambda value: value.replace('""', '"'))
    # A letter that is written in two encodings is one and the same.
    return column if all(map(str.isascii, column.values)) else changed(column, str)


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
