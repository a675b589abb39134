"""Made-up people in any number, some of them several times with errors: households, frequent and rare names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.match.run import nicknames

_ONSETS = (*"bcdfghjklmnprstvwz", "br", "ch", "gr", "sh", "st", "th")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ie", "o", "a", "e")
_ENDS = ("n", "r", "s", "l", "ng", "rt", "ck", "th", "son", "man", "ez", "ski", "er", "y", "ton", "ley", "ford")
_STREETS = (
    "Oak",
    "Park",
    "Maple",
    "Pine",
    "Cedar",
    "Elm",
    "Lake",
    "Hill",
    "Walnut",
    "Spring",
    "North",
    "Ridge",
    "Mill",
)
_TYPES = ("St", "Ave", "Rd", "Dr", "Ln", "Ct")
_DUPLICATES = 0.1


def _names(chance: np.random.Generator, count: int) -> NDArray[Any]:
    """Names that can be told apart, the more letters the more there are."""
    made: dict[str, None] = {}
    while len(made) < count:
        parts = [chance.choice(_ONSETS), chance.choice(_VOWELS), chance.choice(_ONSETS), chance.choice(_VOWELS)]
        made["".join(parts[: chance.integers(2, 5)]).capitalize() + str(chance.choice(_ENDS))] = None
    return np.array(list(made), dtype=object)


def _drawn(chance: np.random.Generator, names: NDArray[Any], size: int, steep: float) -> NDArray[Any]:
    """Few are frequent, many are rare."""
    weight = 1.0 / (np.arange(len(names)) + 3.0) ** steep
    return names[chance.choice(len(names), size, p=weight / weight.sum())]


def _typo(chance: np.random.Generator, text: str) -> str:
    at = int(chance.integers(1, max(len(text) - 1, 2)))
    letter = "abcdefghijklmnopqrstuvwxyz"[chance.integers(26)]
    return (text[:at] + text[at + 1 :], text[:at] + letter + text[at:], text[:at] + letter + text[at + 1 :])[
        chance.integers(3)
    ]


def people(count: int, seed: int = 11) -> Iterator[dict[str, Any]]:
    """Bodies of patient records, `_DUPLICATES` of them of people who are there already."""
    chance = np.random.default_rng(seed)
    short = {full.capitalize(): [one.capitalize() for one in shorts] for full, shorts in nicknames().items()}
    firsts = np.concatenate([np.array(sorted(short), dtype=object), _names(chance, 2_000)])
    lasts = _names(chance, 40_000)
    own = count - int(count * _DUPLICATES)
    given, middle = _drawn(chance, firsts, own, 0.9), _drawn(chance, firsts, own, 0.9)
    homes = chance.integers(0, max(own // 2, 1), own)  # about two to a household
    family = _drawn(chance, lasts, own, 0.7)[homes]
    born = (np.datetime64("1930-01-01") + chance.integers(0, 34_000, own)).astype(str)
    number, street = chance.integers(1, 9_999, own)[homes], chance.integers(0, len(_STREETS), own)[homes]
    kind, place = chance.integers(0, len(_TYPES), own)[homes], chance.integers(0, max(own // 400, 1), own)[homes]
    phone = chance.integers(200_000_0000, 999_999_9999, own)
    phone = np.where(chance.random(own) < 0.5, phone[homes], phone)
    ssn, missing, sex = chance.integers(100_00_0000, 899_99_9999, own), chance.random((own, 4)), chance.random(own)
    made: list[dict[str, Any]] = []
    for row in range(own):
        body: dict[str, Any] = {
            "given_name": given[row], "family_name": family[row], "birth_date": born[row],
            "sex": "f" if sex[row] < 0.5 else "m",
            "street": f"{number[row]} {_STREETS[street[row]]} {_TYPES[kind[row]]}",
            "zip": f"{10_000 + place[row]}", "city": lasts[place[row] % 4_000] + "ville", "state": "MA",
        }  # fmt: skip
        if missing[row, 0] < 0.5:
            body["middle_name"] = middle[row]
        if missing[row, 1] < 0.85:
            body["phone"] = [f"{phone[row]}"]
        if missing[row, 2] < 0.6:
            body["ssn"] = f"{ssn[row]}"
        if missing[row, 3] < 0.4:
            body["email"] = f"{given[row]}.{family[row]}{row % 97}@example.org".lower()
        if len(made) < count - own:
            made.append(body)
        yield body
    for body in made:
        yield with_errors(chance, body, short)


def with_errors(
    chance: np.random.Generator, body: dict[str, Any], short: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    """The same person as somebody else typed it."""
    other = dict(body)
    if short and chance.random() < 0.3 and other["given_name"] in short:
        other["given_name"] = str(chance.choice(short[other["given_name"]]))
    for name, share in (("given_name", 0.1), ("family_name", 0.15), ("street", 0.1)):
        if chance.random() < share and other.get(name):
            other[name] = _typo(chance, other[name])
    for name, share in (("phone", 0.3), ("ssn", 0.3), ("middle_name", 0.5), ("email", 0.5), ("street", 0.1)):
        if chance.random() < share:
            other.pop(name, None)
    if chance.random() < 0.08:
        year, month, day = other["birth_date"].split("-")
        other["birth_date"] = f"{year}-{day}-{month}" if int(day) <= 12 else f"{int(year) + 1}-{month}-{day}"
    return other
