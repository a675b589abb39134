"""Which column of a spreadsheet holds what, by what it is called."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.dedupe.spellings import ABBREVIATIONS, IDS, OWNERS, SPELLINGS, STANDARD
from core.errors import BadInput

BAD_MAP, NO_COLUMN = "CM-DUP-05", "CM-DUP-06"
IGNORE = "ignore"
# Every column of these is used; of the others the one with the best name.
_SEVERAL = frozenset({"phone", "email", "street_2"})
_BIRTH_PARTS = ("birth_year", "birth_month", "birth_day")
_SHORT_BIRTH_NAMES = frozenset({"by", "bm", "bd"})
_STREET_PARTS = ("street_number", "apartment")
_PLACES = {name: (part, rank) for part, text in SPELLINGS.items() for rank, name in enumerate(text.split())}
_ID_RANK = {name: rank for rank, name in enumerate(IDS.split())}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|#")
_IN_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")


@dataclass(frozen=True, slots=True)
class Headings:
    """What the columns of one file are. Positions count from 0.

    `used` gives the positions behind each part of the people fields, `ids` the columns that may be the id, best first
    (just the one that was named, where one was), `notes` sentences for people.
    """

    names: tuple[str, ...]
    used: Mapping[str, tuple[int, ...]]
    ids: tuple[int, ...]
    is_id_named: bool
    notes: tuple[str, ...]

    def left_out(self, id_place: int | None) -> tuple[str, ...]:
        """The names of columns that are not looked at, where this one is the id."""
        taken = {id_place, *(place for places in self.used.values() for place in places)}
        return tuple(name for place, name in enumerate(self.names) if name and place not in taken)

    def named(self) -> dict[str, list[str]]:
        """`used` with names in place of positions."""
        return {part: [self.names[place] for place in places] for part, places in self.used.items()}


def compact(name: str) -> str:
    """A column's name as it is compared: small letters and digits without accents and what stands in brackets."""
    return "".join(sign for sign in _bare(name).lower() if sign.isalnum())


def _bare(name: str) -> str:
    bare = _IN_BRACKETS.sub("", name)
    text = bare if bare.strip() else name
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _spelled(name: str) -> list[str]:
    """How a name may be meant: as it stands, without whom it speaks of, and with its abbreviations written out."""
    words = [word.lower() for word in _WORD.findall(_bare(name))]
    long = "".join(ABBREVIATIONS.get(word, word) for word in words) if len(words) > 1 else ""
    found = []
    for text in dict.fromkeys((compact(name), long)):
        owner = next((owner for owner in OWNERS if text.startswith(owner)), "")
        found += [text, text.removeprefix(owner)]
    return list(filter(None, dict.fromkeys(found)))


def part_of(name: str) -> tuple[str, int] | None:
    """The part of the people fields that a name stands for, with how good a name it is (0 the best)."""
    return next((_PLACES[text] for text in _spelled(name) if text in _PLACES), None)


def id_rank(name: str) -> int | None:
    """How good a name for an id it is (0 the best), None if it is none."""
    short = compact(name)
    if short in _ID_RANK:
        return _ID_RANK[short]
    if any(text in _ID_RANK for text in _spelled(name)):
        return len(_ID_RANK)
    found = part_of(name)
    return len(_ID_RANK) + 1 if found and found[0] == "mrn" else None


def is_known(name: str) -> bool:
    """Whether columns of people, or their ids, go by this name."""
    return part_of(name) is not None or id_rank(name) is not None


def read_maps(texts: Sequence[str]) -> dict[str, str]:
    """`--map` options (their=ours) as their name -> our part. Raises BadInput where one cannot be meant."""
    maps = {}
    for text in texts:
        theirs, _, ours = (part.strip() for part in text.rpartition("="))
        found = part_of(ours)
        part = IGNORE if ours == IGNORE else found[0] if found else ""
        if not theirs or not part:
            known = (*STANDARD, *(name for name in SPELLINGS if name not in STANDARD), IGNORE)
            raise BadInput(
                f"--map is written THEIRS=OURS: the name of a column, and one of {', '.join(known)}.",
                code=BAD_MAP,
            )
        maps[theirs] = part
    return maps


