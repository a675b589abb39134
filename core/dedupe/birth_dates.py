"""Birth dates as spreadsheets write them, to ISO form. Whether day or month comes first is decided per column.

What is wrong but readable (month 13) is kept as typed: its digits still tell more than nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_TIME = r"(?:[T ,].*)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})(?:([-/.])(\d{{1,2}})(?:\2(\d{{1,2}}){_TIME})?)?")
_COMPACT = re.compile(r"(\d{7,8})(?:\d{4,6})?")
_THREE = re.compile(rf"(\d{{1,2}})\s*([-/. ])\s*(\d{{1,2}})\s*\2\s*(\d{{4}}|\d{{2}}){_TIME}")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_DAY_WORD_YEAR = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[-/. ]*(?:de )?([a-z]{{3,10}})[-/., ]*(?:del? )?(\d{{4}}|\d{{2}}){_TIME}",
    re.IGNORECASE,
)
_WORD_DAY_YEAR = re.compile(
    rf"([a-z]{{3,10}})\.?[- ]*(\d{{1,2}})(?:st|nd|rd|th)?[-, ]+(\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE
)
_WHOLE_NUMBER = re.compile(r"^(\d+)\.0$")
_MONTHS = {
    name: str(number)
    for number, names in enumerate(
        ("jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep set", "oct", "nov", "dec dic"), 1
    )
    for name in names.split()
}
MONTH_FIRST, DAY_FIRST, _YEAR_SHORT_FIRST = "month, day, year", "day, month, year", "year, month, day"
_OLDEST = 1850
# Days since then are how spreadsheets hold dates; a column of many such numbers was saved without its format.
_FIRST_DAY, _DAY_NUMBER, _DAY_NUMBERS_AT_LEAST = date(1899, 12, 30), re.compile(r"\d{4,5}"), 10


@dataclass(frozen=True, slots=True)
class BirthDates:
    """`read` gives each value typed in ISO form (a year, or year and month, where no more is known), "" if no date.

    `order` says in words how dates of numbers alone were read, "" where there are none that ask for it; `is_guess`
    whether nothing in the column settles it.
    """

    read: Mapping[str, str]
    order: str
    is_guess: bool = False

    def is_unreadable(self, typed: str) -> bool:
        """Whether a value says something, but no date."""
        return bool(typed.strip()) and not self.read[typed]


def read_birth_dates(typed: Iterable[str], today: date, order: str = "") -> BirthDates:
    """Read the distinct values of one column. Years of two digits are taken as the last that were not after `today`.

    `order` (MONTH_FIRST or DAY_FIRST) is what somebody said of the column, "" where it is to be found out.
    """
    texts = {value: _WHOLE_NUMBER.sub(r"\1", value.strip()) for value in typed}
    column = _Column.of(texts.values(), today, order)
    found = column.order if any(column.asks(text) for text in texts.values()) else ""
    return BirthDates(
        {value: column.read(text) for value, text in texts.items()}, found, bool(found) and column.is_guess
    )


def full_year(text: str, today: date) -> str:
    """A year of two digits with its century: the last such year that is not after today's. Others as they are."""
    if len(text) != 2:
        return text
    year = today.year - today.year % 100 + int(text)
    return str(year if year <= today.year else year - 100)


def month_number(text: str) -> str:
    """A month as a number, from a number or an English or Spanish name; "" if it is neither."""
    short = text.strip().lower()[:3]
    if short in _MONTHS:
        return _MONTHS[short]
    return short if short.isdecimal() and len(text.strip()) <= 2 else ""


