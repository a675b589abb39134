"""A column of record numbers ("assigner|value;..."): codes and marks of the numbers, and codes of their assigners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.clean.identifiers import clean_identifiers
from matching.clean.marks import Marks
from matching.clean.packed import DIGITS, Flags, Packed, Places, bytes_of, counted_between
from matching.texts import Codes

_BAR, _BETWEEN = bytes_of(b"|"), bytes_of(b";")
_CAPITALS = bytes_of(range(ord("A"), ord("Z") + 1))
_SIGNS = DIGITS | _CAPITALS | bytes_of(range(ord("a"), ord("z") + 1))
_PRINTED = bytes_of(range(ord(" "), 127))
_TELLS = DIGITS & ~bytes_of(b"0")  # what no placeholder holds
_SMALLER = 32  # from a capital to its small letter


@dataclass(frozen=True, slots=True)
class RecordNumbers:
    """Each number of a column of lists: the place of its list, rising; its code, its assigner's code.

    `marks` is per code of a number.
    """

    owners: Places
    codes: Codes
    assigners: Codes
    marks: Marks


def record_numbers(values: list[str]) -> RecordNumbers:
    """All numbers of a column, each once in a list, in the order of the lists."""
    owners, parts = _taken_apart(values)
    plain = Packed.of(parts)
    bars = _bars(plain)
    is_plain = bars >= 0
    data = plain.data.copy()
    data[_in_values(plain, bars, is_plain) & _CAPITALS[data]] += _SMALLER
    places = np.flatnonzero(is_plain)
    rest = [(row, pair) for row in np.flatnonzero(~is_plain).tolist() for pair in clean_identifiers(parts[row])]
    if rest:
        cleaned = Packed.of(["|".join(pair) for _, pair in rest])
        before = np.array([len(assigner.encode()) for _, (assigner, _) in rest], dtype=np.int64)
        rows = np.concatenate([places, np.array([row for row, _ in rest], dtype=np.int64)])
        order = np.argsort(rows, kind="stable")
        owners = owners[rows[order]]
        starts = np.concatenate([plain.starts[places], cleaned.starts + len(data)])[order]
        lengths = np.concatenate([plain.lengths[places], cleaned.lengths])[order]
        before = np.concatenate([bars[places] - plain.starts[places], before])[order]
        data = np.concatenate([data, cleaned.data])
    else:
        owners, starts, lengths = owners[places], plain.starts[places], plain.lengths[places]
        before = bars[places] - starts
    numbers = Packed(data, starts, lengths)
    first, codes = numbers.distinct()
    _, assigners = Packed(data, starts, before).distinct()
    once = _once(owners, codes)
    return RecordNumbers(owners[once], codes[once], assigners[once], numbers.at(first).marks())


def _taken_apart(values: list[str]) -> tuple[Places, list[str]]:
    """The parts of all lists, with the place of the list that each is of."""
    lists = Packed.of(values)
    separators = lists.count(_BETWEEN)
    if not separators.any():
        return np.arange(len(values)), values
    return np.repeat(np.arange(len(values)), separators + 1), ";".join(values).split(";")


def _bars(parts: Packed) -> Places:
    """Where the bar of each part stands that is as nearly all are; -1 where the part must be looked at by itself.

    Such a part is printed in ASCII, its assigner has no blank at an end, and its value is letters and digits, one of
    them not zero: neither blanks nor placeholders have to go.
    """
    bars = np.flatnonzero(_BAR[parts.data])
    if not len(bars):
        return np.full(len(parts), -1, dtype=np.int64)
    is_one = (parts.count(_BAR) == 1) & (parts.count(~_PRINTED) == 0)
    bar = bars[np.minimum(np.searchsorted(bars, parts.starts), len(bars) - 1)]
    bar = np.where(is_one, bar, parts.starts)  # a place inside, whatever it is
    signs = counted_between(_SIGNS[parts.data], bar, parts.ends)
    is_plain = is_one & (signs == parts.ends - bar - 1)
    is_plain &= counted_between(_TELLS[parts.data], bar, parts.ends) > 0
    blank = parts.data == ord(" ")
    is_plain &= (bar == parts.starts) | ~(blank[parts.starts] | blank[bar - 1])
    return np.where(is_plain, bar, -1)


def _in_values(parts: Packed, bars: Places, is_plain: Flags) -> Flags:
    """Per byte whether it belongs to the value of a plain part."""
    steps = np.zeros(len(parts.data) + 1, dtype=np.int8)
    steps[bars[is_plain]] = 1
    steps[parts.ends[is_plain]] -= 1
    found: NDArray[np.bool_] = np.cumsum(steps[:-1], dtype=np.int8).astype(np.bool_)
    return found


def _once(owners: Places, codes: Codes) -> Places:
    """Which numbers to keep so that none comes twice in a list."""
    if len(owners) < 2 or (owners[1:] != owners[:-1]).all():
        return np.arange(len(owners))
    _, first = np.unique(owners * (int(codes.max()) + 1) + codes, return_index=True)
    return np.sort(first)
