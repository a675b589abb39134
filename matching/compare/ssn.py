"""Social Security numbers: whole or the last four digits, one field. Never two pieces of evidence."""

from __future__ import annotations

import numpy as np

from matching.clean.columns import Columns
from matching.compare._base import Comparator, Level, Levels, Rows, one_digit_apart

LEVELS = (
    Level("same", "same", 0.60, 0.0000005, "the same"),
    Level("one_digit", "near", 0.04, 0.00002, "one digit differs", "the Social Security number differs by one digit"),
    Level(
        "last_four", "near", 0.33, 0.0001, "the last four agree", "the last four of the Social Security number agree"
    ),
    Level(
        "last_four_digit",
        "near",
        0.015,
        0.004,
        "one digit of the last four differs",
        "one of the last four digits of the Social Security number differs",
    ),
    Level("differs", "differs", 0.03, 0.9958, "different", "the Social Security numbers differ"),
)
SAME, ONE_DIGIT, LAST_FOUR, LAST_FOUR_DIGIT, DIFFERS = range(1, 6)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    levels = np.zeros(len(a), dtype=np.int8)
    known = np.flatnonzero((columns.ssn_digits[a] > 0) & (columns.ssn_digits[b] > 0))
    left, right = columns.ssn[a[known]], columns.ssn[b[known]]
    whole = (columns.ssn_digits[a[known]] == 9) & (columns.ssn_digits[b[known]] == 9)
    found = np.full(len(known), DIFFERS, dtype=np.int8)
    tail = (left[:, 5:] == right[:, 5:]).all(axis=1)
    found[~whole & tail] = LAST_FOUR
    part = np.flatnonzero(~whole & ~tail)
    found[part[one_digit_apart(left[part, 5:], right[part, 5:])]] = LAST_FOUR_DIGIT
    same = whole & tail & (left[:, :5] == right[:, :5]).all(axis=1)
    found[same] = SAME
    rest = np.flatnonzero(whole & ~same)
    found[rest[one_digit_apart(left[rest], right[rest])]] = ONE_DIGIT
    # Two records that both know only the last four agree as far as they can.
    levels[known] = found
    return levels


COMPARATOR = Comparator(id="ssn", order=70, label="SSN", levels=LEVELS, compare=_compare, firm=10.0, most_differs=0.1)
