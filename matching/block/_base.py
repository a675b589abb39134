"""The shape of a blocking key, and hashing columns into one number per record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matching.clean.columns import Columns, of_codes

Hashes = NDArray[np.uint64]  # 0: this record has no such key
NO_KEY = np.uint64(0)


# How unrelated birth dates compare where the year, or the day of the year, is the same: it follows from the calendar.
SAME_YEAR = {"same": 0.003, "swapped": 0.001, "one_digit": 0.03, "two_parts": 0.08, "same_year": 0.88}
SAME_DAY = {"same": 0.012, "swapped": 0.004, "one_digit": 0.10, "two_parts": 0.87}
SAME_NAME = {"same": 0.97, "near": 0.02}
LIKE_NAME = {"same": 0.60, "near": 0.35}


@dataclass(frozen=True, slots=True)
class BlockingKey:
    """A way of sharing something. `hashes(columns)` gives one or more arrays of hashes; equal hashes meet.

    `agrees` gives, for the fields that two records under this key agree on by construction, the shares of levels (or
    of the sides same, near, differs) among unrelated pairs: for the model they are a kind of their own.
    `words` finish "two people who only share ...".
    """

    id: str
    order: int
    words: str
    hashes: Callable[[Columns], tuple[Hashes, ...]]
    agrees: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_LAST = np.uint64(0x94D049BB133111EB)
_AT_ONCE = 1 << 14


def combine(*parts: NDArray[np.integer], salt: int = 0) -> Hashes:
    """One hash per record of several marks or numbers; where any is negative (unknown) there is no key.

    Hashes are the same in every table: they can be kept beside the records, and made part by part.

    `salt` keeps arrays of different meaning under one key apart.
    """
    size = len(parts[0])
    hashes = np.empty(size, dtype=np.uint64)
    start = np.full(1, _GOLDEN, dtype=np.uint64)
    _mix_in(start, np.full(1, salt, dtype=np.int64))
    for at in range(0, size, _AT_ONCE):  # what is worked on then stays near the processor
        here = slice(at, at + _AT_ONCE)
        mixed = np.full(len(hashes[here]), start[0])
        known = np.ones(len(mixed), dtype=np.bool_)
        for part in parts:
            some = part[here].astype(np.int64, copy=False)
            _mix_in(mixed, some)
            known &= some >= 0
        mixed |= np.uint64(1)
        hashes[here] = np.where(known, mixed, NO_KEY)
    return hashes


def _mix_in(mixed: Hashes, part: NDArray[np.int64]) -> None:
    mixed ^= part.view(np.uint64) + _GOLDEN
    mixed *= _MIX
    mixed ^= mixed >> np.uint64(29)
    mixed *= _LAST
    mixed ^= mixed >> np.uint64(32)


def per_name(codes: NDArray[np.int32], of_name: NDArray[np.int64]) -> NDArray[np.int64]:
    """A property of a record's name (its sound, its initial), -1 where the name is unknown."""
    return of_codes(codes, of_name)


def whole_birth_date(columns: Columns) -> NDArray[np.int64]:
    """The birth date as one number, -1 unless year, month and day are known."""
    year, month, day = (columns.birth[:, place].astype(np.int64) for place in range(3))
    return np.where(day > 0, (year * 13 + month) * 32 + day, -1)


def birth_year(columns: Columns) -> NDArray[np.int64]:
    """The birth year, -1 where unknown."""
    year = columns.birth[:, 0].astype(np.int64)
    return np.where(year > 0, year, -1)


def birth_day(columns: Columns) -> NDArray[np.int64]:
    """Month and day as one number, the same when they are swapped; -1 where unknown."""
    month, day = columns.birth[:, 1].astype(np.int64), columns.birth[:, 2].astype(np.int64)
    return np.where(day > 0, np.minimum(month, day) * 32 + np.maximum(month, day), -1)


def number_of(digits: NDArray[np.uint8], known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows of digit characters as numbers, -1 where not known."""
    value = np.zeros(len(digits), dtype=np.int64)
    for place in range(digits.shape[1]):
        value = value * 10 + np.maximum(digits[:, place].astype(np.int64) - ord("0"), 0)
    return np.where(known, value, -1)


def both_names(columns: Columns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last name in a fixed order, so that swapped names meet too."""
    given = per_name(columns.names.given, columns.names.compact_mark)
    family = per_name(columns.names.family, columns.names.compact_mark)
    return np.minimum(given, family), np.maximum(given, family)
