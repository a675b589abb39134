"""Birth dates: the same, day and month swapped, a typing error, a default date, near, a generation apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.clean.columns import Columns
from matching.compare._base import Comparator, Level, Levels, Rows, one_digit_apart

LEVELS = (
    Level("same", "same", 0.90, 0.00004, "the same"),
    Level("swapped", "near", 0.018, 0.00004, "day and month swapped", "day and month of the birth date are swapped"),
    Level("one_digit", "near", 0.04, 0.0006, "one digit differs", "the birth date differs by one digit"),
    Level("two_parts", "near", 0.02, 0.004, "two of year, month and day agree", "two parts of the birth date agree"),
    Level(
        "partly_known", "near", 0.003, 0.003, "agrees as far as known", "the birth date agrees as far as it is known"
    ),
    Level("same_year", "differs", 0.007, 0.02, "only the year agrees", "of the birth date only the year agrees"),
    Level("close", "differs", 0.004, 0.05, "within two years", "the birth dates are up to two years apart"),
    Level("generation", "differs", 0.004, 0.62, "13 or more years apart", "the birth dates are 13 or more years apart"),
    Level("differs", "differs", 0.004, 0.30, "different", "the birth dates differ"),
)
SAME, SWAPPED, ONE_DIGIT, TWO_PARTS, PARTLY, SAME_YEAR, CLOSE, GENERATION, DIFFERS = range(1, 10)


def _compare(columns: Columns, a: Rows, b: Rows) -> Levels:
    x, y = columns.birth[a], columns.birth[b]
    levels = np.full(len(x), SAME, dtype=np.int8)
    # Most pairs meet because their dates are the same.
    rest = np.flatnonzero((x != y).any(axis=1) | (x[:, 2] == 0))
    levels[rest] = _compare_unlike(x[rest], y[rest])
    return levels


def _compare_unlike(x: NDArray[np.int16], y: NDArray[np.int16]) -> Levels:
    """Levels of dates that are not known wholly, or differ."""
    levels = np.full(len(x), DIFFERS, dtype=np.int8)
    years = np.abs(x[:, 0] - y[:, 0])
    levels[years <= 2] = CLOSE
    levels[years >= 13] = GENERATION
    whole = (x[:, 2] > 0) & (y[:, 2] > 0)
    levels[years == 0] = SAME_YEAR
    equal = (x == y).sum(axis=1)
    levels[whole & (equal == 2)] = TWO_PARTS
    january = ((x[:, 1] == 1) & (x[:, 2] == 1)) | ((y[:, 1] == 1) & (y[:, 2] == 1))
    levels[whole & (years == 0) & january] = SWAPPED
    # One digit, or two neighbours, leave at least one of year, month and day as it is.
    asked = np.flatnonzero(whole & (equal > 0))
    levels[asked[one_digit_apart(_digits(x[asked]), _digits(y[asked]))]] = ONE_DIGIT
    levels[whole & (years == 0) & (x[:, 1] == y[:, 2]) & (x[:, 2] == y[:, 1])] = SWAPPED
    partly = ~whole & (years == 0) & ((x[:, 1] == y[:, 1]) | (x[:, 1] == 0) | (y[:, 1] == 0))
    levels[partly] = PARTLY
    levels[(x[:, 0] == 0) | (y[:, 0] == 0)] = 0
    return levels


def _digits(dates: NDArray[np.int16]) -> NDArray[np.uint8]:
    year, month, day = dates[:, 0], dates[:, 1], dates[:, 2]
    places = (year // 1000, year // 100 % 10, year // 10 % 10, year % 10, month // 10, month % 10, day // 10, day % 10)
    return np.stack(places, axis=1).astype(np.uint8)


COMPARATOR = Comparator(
    id="birth_date", order=50, label="Birth date", levels=LEVELS, compare=_compare, firm=10.0, most_differs=0.3
)
