"""Stop signs: what two records show that speaks against calling them one person without a second look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.clean.columns import columns_of
from matching.people import PeopleTable, as_text
from matching.registries import comparators

NAME_UNKNOWN = "name_unknown"
STOP_WORDS: Mapping[str, str] = {
    "verified_ids": "Two different Social Security numbers: check both before calling this one person.",
    "number_and_who": "Social Security numbers differ a little, and names or birth dates too: these may be two people.",
    NAME_UNKNOWN: "A first or last name is missing or a placeholder.",
    "birth_date_and_name": "Birth date and name both differ.",
    "record_number": "They share a record number, but name and birth date differ: one record may hold two people.",
    "twins": "These may be twins: same last name, birth date and address, different first names.",
    "siblings": "These may be twins or siblings: sex and first name differ, the rest of who they are is the same.",
    "father_and_son": "These may be a parent and child of one name: the suffixes (Jr, Sr) differ.",
    "generation": "The birth dates are 13 or more years apart.",
    "deceased": "One record is marked deceased and the other was active afterwards.",
    "death_dates": "The two records hold different dates of death.",
    "decisions_disagree": "Earlier decisions on these records contradict each other.",
    "large_group": "Unusually many records are linked here.",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop sign: a stable code and a sentence for people."""

    code: str
    words: str


def stops(
    a: Mapping[str, Any],
    b: Mapping[str, Any],
    *,
    nicknames: Mapping[str, Sequence[str]] | None = None,
    words: Mapping[str, str] = STOP_WORDS,
) -> tuple[Stop, ...]:
    """The stop signs of two people records (the fields of a people table, and `last_activity_on` where known)."""
    table = PeopleTable.of([{**a, "key": 0}, {**b, "key": 1}])
    columns = columns_of(table, nicknames or {})
    one, other = np.array([0]), np.array([1])
    levels = {name: comparator.compare(columns, one, other) for name, comparator in comparators().items()}
    codes = [code for code, found in conflicts(levels).items() if found[0]]
    return tuple(Stop(code, words[code]) for code in (*codes, *_deaths(a, b)))


def _deaths(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    died = [as_text(record.get("deceased_on")) for record in (a, b)]
    seen = [as_text(record.get("last_activity_on")) for record in (a, b)]
    found = []
    if (died[0] and seen[1] > died[0]) or (died[1] and seen[0] > died[1]):
        found.append("deceased")
    if died[0] and died[1] and died[0] != died[1]:
        found.append("death_dates")
    return found


def conflicts(levels: Mapping[str, NDArray[np.int8]]) -> dict[str, NDArray[np.bool_]]:
    """Which pairs show which conflict, from levels by field."""

    def side(name: str, *sides: str) -> NDArray[np.bool_]:
        marks = np.array([False, *(level.side in sides for level in comparators()[name].levels)])
        return np.asarray(marks[levels[name]], dtype=bool)

    def level(name: str, level_id: str) -> NDArray[np.bool_]:
        return np.asarray(levels[name] == comparators()[name].place(level_id), dtype=bool)

    first_differs, last_differs = side("given_name", "differs"), side("family_name", "differs")
    born_differs, same_born = side("birth_date", "differs"), side("birth_date", "same")
    at_home = side("family_name", "same") & same_born & side("street", "same", "near")
    sex_differs = side("sex", "differs")
    names_differ = first_differs | last_differs
    same_number = side("ssn", "same")
    # Of names that are swapped the last one says nothing.
    name_unknown = (levels["given_name"] == 0) | ((levels["family_name"] == 0) & ~level("given_name", "swapped"))
    one_name_fits = side("given_name", "same", "near") | side("family_name", "same", "near")
    number_near = level("ssn", "one_digit") | level("ssn", "last_four_digit")
    born_unlike = side("birth_date", "near", "differs")
    shares_number = side("identifiers", "same")
    found = {
        "verified_ids": side("ssn", "differs"),
        # A wrong digit is believed of somebody whose names and birth date are the same.
        "number_and_who": number_near & (names_differ | born_unlike),
        # One name stands for both where number and birth date leave no choice.
        NAME_UNKNOWN: name_unknown & ~(same_number & same_born & one_name_fits),
        "record_number": shares_number & names_differ & born_differs,
        "birth_date_and_name": ~shares_number & names_differ & born_differs,
        "siblings": at_home & first_differs & sex_differs,
        "twins": at_home & first_differs & ~sex_differs,
        "father_and_son": side("suffix", "differs"),
        "generation": level("birth_date", "generation"),
    }
    # A middle name in use, an initial or a nickname is no other first name; neither is one that is spelled much alike
    # beside the same full number. Another one is: a system may hold one parent's number for both twins.
    for code in ("siblings", "twins"):
        found[code] &= ~(same_number & level("given_name", "similar"))
    return found
