"""A first mapping of a kind of file, by its headings and some of its rows. A person confirms or changes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from core.dedupe.birth_dates import DAY_FIRST, MONTH_FIRST, read_birth_dates
from core.dedupe.headings import compact, id_rank, part_of
from core.dedupe.spellings import OWNERS
from core.sheets.mapping import ColumnMap, FileMapping
from core.sheets.spellings import SPELLINGS
from core.sheets.targets import SHEET_ENTITIES, Target, needs_of, targets_of
from core.sheets.values import COMMA_DOLLARS, DAY_NUMBERS, DOLLARS, FORMATS

_NEED_IS_WORTH = 4  # a needed field tells more about what a file holds than any other
_PEOPLE_TELL = frozenset({"mrn", "given_name", "family_name", "full_name", "birth_date", "ssn"})
_ONLY_PATIENTS = frozenset({"birth_date", "ssn", "mrn"})
_BILL = frozenset({"dos_from", "code"})
_COMMA_CENTS = re.compile(r",\d{2}\)?-?$")
_DAY_NUMBER = re.compile(r"\d{5}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Format:
    """A format found by looking at values; `is_guess` where none of them settles it."""

    name: str
    is_guess: bool = False


def suggest(
    names: Sequence[str], rows: Sequence[Sequence[str]], today: date, entity: str = "", fixed: Mapping[str, str] = {}
) -> FileMapping:
    """What each column seems to be. `rows` are some of the file's, `entity` what a person said that the file holds."""
    entity = entity or entity_of(names)
    targets = targets_of(entity)
    places = _places(names, entity)
    columns = []
    for place, name in enumerate(names):
        target = next((field for field, at in places.items() if at == place), "")
        values = [row[place] for row in rows if place < len(row)]
        form = format_of(targets[target], values, today).name if target else ""
        columns.append(ColumnMap(name, target, form, is_suggested=bool(target)))
    return FileMapping(entity, tuple(columns), dict(fixed))


def entity_of(names: Sequence[str]) -> str:
    """What a file with these headings seems to hold."""

    is_billed = _places(names, "charges").keys() >= _BILL

    def worth(entity: str) -> int:
        found = _places(names, entity).keys()
        met = sum(any(name in found for name in group) for group in needs_of(entity))
        if entity == "patients":
            # Every file names its patients somehow; a file of patients says who they are, and bills nothing.
            is_theirs = len(_PEOPLE_TELL & found) >= 2 and not is_billed
            return len(found) + _NEED_IS_WORTH * is_theirs * (2 if _ONLY_PATIENTS & found else 1)
        # Where two kinds of files share a column, the one that names more of what it needs is meant.
        return len(found) + _NEED_IS_WORTH * met - (_NEED_IS_WORTH * (len(needs_of(entity)) - met))

    return max(SHEET_ENTITIES, key=worth)


def format_of(target: Target, values: Sequence[str], today: date) -> Format:
    """The format that these values of a column have; "" where the kind of field has just one."""
    if target.kind not in FORMATS:
        return Format("")
    typed = [value.strip() for value in values if value.strip()]
    if target.kind == "money":
        points = sum("." in value for value in typed)
        commas = sum(bool(_COMMA_CENTS.search(value)) for value in typed)
        if commas > points:
            return Format(COMMA_DOLLARS)
        return Format(DOLLARS) if points else Format(DOLLARS, is_guess=bool(typed))
    if typed and all(_DAY_NUMBER.fullmatch(value) for value in typed):
        return Format(DAY_NUMBERS)
    found = read_birth_dates(typed, today)
    return Format(found.order if found.order in (MONTH_FIRST, DAY_FIRST) else MONTH_FIRST, found.is_guess)


def _places(names: Sequence[str], entity: str) -> dict[str, int]:
    """Field -> the column that is best called so. A column feeds one field, a field has one column."""
    ranked: list[tuple[int, int, int, str]] = []
    for order, field in enumerate(targets_of(entity)):
        for place, name in enumerate(names):
            if name and (rank := _rank(name, field, entity)) is not None:
                ranked.append((rank, order, place, field))
    found: dict[str, int] = {}
    for _, _, place, field in sorted(ranked):
        if field not in found and place not in found.values():
            found[field] = place
    if entity == "patients":
        _settle_people(found, names)
    return found


def _rank(name: str, field: str, entity: str) -> int | None:
    """How good a name for a field a heading is (0 the best), None if it is none."""
    if entity == "patients":
        if field == "id":
            rank = id_rank(name)
            # A record number is one before it is an id.
            return None if rank is None or (part_of(name) or ("",))[0] == "mrn" else rank
        if field == "phone_2":
            found = part_of(name)
            return found[1] + 100 if found and found[0] == "phone" else None
        found = part_of(name)
        return found[1] if found and found[0] == field else None
    short = compact(name)
    known = _ranks(entity).get(field, {})
    if short in known:
        return known[short]
    bare = next((short.removeprefix(owner) for owner in OWNERS if short.startswith(owner)), short)
    return known.get(bare) if bare != short and field not in ("id", "name", "status") else None


def _settle_people(found: dict[str, int], names: Sequence[str]) -> None:
    """A whole name counts only where given and family name have no columns of their own."""
    if "full_name" in found and "given_name" in found and "family_name" in found:
        del found["full_name"]
    elif "full_name" in found and ("given_name" in found or "family_name" in found):
        whole = found.pop("full_name")
        found["family_name" if "given_name" in found else "given_name"] = whole


@cache
def _ranks(entity: str) -> Mapping[str, Mapping[str, int]]:
    return {
        field: {name: rank for rank, name in enumerate(text.split())}
        for field, text in SPELLINGS.get(entity, {}).items()
    }