@dataclass(frozen=True, slots=True)
class _Column:
    """How the dates of one column are meant."""

    order: str
    is_guess: bool
    is_compact_year_first: bool
    is_counted: bool
    today: date

    @classmethod
    def of(cls, values: Iterable[str], today: date, order: str) -> _Column:
        listed = list(values)
        compact = [found[1].zfill(8) for text in listed if (found := _COMPACT.fullmatch(text))]
        year_first = sum(_makes_date(d[:4], d[4:6], d[6:], today) for d in compact)
        year_last = sum(_makes_date(d[4:], d[:2], d[2:4], today) for d in compact)
        is_year_first = year_first >= year_last
        pieces = [found.groups() for text in listed if (found := _THREE.fullmatch(text))]
        if not is_year_first:
            pieces += [(d[:2], "", d[2:4], d[4:]) for d in compact]
        known = order or _order(pieces)
        counted = sum(len(text) == 5 and text.isdecimal() for text in listed)
        is_counted = counted >= max(_DAY_NUMBERS_AT_LEAST, sum(map(bool, listed)) / 2)
        return cls(known or _usual_order(pieces), not known, is_year_first, is_counted, today)

    def asks(self, text: str) -> bool:
        """Whether reading this value takes knowing the order."""
        return bool(_THREE.fullmatch(text) or (not self.is_compact_year_first and _COMPACT.fullmatch(text)))

    def read(self, text: str) -> str:
        """A value in ISO form, "" if it is no date."""
        if self.is_counted and _DAY_NUMBER.fullmatch(text):
            return (_FIRST_DAY + timedelta(days=int(text))).isoformat()
        if found := _YEAR_FIRST.fullmatch(text):
            return _iso(found[1], found[3], found[4])
        if found := _COMPACT.fullmatch(text):
            return self._from_digits(found[1])
        if found := _THREE.fullmatch(text):
            one, _, two, three = found.groups()
            if self.order == _YEAR_SHORT_FIRST and len(three) == 2:
                return _iso(full_year(one.zfill(2), self.today), two, three)
            return self._dated(one, two, full_year(three, self.today))
        if found := _MONTH_YEAR.fullmatch(text):
            return _iso(found[2], found[1], None)
        if found := _DAY_WORD_YEAR.fullmatch(text):
            return _iso(full_year(found[3], self.today), month_number(found[2]), found[1])
        if found := _WORD_DAY_YEAR.fullmatch(text):
            return _iso(full_year(found[3], self.today), month_number(found[1]), found[2])
        return ""

    def _from_digits(self, digits: str) -> str:
        if self.is_compact_year_first:
            return _iso(digits[:4], digits[4:6], digits[6:]) if len(digits) == 8 else ""
        digits = digits.zfill(8)  # spreadsheets drop a zero in front
        return self._dated(digits[:2], digits[2:4], digits[4:])

    def _dated(self, one: str, two: str, year: str) -> str:
        """Two numbers as month and day: in the column's order, unless only the other one makes a date."""
        month, day = (two, one) if self.order == DAY_FIRST else (one, two)
        if int(month) > 12 >= int(day):
            month, day = day, month
        return _iso(year, month, day)


def _iso(year: str, month: str | None, day: str | None) -> str:
    if month == "":  # a word that is no month
        return ""
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])


def _order(pieces: Iterable[tuple[str, ...]]) -> str:
    """What most of the values that leave no choice say, "" without any.

    A piece is the first number, what separates, the second number, and the year.
    """
    month_first = day_first = year_first = 0
    for one, _, two, three in pieces:
        year_first += int(one) > 31 and len(three) == 2
        day_first += 12 < int(one) <= 31 and int(two) <= 12
        month_first += 12 < int(two) <= 31 and int(one) <= 12
    if year_first > day_first:
        return _YEAR_SHORT_FIRST
    if day_first == month_first:
        return ""
    return DAY_FIRST if day_first > month_first else MONTH_FIRST


def _usual_order(pieces: Iterable[tuple[str, ...]]) -> str:
    """Day first where points separate, else month."""
    return DAY_FIRST if {between for _, between, _, _ in pieces} == {"."} else MONTH_FIRST


def _makes_date(year: str, one: str, two: str, today: date) -> bool:
    return _OLDEST <= int(year) <= today.year and 1 <= int(one) <= 31 and 1 <= int(two) <= 31
