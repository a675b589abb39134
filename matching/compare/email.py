"""E-mail addresses: the same, misspelled, the same mailbox name at another host, different."""

from __future__ import annotations

import numpy as np

from matching.clean.columns import Columns
from matching.compare._base import Comparator, Level, Levels, Rows, alike, by_distinct_pair

LEVELS = (
    Level("same", "same", 0.70, 0.00002, "the same"),
    Level(
        "near",
        "near",
        0.08,
        0.00005,
        "spelled a little differently",
        "the e-mail address is spelled a little differently",
    ),
    Level("mailbox", "near", 0.03, 0.00005, "the same name at another host", "the e-mail addresses share their name"),
    Level("differs", "differs", 0.19, 0.9999, "different", "the e-mail addresses differ"),
)
SAME, NEAR, MAILBOX, DIFFERS = range(1, 5)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    values = columns.email.values
    left, right = columns.email.codes[a], columns.email.codes[b]

    def pairs(x: np.ndarray, y: np.ndarray) -> Levels:
        found = np.full(len(x), DIFFERS, dtype=np.int8)
        similarity, edited = alike(values, x, y)
        found[(similarity >= 0.96) | (edited <= 1)] = NEAR
        found[x == y] = SAME
        return found

    levels = by_distinct_pair(left, right, len(values), pairs)
    box = (columns.mailbox.codes[a] == columns.mailbox.codes[b]) & (levels >= NEAR)
    levels[box] = MAILBOX
    return levels


COMPARATOR = Comparator(id="email", order=90, label="E-mail", levels=LEVELS, compare=_compare)
