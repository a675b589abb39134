"""Given names: the same, misspelled, a nickname, an initial, swapped with the last name, the middle name in use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.clean.columns import Codes, Columns, Names
from matching.compare._base import (
    Comparator,
    Level,
    Levels,
    Rows,
    bands_of,
    by_distinct_pair,
    edits,
    jaro_winkler,
    shares_of_bands,
)

LEVELS = (
    Level("same_rare", "same", 0.15, 0.00005, "the same, a rare name", "is the same and rare"),
    Level("same_uncommon", "same", 0.20, 0.0004, "the same, an uncommon name"),
    Level("same_common", "same", 0.22, 0.0015, "the same"),
    Level("same_frequent", "same", 0.20, 0.0035, "the same, a frequent name"),
    Level(
        "near", "near", 0.075, 0.002, "spelled a little differently", "the first name is spelled a little differently"
    ),
    Level("nickname", "near", 0.05, 0.002, "a nickname of the other", "one first name is a nickname of the other"),
    Level("initial", "near", 0.015, 0.004, "an initial that fits", "one record has only the first initial"),
    Level("swapped", "near", 0.012, 0.000002, "first and last name swapped", "first and last name are swapped"),
    Level(
        "middle_used", "near", 0.012, 0.002, "the other's middle name", "one record uses the middle name as first name"
    ),
    Level("part", "near", 0.012, 0.003, "part of a double name", "one first name is part of the other"),
    Level("similar", "differs", 0.02, 0.03, "only similar", "the first names are only similar"),
    Level("differs", "differs", 0.03, 0.95, "different", "the first names differ"),
)
NEAR, NICKNAME, INITIAL, SWAPPED, MIDDLE_USED, PART, SIMILAR, DIFFERS = range(5, 13)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    names = columns.names
    levels = by_distinct_pair(
        names.given[a], names.given[b], len(names.values), lambda x, y: _compare_names(columns, x, y)
    )
    loose = np.flatnonzero(levels >= NEAR)
    x, y = a[loose], b[loose]
    middle = (
        is_same_name(names, names.given[x], names.middle[y]) | is_same_name(names, names.middle[x], names.given[y])
    ) & (levels[loose] >= SIMILAR)
    levels[loose[middle]] = MIDDLE_USED
    swapped = is_swapped(columns, x, y) & (levels[loose] >= SIMILAR)
    levels[loose[swapped]] = SWAPPED
    return levels


def is_swapped(columns: Columns, a: Rows, b: Rows) -> NDArray[np.bool_]:
    """Whether first and last name of one record are last and first of the other."""
    names = columns.names
    return is_same_name(names, names.given[a], names.family[b]) & is_same_name(names, names.family[a], names.given[b])


def is_same_name(names: Names, left: Codes, right: Codes) -> NDArray[np.bool_]:
    """Whether two codes stand for the same name of more than one letter."""
    found = np.zeros(len(left), dtype=bool)
    known = np.flatnonzero((left >= 0) & (right >= 0))
    one, other = left[known], right[known]
    found[known] = (names.compact_code[one] == names.compact_code[other]) & (names.length[one] > 1)
    return found


def _compare_names(columns: Columns, a: Codes, b: Codes) -> Levels:
    names = columns.names
    levels = np.full(len(a), DIFFERS, dtype=np.int8)
    similarity = jaro_winkler(names.compact, a, b)
    shorter = np.minimum(names.length[a], names.length[b])
    levels[(similarity >= 0.84) & (shorter > 1)] = SIMILAR
    levels[is_part(names, a, b)] = PART
    levels[(shorter == 1) & (names.initial[a] == names.initial[b])] = INITIAL
    levels[np.isin(a.astype(np.int64) * len(names.values) + b, names.nickname_pairs)] = NICKNAME
    near = (shorter >= 3) & ((similarity >= 0.93) | (edits(names.compact, a, b) <= 1))
    levels[near & (levels != NICKNAME)] = NEAR
    same = names.compact_code[a] == names.compact_code[b]
    levels[same] = 1 + bands_of(names.given_count[names.compact_code[a[same]]], columns.names.counted)
    return levels


def is_part(names: Names, a: Codes, b: Codes) -> NDArray[np.bool_]:
    """Whether one of two names is a double name that shares a part with the other."""
    asked = np.flatnonzero(names.is_double[a] | names.is_double[b])
    found = np.zeros(len(a), dtype=bool)
    found[asked] = [
        not names.parts[x].isdisjoint(names.parts[y]) for x, y in zip(a[asked].tolist(), b[asked].tolist(), strict=True)
    ]
    return found


COMPARATOR = Comparator(
    id="given_name",
    order=10,
    label="First name",
    levels=LEVELS,
    compare=_compare,
    bands=4,
    band_shares=lambda columns: shares_of_bands(columns.names.given_count, columns.names.counted),
)
