"""Columns of numbers that are digits alone (phones, Social Security numbers): each as one integer with its length.

The integer of a number is `length * 10**10 + its digits`, so that 0123 and 123 stay apart; -1 is none. What a value
looks like in nearly all records is read at once; the rest goes through the cleaning of single values, which decides.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from matching.clean.identifiers import PLACEHOLDER_SSNS, clean_ssn
from matching.clean.packed import DIGITS, Packed, Places, bytes_of
from matching.clean.phones import PLACEHOLDER_PHONES, clean_phones

LENGTH_UNIT = 10**10
NONE = -1
_IN_PHONES = bytes_of(b"0123456789 ()-.+")  # with nothing else there is no extension, and no second number
_IN_SSNS = bytes_of(b"0123456789 -")  # with nothing else no place is hidden


def number_of_text(text: str) -> int:
    """The integer of a number."""
    return len(text) * LENGTH_UNIT + int(text)


def text_of_number(number: int) -> str:
    """The digits of an integer that `number_of_text` gave."""
    length, digits = divmod(number, LENGTH_UNIT)
    return str(digits).zfill(length)


def numbers_of_texts(texts: Iterable[str]) -> Places:
    """The integers of several numbers, "" as NONE."""
    return np.array([number_of_text(text) if text else NONE for text in texts], dtype=np.int64)


def ssn_numbers(values: list[str]) -> Places:
    """The integer of each value's Social Security number: nine digits, or the last four."""
    packed = Packed.of(values)
    digits, is_plain = packed.count(DIGITS), packed.count(~_IN_SSNS) == 0
    is_in_one = packed.count(~DIGITS) == 0
    found = np.full(len(values), NONE, dtype=np.int64)
    for length in (4, 9):
        rows = np.flatnonzero(is_plain & (digits == length) & (is_in_one | (length == 9)))
        number = packed.last_digits(rows, length)
        is_none = number % (10**length // 9) == 0  # one digit all over
        if length == 9:
            is_none |= (number % 10_000 == 0) | np.isin(number, _PLACEHOLDER_SSNS)
        found[rows] = np.where(is_none, NONE, length * LENGTH_UNIT + number)
    rest = np.flatnonzero(~is_plain | ((digits > 3) & (digits != 9) & ((digits != 4) | ~is_in_one)))
    found[rest] = numbers_of_texts(clean_ssn(values[row]) for row in rest.tolist())
    return found


def phone_numbers(values: list[str]) -> tuple[Places, Places]:
    """All phone numbers: the place of the value that each stands in, rising, and its integer."""
    packed = Packed.of(values)
    digits = packed.count(DIGITS)
    is_plain = (packed.count(~_IN_PHONES) == 0) & (digits >= 10)
    rows = np.flatnonzero(is_plain)
    number = packed.last_digits(rows, 10)
    is_none = (number < 10**7) | (number % 10**7 % 1_111_111 == 0) | np.isin(number, _PLACEHOLDER_PHONES)
    rows, number = rows[~is_none], number[~is_none] + 10 * LENGTH_UNIT
    rest = np.flatnonzero(~is_plain).tolist()
    if not rest:
        return rows, number
    listed = [clean_phones(values[row]) for row in rest]
    of_rest = np.repeat(rest, [len(one) for one in listed])
    rows = np.concatenate([rows, of_rest])
    number = np.concatenate([number, numbers_of_texts(text for one in listed for text in one)])
    order = np.argsort(rows, kind="stable")
    return rows[order], number[order]


def digit_rows(numbers: Places, width: int) -> NDArray[np.uint8]:
    """(numbers, width): the digits as letters, on the right, with blanks before them; NONE is all blanks."""
    length, rest = numbers // LENGTH_UNIT, numbers % LENGTH_UNIT
    rows = np.full((len(numbers), width), ord(" "), dtype=np.uint8)
    for place in range(width):
        rows[:, width - 1 - place] = np.where(place < length, rest % 10 + ord("0"), ord(" "))
        rest //= 10
    return rows


_PLACEHOLDER_SSNS = np.array([int(text) for text in PLACEHOLDER_SSNS])
_PLACEHOLDER_PHONES = np.array([int(text) for text in PLACEHOLDER_PHONES])
