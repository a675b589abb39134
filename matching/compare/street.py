"""Streets: number and words apart; another unit in the same house is a level of its own."""

from __future__ import annotations

import numpy as np

from matching.clean.columns import Columns
from matching.compare._base import Comparator, Level, Levels, Rows, by_distinct_pair, jaro_winkler

LEVELS = (
    Level("same", "same", 0.70, 0.0003, "the same"),
    Level("near", "near", 0.08, 0.0003, "spelled a little differently", "the street is spelled a little differently"),
    Level(
        "unit", "near", 0.02, 0.0001, "another unit in the same house", "the street is the same but the unit differs"
    ),
    Level("similar", "differs", 0.04, 0.03, "only similar", "the streets are only similar"),
    Level("differs", "differs", 0.16, 0.97, "different", "the streets differ"),
)
SAME, NEAR, UNIT, SIMILAR, DIFFERS = range(1, 6)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    values = columns.street.values

    def words(x: np.ndarray, y: np.ndarray) -> Levels:
        similarity = jaro_winkler(values, x, y)
        found = np.full(len(x), DIFFERS, dtype=np.int8)
        found[similarity >= 0.85] = SIMILAR
        found[similarity >= 0.88] = NEAR
        found[x == y] = SAME
        return found

    levels = by_distinct_pair(columns.street.codes[a], columns.street.codes[b], len(values), words)
    house_a, house_b = columns.house.codes[a], columns.house.codes[b]
    levels[(levels > 0) & (levels <= NEAR) & (house_a != house_b)] = SIMILAR
    unit_a, unit_b = columns.unit.codes[a], columns.unit.codes[b]
    levels[(levels == SAME) & (unit_a >= 0) & (unit_b >= 0) & (unit_a != unit_b)] = UNIT
    return levels


COMPARATOR = Comparator(id="street", order=100, label="Street", levels=LEVELS, compare=_compare)
