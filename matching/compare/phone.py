"""Phone numbers: any of the numbers the same, one digit off, none in common. Weak for a person, strong for a home."""

from __future__ import annotations

import numpy as np

from matching.clean.columns import Columns
from matching.compare._base import Comparator, Level, Levels, Rows, one_digit_apart

LEVELS = (
    Level("same", "same", 0.72, 0.0003, "the same"),
    Level("one_digit", "near", 0.04, 0.00005, "one digit differs", "the phone number differs by one digit"),
    Level("differs", "differs", 0.24, 0.9996, "different", "the phone numbers differ"),
)
SAME, ONE_DIGIT, DIFFERS = range(1, 4)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    x, y = columns.phone[a], columns.phone[b]
    levels = np.zeros(len(a), dtype=np.int8)
    for left in range(x.shape[1]):
        for right in range(y.shape[1]):
            both = np.flatnonzero((x[:, left] >= 0) & (y[:, right] >= 0))
            if not len(both):
                continue
            one, other = x[both, left], y[both, right]
            found = np.full(len(both), DIFFERS, dtype=np.int8)
            found[one == other] = SAME
            rest = np.flatnonzero(one != other)
            left_digits, right_digits = columns.phone_digits[one[rest]], columns.phone_digits[other[rest]]
            found[rest[one_digit_apart(left_digits, right_digits)]] = ONE_DIGIT
            before = levels[both]
            levels[both] = np.where(before == 0, found, np.minimum(before, found))
    return levels


COMPARATOR = Comparator(id="phone", order=80, label="Phone", levels=LEVELS, compare=_compare)
