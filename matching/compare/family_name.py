"""Family names: the same, misspelled, half of a double name, a former name. Silent where first and last are swapped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.clean.columns import Columns
from matching.compare._base import (
    UNKNOWN,
    Comparator,
    Level,
    Levels,
    Rows,
    alike,
    bands_of,
    by_distinct_pair,
    shares_of_bands,
)
from matching.compare.given_name import is_part, is_same, is_swapped
from matching.texts import Codes

LEVELS = (
    Level("same_rare", "same", 0.25, 0.00004, "the same, a rare name"),
    Level("same_uncommon", "same", 0.25, 0.0002, "the same, an uncommon name"),
    Level("same_common", "same", 0.20, 0.0005, "the same"),
    Level("same_frequent", "same", 0.08, 0.0006, "the same, a frequent name"),
    Level("same_very_frequent", "same", 0.02, 0.0002, "the same, a very frequent name"),
    Level("one_letter", "near", 0.06, 0.001, "one letter differs", "the last name differs by one letter"),
    Level("near", "near", 0.015, 0.0005, "nearly the same", "the last name is spelled a little differently"),
    Level("part", "near", 0.02, 0.0008, "half of a double name", "one last name is half of the other"),
    Level("former", "near", 0.02, 0.0003, "the other's former name", "one last name is the other's former name"),
    Level("similar", "differs", 0.015, 0.02, "only similar", "the last names are only similar"),
    Level("differs", "differs", 0.06, 0.975, "different", "the last names differ"),
)
ONE_LETTER, NEAR, PART, FORMER, SIMILAR, DIFFERS = range(6, 12)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    names = columns.names
    levels = by_distinct_pair(
        names.family[a], names.family[b], len(names.values), lambda x, y: _compare_names(columns, x, y)
    )
    loose = np.flatnonzero(levels > NEAR)
    x, y = a[loose], b[loose]
    former = _is_former(columns, x, y) | _is_former(columns, y, x)
    levels[loose[former]] = FORMER
    levels[loose[is_swapped(columns, x, y)]] = UNKNOWN
    return levels


def _is_former(columns: Columns, a: Rows, b: Rows) -> NDArray[np.bool_]:
    """Whether a former name of `a` is the last or a former name of `b`."""
    names = columns.names
    former = names.whole_former[a]
    return is_same(former, names.whole_family[b]) | is_same(former, names.whole_former[b])


def _compare_names(columns: Columns, a: Codes, b: Codes) -> Levels:
    names = columns.names
    levels = np.full(len(a), DIFFERS, dtype=np.int8)
    similarity, edited = alike(names.compact, a, b)
    shorter = np.minimum(names.length[a], names.length[b])
    levels[((similarity >= 0.86) & (shorter > 1)) | ((edited <= 2) & (shorter >= 6))] = SIMILAR
    levels[is_part(names, a, b)] = PART
    levels[(shorter >= 3) & (similarity >= 0.94)] = NEAR
    levels[(shorter >= 3) & (edited <= 1)] = ONE_LETTER
    same = names.compact_code[a] == names.compact_code[b]
    levels[same] = 1 + bands_of(names.family_count[names.compact_code[a[same]]], columns.names.counted)
    return levels


COMPARATOR = Comparator(
    id="family_name",
    order=20,
    label="Last name",
    levels=LEVELS,
    compare=_compare,
    bands=5,
    band_shares=lambda columns: shares_of_bands(columns.names.family_count, columns.names.counted),
    most_differs=0.4,
)
