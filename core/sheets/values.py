"""Cells as values of the table format: dates, times, money, numbers, lists and words, each in the format it was given.

`convert` gives the value, or says in words why there is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from core.dedupe.birth_dates import DAY_FIRST, MONTH_FIRST, read_birth_dates
from core.dedupe.fields import tidied_cell, with_zero
from core.dedupe.headings import compact
from core.ingest.normalise._fhir import exists
from core.sheets.targets import WORDS, Target

DAY_NUMBERS = "day numbers"
DOLLARS, COMMA_DOLLARS, CENTS = "dollars", "dollars with a comma", "cents"
# Kind of field -> the formats that its cells may have, the usual one first.
FORMATS: Mapping[str, tuple[str, ...]] = {
    "date": (MONTH_FIRST, DAY_FIRST, DAY_NUMBERS),
    "moment": (MONTH_FIRST, DAY_FIRST, DAY_NUMBERS),
    "money": (DOLLARS, COMMA_DOLLARS, CENTS),
}
_TIME = re.compile(
    r"(?:^|[T ])(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(?:([ap])\.?m\.?)?\s*(Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_MILITARY = re.compile(r"(\d{1,2})(\d{2})")
_MONEY = re.compile(r"\(?-?\$?\s*-?[\d.,' ]+\)?-?")
_BETWEEN = re.compile(r"[;,|\s]+")
_FIRST_DAY = date(1899, 12, 30)  # day 0 of the serial numbers that spreadsheets keep dates as
_MOST_DAYS = 80_000
_YEARS_AHEAD = 20  # what is no birth date may lie so far ahead when its year has two digits
_WRONG = {
    "date": "is no date",
    "moment": "is no date",
    "time": "is no time of day",
    "money": "is no amount of money",
    "number": "is no number",
    "whole": "is no whole number",
    "truth": "says neither yes nor no",
    "word": "is a word without a meaning",
}
_TRUTHS = {"true": True, "1": True, "yes": True, "y": True, "x": True, "t": True,
           "false": False, "0": False, "no": False, "n": False, "f": False}  # fmt: skip
# Texts that are numbers to a spreadsheet program, which may have hung ".0" on them.
_NUMBERS = frozenset(
    {"id", "mrn", "ssn", "phone", "phone_2", "zip", "npi", "visit_number", "code", "pos", "vaccine_cvx"}
)
Value = str | int | float | bool | None


def convert(text: str, target: Target, form: str, words: Mapping[str, str], today: date) -> tuple[Value, str]:
    """A cell's value and "", or None and why it has none; None and "" for an empty cell.

    `words` are meanings that a person gave to words of this column, by `compact`.
    """
    typed = tidied_cell(text.strip(), is_number=target.kind == "reference" or target.id in _NUMBERS)
    if not typed:
        return None, ""
    value: Value
    match target.kind:
        case "date" | "moment":
            value = _date(typed, target, form, today)
        case "time":
            value = time_of(typed)
        case "money":
            value = cents_of(typed, form)
        case "number" | "whole":
            value = _number(typed, is_whole=target.kind == "whole")
        case "truth":
            value = _TRUTHS.get(typed.lower())
        case "word":
            value = word_of(typed, target, words)
        case "list":
            value = ";".join(filter(None, _BETWEEN.split(typed)))
        case _:
            value = with_zero(typed) if target.id == "zip" else typed
    return (value, "") if value is not None else (None, _WRONG[target.kind])


def word_of(typed: str, target: Target, words: Mapping[str, str]) -> str | None:
    """What a word means: as somebody said, else by our own list, else None."""
    short = _compacted(typed)
    if short in words:
        return words[short] or None
    return _meanings(target.words).get(short)


_compacted = lru_cache(maxsize=1 << 12)(compact)  # few words, in every row


@lru_cache(maxsize=64)
def _meanings(words: tuple[str, ...]) -> Mapping[str, str]:
    """Our words themselves, and what other systems call them."""
    known = next((table for table in WORDS.values() if tuple(table) == words), {})
    found = {their: ours for ours, listed in known.items() for their in listed.split()}
    return found | {compact(ours): ours for ours in words}


def time_of(typed: str) -> str | None:
    """The time of day at the end of a text as HH:MM:SS, with its offset where it has one; None without any."""
    if military := _MILITARY.fullmatch(typed):  # 0930 or 930, as some print times
        hour, minute, second, half, offset = (*military.groups(), None, None, None)
    else:
        found = _TIME.search(typed)
        if found is None:
            return None
        hour, minute, second, half, offset = found.groups()
        if minute is None and half is None:  # a bare number is no time
            return None
    number = int(hour)
    if half:
        if not 1 <= number <= 12:
            return None
        number = number % 12 + (12 if half.lower() == "p" else 0)
    if number > 23 or int(minute or 0) > 59 or int(second or 0) > 59:
        return None
    return f"{number:02}:{minute or '00'}:{second or '00'}{_offset(offset)}"


def _offset(offset: str | None) -> str:
    if not offset or offset in "Zz":
        return "+00:00" if offset else ""
    return offset if ":" in offset else f"{offset[:3]}:{offset[3:]}"


@lru_cache(maxsize=1 << 16)
def _date(typed: str, target: Target, form: str, today: date) -> str | None:
    if form == DAY_NUMBERS:
        found = _from_number(typed)
    else:
        latest = today if target.id == "birth_date" else today.replace(year=today.year + _YEARS_AHEAD, day=1)
        found = read_birth_dates([typed], latest, form).read[typed]
        # A year alone, or with its month, is known of some birth dates; elsewhere it says too little.
        if len(found) < 10 and target.id != "birth_date":
            return None
    if not found or (len(found) == 10 and not exists(found)):
        return None
    if target.kind == "moment" and ":" in typed and (at := time_of(typed)):
        return f"{found}T{at}"
    return found


def _from_number(typed: str) -> str:
    whole, _, _ = typed.partition(".")
    if not whole.isdecimal() or not 0 < int(whole) < _MOST_DAYS:
        return ""
    return (_FIRST_DAY + timedelta(days=int(whole))).isoformat()


def cents_of(typed: str, form: str) -> int | None:
    """An amount in cents. Brackets or a minus, before or behind, make it negative."""
    if not _MONEY.fullmatch(typed):
        return None
    digits = re.sub(r"[^\d.,]", "", typed)
    if form == COMMA_DOLLARS:
        digits = digits.replace(".", "").replace(",", ".")
    else:
        digits = digits.replace(",", "")
    try:
        amount = Decimal(digits) * (1 if form == CENTS else 100)
    except InvalidOperation:
        return None
    if amount != amount.to_integral_value():
        return None
    is_negative = "-" in typed or typed.startswith("(")
    return -int(amount) if is_negative else int(amount)


def _number(typed: str, *, is_whole: bool) -> float | int | None:
    try:
        found = Decimal(typed.replace(",", ""))
    except InvalidOperation:
        return None
    if not found.is_finite() or (is_whole and found != found.to_integral_value()):
        return None
    return int(found) if found == found.to_integral_value() else float(found)
