"""Made-up people for comparing two engines: frequent and rare names, households, slips, a telephone that many share."""

from __future__ import annotations

import random

_GIVEN = ("Ann", "Bob", "Cora", "Dan", "Eva", "Finn", "Gus", "Hal", "Ida", "Jon", "Kim", "Lea", "Max", "Robert", "Sam")
_FAMILY = ("Abbot", "Bell", "Cole", "Diaz", "Egger", "Frost", "Garcia", "Hill", "Ito", "Jensen", "Kerr", "Lopez")
_SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "wu", "ya")
_STREETS = ("Oak St", "Maple Ave", "Cedar Rd", "Park Ln", "Lake Dr")
_TOWNS = (("Boston", "MA", "02139"), ("Salem", "MA", "01970"), ("Troy", "NY", "12180"))
_CLINIC = "617-555-0100"  # too many records carry it to say anything about one of them


def crowd(records: int, seed: int) -> list[dict[str, object]]:
    """People and, for every fifth, a second or third record with slips; in no order, keys with gaps."""
    chance = random.Random(seed)
    rows: list[dict[str, object]] = []
    home: dict[str, object] = {}
    while len(rows) < records:
        if not home or chance.random() < 0.5:
            home = _home(chance)
        person = home | _person(chance, home)
        rows.append(person | {"system": "ehr"})
        for _ in range(chance.choice((0, 0, 0, 0, 1, 2)) if chance.random() < 0.6 else 0):
            rows.append(_slipped(chance, person) | {"system": chance.choice(("ehr", "billing", "lab"))})
    rows = rows[:records]
    chance.shuffle(rows)
    for place, row in enumerate(rows):
        row["key"] = place * 3 - 1000
        if chance.random() < 0.05:
            row["golden"] = f"{row['system']}|{place // 2}"
    return rows


def _name(chance: random.Random, frequent: tuple[str, ...]) -> str:
    if chance.random() < 0.7:
        return chance.choice(frequent)
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))).title()


def _home(chance: random.Random) -> dict[str, object]:
    town, state, code = chance.choice(_TOWNS)
    return {
        "family_name": _name(chance, _FAMILY),
        "street": f"{chance.randint(1, 400)} {chance.choice(_STREETS)}",
        "city": town,
        "state": state,
        "zip": code,
        "phone": f"617-555-{chance.randint(200, 9999):04d}",
        "birth_date": _date(chance),
    }


def _person(chance: random.Random, home: dict[str, object]) -> dict[str, object]:
    given = _name(chance, _GIVEN)
    return {
        "given_name": given,
        "middle_name": chance.choice(("", "", "J", "Lee")),
        "birth_date": home["birth_date"] if chance.random() < 0.03 else _date(chance),  # twins, here and there
        "sex": chance.choice(("female", "male", "")),
        "ssn": f"{chance.randint(100000000, 799999999)}" if chance.random() < 0.4 else "",
        "phone": _CLINIC if chance.random() < 0.05 else home["phone"],
        "email": f"{given}.{home['family_name']}@mail.example".lower() if chance.random() < 0.4 else "",
        "identifiers": f"ehr|{chance.randint(1, 10**6)}" if chance.random() < 0.5 else "",
    }


def _date(chance: random.Random) -> str:
    return f"{chance.randint(1930, 2015)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"


def _slipped(chance: random.Random, person: dict[str, object]) -> dict[str, object]:
    row = dict(person)
    for field in chance.sample(["given_name", "family_name", "birth_date", "street", "phone", "ssn", "email"], 2):
        text = str(row[field])
        if len(text) > 3 and chance.random() < 0.6:
            place = chance.randrange(len(text) - 1)
            row[field] = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        elif chance.random() < 0.5:
            row[field] = None
    if chance.random() < 0.1:
        row["given_name"], row["family_name"] = row["family_name"], row["given_name"]
    return row
