"""Addresses: house number, street words and unit apart, so that format differences vanish."""

from __future__ import annotations

import re

import numpy as np

from matching.clean.names import fold
from matching.texts import Texts

_WORDS = re.compile(r"[^\W_]+(?:/[0-9]+)?|#")
_KINDS = frozenset(
    word
    for line in (
        "street st str avenue ave av road rd drive dr lane ln court ct boulevard blvd place pl circle cir way",
        "terrace ter parkway pkwy highway hwy square sq trail trl loop crescent cres close grove",
    )
    for word in line.split()
)
_BY_ITSELF = -1
_UNITS = frozenset(
    word
    for line in ("apt apartment unit suite ste no rm room lot trlr trailer flat fl floor bldg building #",)
    for word in line.split()
)
_DIRECTIONS = {
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
}
_SPELLED = {
    "saint": "st",
    "mount": "mt",
    "fort": "ft",
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
    "fourth": "4th",
    "fifth": "5th",
    "sixth": "6th",
}
_SAME_WORD = _DIRECTIONS | _SPELLED
_PLACEHOLDERS = frozenset(
    word
    for line in (
        "unknown none na homeless noaddress noaddressgiven generaldelivery badaddress returnedmail",
        "undeliverable x xx xxx",
    )
    for word in line.split()
)


def clean_street(text: str) -> tuple[str, str, str]:
    """House number, street words without their kind (Street, Ave), and unit. All "" when nothing usable is there."""
    words = _WORDS.findall(fold(text).replace(".", ""))
    if not words or "".join(words) in _PLACEHOLDERS:
        return "", "", ""
    if words[:2] == ["po", "box"] or words[:1] == ["pobox"]:
        return "".join(words[2:] if words[0] == "po" else words[1:]), "po box", ""
    words, unit = (words, "") if _UNITS.isdisjoint(words) else _without_unit(words)
    number = ""
    if words and words[0][0].isdigit() and len(words) > 1:
        number, words = words[0].lstrip("0") or "0", words[1:]
    named = [_SAME_WORD.get(word, word) for word in words]
    kept = [word for place, word in enumerate(named) if place == 0 or word not in _KINDS]
    return number, " ".join(kept), unit


def clean_streets(values: list[str]) -> tuple[Texts, Texts, Texts]:
    """`clean_street` of each value as three columns. What follows a house number is cleaned once, not per house."""
    places: dict[str, int] = {}
    cleaned: list[tuple[str, str, str]] = []
    houses, found = [], []
    for text in values:
        number, _, rest = text.partition(" ")
        is_numbered = bool(rest) and number.isdecimal() and number.isascii()
        key = f"1 {rest}" if is_numbered else text
        place = places.get(key)
        if place is None:
            place = len(cleaned)
            street = clean_street(key)
            if is_numbered and not street[0]:  # nothing but the number is left
                place = _BY_ITSELF
            else:
                cleaned.append(street)
            places[key] = place
        if place == _BY_ITSELF:
            place, is_numbered = len(cleaned), False
            cleaned.append(clean_street(text))
        houses.append(number.lstrip("0") or "0" if is_numbered else cleaned[place][0])
        found.append(place)
    codes = np.array(found, dtype=np.int64)
    words, units = (Texts.of([street[part] for street in cleaned]).take(codes) for part in (1, 2))
    return Texts.of(houses), words, units


def _without_unit(words: list[str]) -> tuple[list[str], str]:
    """Cut "Apt 5" and the like off the end."""
    for place in range(1, len(words)):
        if words[place] in _UNITS and place + 1 < len(words) and len(words) - place <= 4:
            named = [word for word in words[place + 1 :] if word not in _UNITS]
            if named and all(len(word) <= 5 for word in named):
                return words[:place], "".join(named).lstrip("0")
    return words, ""


def clean_zip(text: str) -> str:
    """The five places of a US code, other postal codes as they are without blanks, "" for placeholders."""
    code = re.sub(r"[^0-9a-z]", "", fold(text))
    if len(code) == 9 and code.isdigit():
        code = code[:5]
    if not code or set(code) <= {"0"} or code in {"99999", "12345", "na", "none", "unknown"}:
        return ""
    return code


def clean_city(text: str) -> str:
    """Words of a place name, with the usual abbreviations spelled one way."""
    words = [_SAME_WORD.get(word, word) for word in _WORDS.findall(fold(text).replace(".", ""))]
    joined = " ".join(words)
    return "" if joined in {"unknown", "none", "na", "n a", "xx", "xxx"} else joined
