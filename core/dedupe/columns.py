"""Columns of distinct values and codes (`Texts`): changed, joined and put under one another."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from matching.texts import Codes, Texts, coded


def changed(column: Texts, change: Callable[[str], str]) -> Texts:
    """Every value changed once; values that become the same get one code, those that become "" are unknown."""
    values = Texts.of(map(change, column.values))
    return Texts(values.values, np.append(values.codes, np.int32(-1))[column.codes])


def combined(columns: Sequence[Texts], combine: Callable[[Sequence[str]], str]) -> Texts:
    """One text per record of its texts in several columns, worked out once for each combination that occurs."""
    key = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        key = key * np.uint64(len(column.values) + 1) + (column.codes + 1).astype(np.uint64)
    if math.prod(len(column.values) + 1 for column in columns) >= 1 << 64:  # numbers would no longer be exact
        return Texts.of(map(combine, zip(*columns, strict=True)))
    rows, codes = coded(key)
    values = Texts.of(map(combine, zip(*(column.take(rows) for column in columns), strict=True)))
    return Texts(values.values, values.codes[codes])


def joined(columns: Sequence[Texts], between: str) -> Texts:
    """The texts of several columns side by side, without the blank ones."""
    if len(columns) == 1:
        return columns[0]
    return combined(columns, lambda texts: between.join(filter(None, texts)))


def first_known(columns: Sequence[Texts]) -> Texts:
    """Per record the text of the first of these columns that has one."""
    found = columns[0]
    for column in columns[1:]:
        values, codes = _added(found.values, column)
        found = Texts(values, np.where(found.codes >= 0, found.codes, codes))
    return found


def stacked(columns: Sequence[Texts]) -> Texts:
    """Columns of several files, or of parts of one, under one another."""
    found = columns[0]
    for column in columns[1:]:
        values, codes = _added(found.values, column)
        found = Texts(values, np.concatenate([found.codes, codes]))
    return found


def of_one_value(text: str, size: int) -> Texts:
    """A column that says the same of every record."""
    return Texts([text], np.zeros(size, dtype=np.int32))


def _added(values: list[str], column: Texts) -> tuple[list[str], Codes]:
    """Values with those of another column added, and the codes of that column among them."""
    both = set(column.values).intersection(values)
    places = {value: place for place, value in enumerate(values) if value in both} if both else {}
    new = [value for value in column.values if value not in both]
    places.update((value, place) for place, value in enumerate(new, len(values)))
    per_value = np.array([*(places[value] for value in column.values), -1], dtype=np.int32)
    return values + new, per_value[column.codes]
