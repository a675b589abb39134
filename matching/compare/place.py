"""Where a person lives, coarsely: ZIP code first, the town where a ZIP code is missing or differs."""

from __future__ import annotations

import numpy as np

from matching.clean.columns import Columns
from matching.compare._base import Comparator, Level, Levels, Rows, by_distinct_pair, edits

LEVELS = (
    Level("same", "same", 0.82, 0.06, "the same"),
    Level("near", "near", 0.03, 0.02, "one digit differs", "the ZIP code differs by one digit"),
    Level("town", "near", 0.03, 0.05, "the same town", "the town is the same"),
    Level("differs", "differs", 0.12, 0.87, "different", "the ZIP codes differ"),
)
SAME, NEAR, TOWN, DIFFERS = range(1, 5)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    values = columns.zip.values

    def codes(x: np.ndarray, y: np.ndarray) -> Levels:
        found = np.full(len(x), DIFFERS, dtype=np.int8)
        found[edits(values, x, y) <= 1] = NEAR
        found[x == y] = SAME
        return found

    levels = by_distinct_pair(columns.zip.codes[a], columns.zip.codes[b], len(values), codes)
    left, right = columns.city.codes[a], columns.city.codes[b]
    known = (left >= 0) & (right >= 0)
    levels[known & (left == right) & ((levels == 0) | (levels == DIFFERS))] = TOWN
    levels[known & (left != right) & (levels == 0)] = DIFFERS
    return levels


COMPARATOR = Comparator(id="place", order=110, label="ZIP code", levels=LEVELS, compare=_compare)
