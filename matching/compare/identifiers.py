"""Numbers of one assigner carried by two records, such as the chart number of the EHR on a billing record."""

from __future__ import annotations

import numpy as np

from matching.clean.columns import Columns
from matching.compare._base import Comparator, Level, Levels, Rows

LEVELS = (
    Level("same", "same", 0.95, 0.000002, "a record number is the same"),
    Level(
        "differs", "differs", 0.05, 0.999998, "the record numbers differ", "their record numbers of one system differ"
    ),
)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    """Different numbers count only across systems: inside one system each record has its own number anyway."""
    levels = np.zeros(len(a), dtype=np.int8)
    has_one = columns.identifier.max(axis=1) >= 0
    asked = np.flatnonzero(has_one[a] & has_one[b])
    levels[asked] = _compare_known(columns, a[asked], b[asked])
    return levels


def _compare_known(columns: Columns, a: Rows, b: Rows) -> Levels:
    levels = np.zeros(len(a), dtype=np.int8)
    across = columns.system[a] != columns.system[b]
    shared = np.zeros(len(a), dtype=bool)
    differs = np.zeros(len(a), dtype=bool)
    for left in range(columns.identifier.shape[1]):
        for right in range(columns.identifier.shape[1]):
            one, other = columns.identifier[a, left], columns.identifier[b, right]
            known = (one >= 0) & (other >= 0)
            shared |= known & (one == other)
            differs |= known & across & (one != other) & (columns.assigner[a, left] == columns.assigner[b, right])
    levels[differs] = 2
    levels[shared] = 1
    return levels


COMPARATOR = Comparator(
    id="identifiers", order=120, label="Record numbers", levels=LEVELS, compare=_compare, fixed=True
)
