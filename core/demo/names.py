"""The made-up names, streets and towns that come with the program."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from core.resources import read_json


@dataclass(frozen=True)
class NameLists:
    """Lists to draw from. `odd_family` has the names that break forms: accents, hyphens, apostrophes, very long."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    long_given: dict[str, str]
    nicknames: dict[str, str]
    family: tuple[str, ...]
    odd_family: tuple[str, ...]
    streets: tuple[str, ...]
    street_kinds: tuple[tuple[str, str], ...]
    towns: tuple[tuple[str, str], ...]
    state: tuple[str, str]
    area_codes: tuple[str, ...]

    def given(self, sex: str) -> tuple[str, ...]:
        """First names of one sex."""
        return self.female if sex == "female" else self.male


def name_lists() -> NameLists:
    """The lists from resources/demo/names.json."""
    found = read_json("demo/names.json")
    return NameLists(
        female=tuple(found["female"]),
        male=tuple(found["male"]),
        long_given=found["long_given"],
        nicknames=found["nicknames"],
        family=tuple(found["family"]),
        odd_family=tuple(found["odd_family"]),
        streets=tuple(found["streets"]),
        street_kinds=tuple((long, short) for long, short in found["street_kinds"]),
        towns=tuple((town, code) for town, code in found["towns"]),
        state=(found["state"][0], found["state"][1]),
        area_codes=tuple(found["area_codes"]),
    )


def without_accents(text: str) -> str:
    """A name without accents, as an old system writes it."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
