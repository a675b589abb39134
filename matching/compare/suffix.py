"""Suffixes of a name: Jr against Sr tells father and son apart; a missing one says nothing."""

from __future__ import annotations

import numpy as np

from matching.clean.columns import Columns
from matching.compare._base import Comparator, Level, Levels, Rows

LEVELS = (
    Level("same", "same", 0.97, 0.45, "the same"),
    Level("differs", "differs", 0.03, 0.55, "different (Jr, Sr)", "the suffixes (Jr, Sr) differ"),
)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    left, right = columns.suffix[a], columns.suffix[b]
    levels = np.where(left == right, 1, 2).astype(np.int8)
    levels[(left == 0) | (right == 0)] = 0
    return levels


COMPARATOR = Comparator(id="suffix", order=40, label="Suffix", levels=LEVELS, compare=_compare)
