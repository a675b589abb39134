"""Columns of spreadsheets to a people table: parts joined, dates read, what spreadsheets did to numbers mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from core.dedupe.birth_dates import full_year, month_number, read_birth_dates
from core.dedupe.columns import changed, combined, first_known, joined, of_one_value, stacked
from core.dedupe.names import split_name
from matching.people import PeopleTable
from matching.texts import Texts

# How programs write "nothing". Names that merely look so are left to the cleaning of names.
NOTHING = frozenset({"NULL", "null", "NaN", "nan", "<NA>", "N/A", "n/a", "#N/A", "#NULL!", "None", "\\N"})
_LINES_NAMED = 5
_AS_THEY_ARE = ("suffix", "former_name", "sex", "email", "city", "state")
_NUMBERS = (
    "ssn",
    "ssn4",
    "mrn",
    "phone",
    "zip",
    "street_number",
    "apartment",
    "birth_year",
    "birth_month",
    "birth_day",
)
_SPANISH_SEXES = {"h": "m", "hombre": "m", "varon": "m", "varón": "m", "masculino": "m", "mujer": "f", "femenino": "f"}
_CITY_STATE_ZIP = re.compile(r"(?P<city>[^,\d]*?)[, ]*\b(?P<state>[A-Za-z]{2})\b\.?[, ]*(?P<zip>\d{4,5}(?:-?\d{4})?)?")
_AS_FORMULA = re.compile(r'^="([^"]*)"$')
_WHOLE_NUMBER = re.compile(r"^(\d+)\.0$")
_NO_ZERO_IN_FRONT = re.compile(r"\d{3,4}|\d{8}")


@dataclass(frozen=True, slots=True)
class People:
    """The people fields of one file, each as long as the file, and sentences on how they were read."""

    fields: Mapping[str, Texts]
    systems: Texts
    notes: tuple[str, ...]


def people_of(
    columns: Mapping[str, Sequence[Texts]], lines: NDArray[np.int64], file_name: str, today: date, date_order: str = ""
) -> People:
    """Turn the columns behind each part (see `headings`) into people fields. `lines` are those the records stand on.

    `file_name` stands for the system where no column names one: record numbers are compared inside one system only.
    `date_order` is what was said of the birth dates (see `birth_dates`), "" where it is to be found out.
    """
    size = len(lines)
    tidy = {part: [_tidied(part, column) for column in listed] for part, listed in columns.items()}
    first = {part: first_known(listed) for part, listed in tidy.items()}
    fields = {part: first[part] for part in _AS_THEY_ARE if part in first} | _names(tidy)
    notes: list[str] = []
    if "birth_date" in first:
        fields["birth_date"], notes = _birth_dates(first["birth_date"], lines, today, date_order)
    elif "birth_year" in first:
        fields["birth_date"] = _from_parts(first, size, today)
    if "sex" in first:
        fields["sex"] = _sexes(first["sex"])
    if numbers := [first[part] for part in ("ssn", "ssn4") if part in first]:
        fields["ssn"] = first_known(numbers)
    if "phone" in tidy:
        fields["phone"] = joined(tidy["phone"], ";")
    for part, column in _place(first.get("city_state_zip")).items():
        if part not in first:
            first[part] = fields[part] = column
    if "zip" in first:
        fields["zip"] = changed(first["zip"], with_zero)
    if "street" in tidy or "street_2" in tidy:
        fields["street"] = _streets(tidy)
    systems = first.get("source") or of_one_value(file_name, size)
    if "mrn" in first:
        fields["identifiers"] = _identifiers(systems, first["mrn"])
    return People(fields, systems, tuple(notes))


def table_of(parts: Sequence[People]) -> PeopleTable:
    """The records of all files in one table, in order, with keys from 0."""
    named = dict.fromkeys(name for part in parts for name in part.fields)
    fields = {
        name: stacked([part.fields.get(name) or Texts.unknown(len(part.systems)) for part in parts]) for name in named
    }
    return PeopleTable.from_columns(fields, stacked([part.systems for part in parts]))


def _tidied(part: str, column: Texts) -> Texts:
    """A column without the words that mean nothing, and without what programs hang on."""
    is_number = part in _NUMBERS
    is_odd = not NOTHING.isdisjoint(column.values) or any(
        value.startswith('="') or (is_number and value.endswith(".0")) for value in column.values
    )
    return changed(column, lambda value: tidied_cell(value, is_number=is_number)) if is_odd else column


def tidied_cell(value: str, *, is_number: bool) -> str:
    """A cell without what programs hang on: 7.0 and ="007" for a number; "" for a word that means nothing."""
    value = _AS_FORMULA.sub(r"\1", value)
    if value in NOTHING:
        return ""
    return _WHOLE_NUMBER.sub(r"\1", value) if is_number else value


def with_zero(value: str) -> str:
    """A zip code with the zero in front that spreadsheets drop."""
    code = value.strip()
    return code.zfill(9 if len(code) > 5 else 5) if _NO_ZERO_IN_FRONT.fullmatch(code) else value


def _names(tidy: Mapping[str, Sequence[Texts]]) -> dict[str, Texts]:
    """Given, middle and family names, from columns of their own or from whole names."""
    found: dict[str, Texts] = {}
    if "full_name" in tidy:
        whole = first_known(tidy["full_name"])
        found["given_name"] = changed(whole, lambda name: split_name(name)[0])
        found["family_name"] = changed(whole, lambda name: split_name(name)[1])
    for part in ("given_name", "middle_name"):
        if part in tidy:
            found[part] = joined(tidy[part], " ")
    if "family_name" in tidy:
        found["family_name"] = joined([*tidy["family_name"], *tidy.get("second_family_name", ())], " ")
    return found


def _sexes(column: Texts) -> Texts:
    """Spanish words as their English letters. M alone stands for mujer where H (hombre) stands beside it."""
    if _SPANISH_SEXES.keys().isdisjoint(map(str.lower, map(str.strip, column.values))):
        return column
    words = _SPANISH_SEXES | ({"m": "f"} if any(value.strip().lower() == "h" for value in column.values) else {})
    return changed(column, lambda value: words.get(value.strip().lower(), value))


def _birth_dates(column: Texts, lines: NDArray[np.int64], today: date, date_order: str) -> tuple[Texts, list[str]]:
    dates = read_birth_dates(column.values, today, date_order)
    notes = [f"Birth dates were read as {dates.order}."] if dates.order else []
    if dates.is_guess:
        notes = [f"Birth dates were read as {dates.order}: none tells which comes first. --date-order says it."]
    strange = [code for code, value in enumerate(column.values) if dates.is_unreadable(value)]
    if strange:
        rows = lines[np.isin(column.codes, strange)].tolist()
        where = ", ".join(map(str, rows[:_LINES_NAMED]))
        more = f" and {len(rows) - _LINES_NAMED:,} more" if len(rows) > _LINES_NAMED else ""
        notes.append(f"Birth dates that cannot be read count as unknown: line {where}{more}.")
    return changed(column, dates.read.__getitem__), notes


def _from_parts(first: Mapping[str, Texts], size: int, today: date) -> Texts:
    """Birth dates from a year and, where there are such columns, month and day."""
    unknown = Texts.unknown(size)
    years = changed(first["birth_year"], lambda text: full_year(text.strip(), today))
    months = changed(first.get("birth_month", unknown), month_number)
    days = changed(first.get("birth_day", unknown), str.strip)
    # A day without its month says nothing.
    return combined([years, months, days], lambda texts: "-".join(takewhile(bool, texts)))


def _place(column: Texts | None) -> dict[str, Texts]:
    """City, state and zip from one column that holds them together: "Springfield, MA 01101"."""
    if column is None:
        return {}

    def part(name: str) -> Callable[[str], str]:
        return lambda value: (found[name] or "").strip() if (found := _CITY_STATE_ZIP.fullmatch(value.strip())) else ""

    return {name: changed(column, part(name)) for name in ("city", "state", "zip")}


def _streets(tidy: Mapping[str, Sequence[Texts]]) -> Texts:
    apartments = [
        changed(column, lambda value: f"# {value}" if value[0].isdigit() else value)
        for column in tidy.get("apartment", ())
    ]
    parts = [tidy.get(part, ()) for part in ("street_number", "street", "street_2")]
    return joined([column for listed in (*parts, apartments) for column in listed], " ")


def _identifiers(systems: Texts, numbers: Texts) -> Texts:
    """Record numbers with the system that gave them; a semicolon would begin another one."""
    names = changed(systems, lambda name: name.replace(";", " "))
    return combined([names, numbers], lambda texts: "|".join(texts) if texts[1] else "")
