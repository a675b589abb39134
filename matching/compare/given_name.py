"""Given names: the same, misspelled, a nickname, an initial, swapped with the last name, the middle name in use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.clean.columns import Columns, Names
from matching.compare._base import (
    Comparator,
    Level,
    Levels,
    Rows,
    alike,
    bands_of,
    by_distinct_pair,
    jaro_winkler,
    shares_of_bands,
)
from matching.texts import Codes

# How alike (Jaro-Winkler) the second name must be where the first is exactly crossed.
_SWAPPED_ALIKE = 0.88

LEVELS = (
    Level("same_rare", "same", 0.15, 0.00005, "the same, a rare name"),
    Level("same_uncommon", "same", 0.20, 0.0004, "the same, an uncommon name"),
    Level("same_common", "same", 0.22, 0.0015, "the same"),
    Level("same_frequent", "same", 0.12, 0.0015, "the same, a frequent name"),
    Level("same_very_frequent", "same", 0.08, 0.002, "the same, a very frequent name"),
    Level("one_letter", "near", 0.06, 0.0015, "one letter differs", "the first name differs by one letter"),
    Level("near", "near", 0.015, 0.001, "nearly the same", "the first name is spelled a little differently"),
    Level("nickname", "near", 0.05, 0.002, "a nickname of the other", "one first name is a nickname of the other"),
    Level("initial", "near", 0.015, 0.004, "an initial that fits", "one record has only the first initial"),
    Level("swapped", "near", 0.012, 0.000002, "first and last name swapped", "first and last name are swapped"),
    Level("middle_used", "near", 0.012, 0.002, "the other's middle name", "one first name is the other's middle name"),
    Level("part", "near", 0.008, 0.002, "part of a double name", "one first name is part of the other"),
    Level("middle_initial", "differs", 0.004, 0.03, "fits the other's middle initial", "the first names differ"),
    Level("similar", "differs", 0.02, 0.03, "only similar", "the first names are only similar"),
    Level("differs", "differs", 0.026, 0.92, "different", "the first names differ"),
)
ONE_LETTER, NEAR, NICKNAME, INITIAL, SWAPPED, MIDDLE_USED, PART, MIDDLE_INITIAL, SIMILAR, DIFFERS = range(6, 16)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    names = columns.names
    levels = by_distinct_pair(
        names.given[a], names.given[b], len(names.values), lambda x, y: _compare_names(columns, x, y)
    )
    loose = np.flatnonzero(levels >= SIMILAR)
    x, y = a[loose], b[loose]
    fits = is_same(names.middle_letter[x], names.free_letter[y]) | is_same(names.middle_letter[y], names.free_letter[x])
    levels[loose[fits & (levels[loose] == DIFFERS)]] = MIDDLE_INITIAL
    middle = is_same(names.whole_given[x], names.whole_middle[y]) | is_same(names.whole_middle[x], names.whole_given[y])
    levels[loose[middle]] = MIDDLE_USED
    levels[loose[is_swapped(columns, x, y)]] = SWAPPED
    return levels


def is_swapped(columns: Columns, a: Rows, b: Rows) -> NDArray[np.bool_]:
    """Whether first and last name of one record are last and first of the other, one of the two perhaps misspelled."""
    names = columns.names
    exact = (
        is_same(names.whole_given[a], names.whole_family[b]),
        is_same(names.whole_family[a], names.whole_given[b]),
    )
    found = exact[0] & exact[1]
    crossed = ((names.given, names.family), (names.family, names.given))
    for (left, right), already in zip(crossed, reversed(exact), strict=True):
        asked = np.flatnonzero(already & ~found)
        one, other = left[a[asked]], right[b[asked]]
        known = (one >= 0) & (other >= 0)
        asked, one, other = asked[known], one[known], other[known]
        found[asked] = jaro_winkler(names.compact, one, other) >= _SWAPPED_ALIKE
    return found


def is_same(left: Codes, right: Codes) -> NDArray[np.bool_]:
    """Whether two codes are known and the same."""
    same: NDArray[np.bool_] = (left == right) & (left >= 0)
    return same


def _compare_names(columns: Columns, a: Codes, b: Codes) -> Levels:
    names = columns.names
    levels = np.full(len(a), DIFFERS, dtype=np.int8)
    similarity, edited = alike(names.compact, a, b)
    shorter = np.minimum(names.length[a], names.length[b])
    sounds = (names.sound_mark[a] == names.sound_mark[b]) & (shorter > 2)
    levels[((similarity >= 0.84) & (shorter > 1)) | ((edited <= 2) & (shorter >= 5)) | sounds] = SIMILAR
    levels[is_part(names, a, b)] = PART
    levels[(shorter == 1) & (names.initial[a] == names.initial[b])] = INITIAL
    levels[(shorter >= 3) & (similarity >= 0.93)] = NEAR
    levels[np.isin(a.astype(np.int64) * len(names.values) + b, names.nickname_pairs)] = NICKNAME
    levels[(shorter >= 3) & (edited <= 1) & (levels != NICKNAME)] = ONE_LETTER
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
    bands=5,
    band_shares=lambda columns: shares_of_bands(columns.names.given_count, columns.names.counted),
    firm=1.0,
    most_differs=0.2,
)
