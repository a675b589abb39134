"""Addresses: house number, street words and unit apart, so that format differences vanish."""

from __future__ import annotations

import re

from matching.clean.names import fold

_WORDS = re.compile(r"[^\W_]+(?:/[0-9]+)?|#")
_KINDS = frozenset(
    word
    for line in (
        "street st str avenue ave av road rd drive dr lane ln court ct boulevard blvd place pl circle cir way",
        "terrace ter parkway pkwy highway hwy square sq trail trl loop crescent cres close grove",
    )
    for word in line.split()
)
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