def place_of(names: Sequence[str], wanted: str, file: str) -> int | None:
    """The position of the column of this name, None where there is none. Raises BadInput where several bear it."""
    for spelled in (str.strip, compact):
        places = [place for place, name in enumerate(names) if name and spelled(name) == spelled(wanted)]
        if len(places) > 1:
            raise BadInput(
                f"{file} has {len(places)} columns named {wanted}.", todo="Rename one of them.", code=NO_COLUMN
            )
        if places:
            return places[0]
    return None


def recognise(names: Sequence[str], file: str, maps: Mapping[str, str], id_name: str | None) -> Headings:
    """What each column is. `maps` are the caller's own words on it, by column name; `id_name` is the id's column.

    Raises BadInput where the id's column is missing, where a named column is there more than once, and where no
    column is one that people are compared by.
    """
    is_headed = any(is_known(name) for name in names)
    id_place = place_of(names, id_name, file) if id_name else None
    if id_name and id_place is None:
        # A first line that names nothing we know may be a person, and is not shown.
        todo = f"Its columns are: {', '.join(filter(None, names))}." if is_headed else "Its first line must name them."
        raise BadInput(f"{file} has no column named {id_name}.", todo=todo, code=NO_COLUMN)
    said = {place: ours for theirs, ours in maps.items() if (place := place_of(names, theirs, file)) is not None}
    used = _parts(names, said)
    if not set(used) - {"source"}:
        raise BadInput(
            f"{file} has no column that people can be compared by.",
            todo="Its first line must name the columns; say what they hold with --map, as in --map Vorname=given_name.",
            code=NO_COLUMN,
        )
    ranked = sorted(
        (rank, place)
        for place, name in enumerate(names)
        if place not in said and not _is_repeated(names, place) and (rank := id_rank(name)) is not None
    )
    return Headings(
        names=tuple(names),
        used=used,
        ids=(id_place,) if id_place is not None else tuple(place for _, place in ranked),
        is_id_named=id_place is not None,
        notes=tuple(
            f"{count} columns are named {name}; the first one counts."
            for name, count in Counter(names).items()
            if count > 1 and name and is_known(name) and (part_of(name) or ("",))[0] not in _SEVERAL
        ),
    )


def _is_repeated(names: Sequence[str], place: int) -> bool:
    return names[place] in names[:place]


def _parts(names: Sequence[str], said: Mapping[int, str]) -> dict[str, tuple[int, ...]]:
    """The positions behind each part. What was said of a part overrules what names suggest for it."""
    ranked: dict[str, list[tuple[int, int]]] = {}
    for place, name in enumerate(names):
        found = part_of(name)
        if not found or place in said or found[0] in said.values():
            continue
        if found[0] in _SEVERAL or not _is_repeated(names, place):
            ranked.setdefault(found[0], []).append((found[1], place))
    parts = {
        part: tuple(sorted(place for _, place in places)) if part in _SEVERAL else (min(places)[1],)
        for part, places in ranked.items()
    }
    for place, part in said.items():
        if part != IGNORE:
            parts[part] = (*parts.get(part, ()), place)
    _settle_names(parts, said)
    _settle_birth(parts, names, said)
    if "street" not in parts:
        for part in _STREET_PARTS:
            parts.pop(part, None)
    return {part: parts[part] for part in SPELLINGS if part in parts}


def _settle_names(parts: dict[str, tuple[int, ...]], said: Mapping[int, str]) -> None:
    """A column "name" is the whole name only where given and family name have no columns of their own."""
    if "full_name" in said.values():
        for part in {"given_name", "family_name"} - set(said.values()):
            parts.pop(part, None)
    elif "full_name" in parts and ("given_name" in parts or "family_name" in parts):
        whole = parts.pop("full_name")
        if "given_name" not in parts:
            parts["given_name"] = whole
        elif "family_name" not in parts:
            parts["family_name"] = whole
    if "family_name" not in parts:
        parts.pop("second_family_name", None)


def _settle_birth(parts: dict[str, tuple[int, ...]], names: Sequence[str], said: Mapping[int, str]) -> None:
    """Year, month and day count where no column holds the whole date; "by" alone may be anything."""
    found = {part: parts[part][0] for part in _BIRTH_PARTS if part in parts}
    is_guess = any(compact(names[place]) in _SHORT_BIRTH_NAMES and place not in said for place in found.values())
    if "birth_date" in parts or "birth_year" not in found or (is_guess and len(found) < 3):
        for part in found:
            parts.pop(part)
