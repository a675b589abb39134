"""Sex as registered: the same or different; unknown and other say nothing."""

from __future__ import annotations

import numpy as np

from matching.clean.columns import Columns
from matching.compare._base import Comparator, Level, Levels, Rows

LEVELS = (
    Level("same", "same", 0.985, 0.50, "the same"),
    Level("differs", "differs", 0.015, 0.50, "different", "the sex differs"),
)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    left, right = columns.sex[a], columns.sex[b]
    levels = np.where(left == right, 1, 2).astype(np.int8)
    levels[(left == 0) | (right == 0)] = 0
    return levels


COMPARATOR = Comparator(id="sex", order=60, label="Sex", levels=LEVELS, compare=_compare, most_differs=0.05)
