"""Middle names: the same, an initial that fits, misspelled, different."""

from __future__ import annotations

import numpy as np

from matching.clean.columns import Columns
from matching.compare._base import Comparator, Level, Levels, Rows, by_distinct_pair, edits
from matching.texts import Codes

LEVELS = (
    Level("same", "same", 0.62, 0.045, "the same"),
    Level("initial", "near", 0.25, 0.035, "an initial that fits", "the middle initial fits"),
    Level(
        "near", "near", 0.03, 0.004, "spelled a little differently", "the middle name is spelled a little differently"
    ),
    Level("differs", "differs", 0.10, 0.92, "different", "the middle names differ"),
)
SAME, INITIAL, NEAR, DIFFERS = range(1, 5)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    names = columns.names
    return by_distinct_pair(names.middle[a], names.middle[b], len(names.values), lambda x, y: _names(columns, x, y))


def _names(columns: Columns, a: Codes, b: Codes) -> Levels:
    names = columns.names
    levels = np.full(len(a), DIFFERS, dtype=np.int8)
    shorter = np.minimum(names.length[a], names.length[b])
    levels[(shorter >= 3) & (edits(names.compact, a, b) <= 1)] = NEAR
    levels[(shorter == 1) & (names.initial[a] == names.initial[b])] = INITIAL
    levels[names.compact_code[a] == names.compact_code[b]] = SAME
    return levels


COMPARATOR = Comparator(id="middle_name", order=30, label="Middle name", levels=LEVELS, compare=_compare)
