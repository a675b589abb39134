"""Makes people with known duplicates: households, twins, fathers and sons of one name, and what typing does to records.

Names are made of syllables and drawn with the long tail that real names have; first names come from the nickname table.
The same seed makes the same people.
"""

from __future__ import annotations

import csv
import itertools
import json
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

NICKNAMES = json.loads((Path(__file__).parents[2] / "resources" / "matching" / "nicknames.json").read_text())
HEADER = ("id", "source", "given_name", "middle_name", "family_name", "suffix", "birth_date", "sex", "ssn", "phone",
          "email", "street", "city", "state", "zip", "truth_id", "relation")  # fmt: skip
_STARTS = "b br c ch d f g gr h j k kl l m n p r s sch st t v w z".split()  # noqa: SIM905  (a list of one line)
_MIDDLES = "a e i o u ai ea ie oo".split()  # noqa: SIM905  (a list of one line)
_ENDS = "ck ld ll man mer ng ner nt rd rs ser sky son t ter ton ver well".split()  # noqa: SIM905  (a list of one line)
_STREETS = "Oak Maple Cedar Park Lake Hill Mill Church Walnut Ridge River Forest Sunset Meadow Spring Pine".split()  # noqa: SIM905  (a list of one line)
_KINDS = ("St", "Ave", "Rd", "Dr", "Ln", "Ct")
_LONG = {"St": "Street", "Ave": "Avenue", "Rd": "Road", "Dr": "Drive", "Ln": "Lane", "Ct": "Court"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_HOSTS = ("mail.example", "post.example", "inbox.example")
_START = date(1930, 1, 1)


@dataclass
class Person:
    """One record as it is typed. `truth` says whose it is, `relation` (twin, sr, jr) who is easily confused."""

    truth: int
    given: str
    middle: str
    family: str
    suffix: str
    born: str
    sex: str
    ssn: str
    phone: str
    email: str
    street: str
    city: str
    state: str
    zip: str
    source: str = "ehr"
    relation: str = ""

    def row(self, number: int) -> tuple[str, ...]:
        """The cells of HEADER."""
        return (
            str(number), self.source, self.given, self.middle, self.family, self.suffix, self.born, self.sex, self.ssn,
            self.phone, self.email, self.street, self.city, self.state, self.zip, str(self.truth),
            self.relation,
        )  # fmt: skip


class Maker:
    """Draws people. `errors` scales how much goes wrong in a duplicate record."""

    def __init__(self, seed: int, errors: float = 1.0) -> None:
        self.random = random.Random(seed)
        self.errors = errors
        self._families = [self._family() for _ in range(12_000)]
        self._given = {sex: self._first_names(place) for place, sex in enumerate("fm")}
        self._tail = {size: list(itertools.accumulate(1 / (n + 8) for n in range(size))) for size in (12_000, 600)}
        self._places = [(f"{self._family()} {end}", f"{n:05}") for n, end in zip(range(10_001, 10_401), itertools.cycle(
            ("Falls", "Springs", "City", "Grove")))]  # fmt: skip
        self._count = itertools.count()

    def _family(self) -> str:
        pick = self.random.choice
        middle = pick(_STARTS) + pick(_MIDDLES) if self.random.random() < 0.5 else ""
        return (pick(_STARTS) + pick(_MIDDLES) + middle + pick(_ENDS)).title()

    def _first_names(self, place: int) -> list[str]:
        names = sorted(NICKNAMES)[place::2]
        made = [self._family() + ("a" if place == 0 else "o") for _ in range(600)]
        return [name.title() for name in (names + made)[:600]]

    def _draw(self, values: list[str]) -> str:
        return self.random.choices(values, cum_weights=self._tail[len(values)])[0]

    def _phone(self) -> str:
        return f"({self.random.randint(201, 989)}) {self.random.randint(200, 999)}-{self.random.randint(0, 9999):04}"

    def _home(self) -> tuple[str, str, str]:
        city, code = self.random.choice(self._places)
        flat = f" Apt {self.random.randint(1, 90)}" if self.random.random() < 0.2 else ""
        street = f"{self.random.randint(1, 4000)} {self.random.choice(_STREETS)} {self.random.choice(_KINDS)}{flat}"
        return street, city, code

    def _person(self, family: str, home: tuple[str, str, str], phone: str, youngest: int, oldest: int) -> Person:
        pick = self.random
        sex = pick.choice("fm")
        given = self._draw(self._given[sex])
        born = _START + timedelta(days=int((pick.uniform(95 - oldest, 95 - youngest)) * 365.25))
        email = f"{given}.{family}{pick.randint(1, 99)}@{pick.choice(_HOSTS)}".lower() if pick.random() < 0.55 else ""
        middle = self._draw(self._given[sex]) if pick.random() < 0.6 else ""
        ssn = f"{pick.randint(100, 665)}-{pick.randint(1, 99):02}-{pick.randint(1, 9999):04}"
        return Person(
            next(self._count), given, middle[:1] if pick.random() < 0.5 else middle, family, "", born.isoformat(), sex,
            ssn if pick.random() < 0.5 else "", phone if pick.random() < 0.9 else "", email, *home[:2], "NY", home[2],
        )  # fmt: skip

    def household(self) -> list[Person]:
        """People at one address: one alone, a couple, a family; at times twins, or a father and son of one name."""
        pick = self.random
        home, family = self._home(), self._draw(self._families)
        landline = self._phone()
        people = []
        for place in range(pick.choices((1, 2, 3, 4, 5), (30, 32, 15, 15, 8))[0]):
            own = family if pick.random() < 0.85 else self._draw(self._families)
            phone = landline if pick.random() < 0.4 else self._phone()
            ages = (25, 90) if place < 2 else (1, 20)
            people.append(self._person(own, home, phone, *ages))
        if len(people) > 2 and pick.random() < 0.06:
            twin = self._person(family, home, people[-1].phone, 1, 20)
            while twin.given == people[-1].given:  # parents give two names, and nothing else would tell them apart
                twin = self._person(family, home, people[-1].phone, 1, 20)
            twin.born, twin.family = people[-1].born, people[-1].family
            twin.relation = people[-1].relation = "twin"
            people.append(twin)
        elif len(people) > 2 and pick.random() < 0.06:
            father, son = people[0], people[-1]
            son.given, son.middle, son.family, son.sex = father.given, father.middle, father.family, father.sex
            father.suffix, son.suffix = pick.choice(("Sr", "")), pick.choice(("Jr", ""))
            father.relation, son.relation = "sr", "jr"
        return people

    def typed_again(self, person: Person) -> Person:
        """Another record of a person, with one to several things different."""
        copy = replace(person, source=self.random.choice(("ehr", "pm", "lab")))
        wanted = 1 + sum(self.random.random() < 0.45 * self.errors for _ in range(4))
        for _ in range(wanted):
            self.random.choice(_CHANGES)(self, copy)
        return copy

    def mistype(self, text: str) -> str:
        """One letter wrong, missing, doubled or swapped with its neighbour."""
        if len(text) < 3:
            return text
        at, how = self.random.randrange(1, len(text) - 1), self.random.randrange(4)
        letter = str(self.random.randrange(10)) if text[at].isdigit() else self.random.choice(_LETTERS)
        changed = (text[:at] + letter + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + letter + text[at:],
                   text[:at] + text[at + 1] + text[at] + text[at + 2 :])  # fmt: skip
        return changed[how]

    def mistype_date(self, born: str) -> str:
        """A digit wrong, or day and month swapped, or only the year known."""
        if not born:
            return born
        year, month, day = born.split("-")
        how = self.random.randrange(4)
        if how == 0 and int(day) <= 12:
            return f"{year}-{day}-{month}"
        if how == 1:
            return f"{year}-01-01"
        if how == 2:
            return f"{year}-{month}-{self.random.randint(1, 28):02}"
        return f"{int(year) + self.random.choice((-10, -1, 1, 10))}-{month}-{day}"

    def _nickname(self, person: Person) -> None:
        forms = NICKNAMES.get(person.given.lower())
        person.given = self.random.choice(forms).title() if forms else self.mistype(person.given)

    def _move(self, person: Person) -> None:
        person.street, person.city, person.zip = self._home()

    def _marry(self, person: Person) -> None:
        other = self._draw(self._families)
        person.family = f"{person.family}-{other}" if self.random.random() < 0.4 else other

    def _reformat(self, person: Person) -> None:
        for short, long in _LONG.items():
            person.street = person.street.replace(f" {short}", f" {long}")
        person.street, person.family = person.street.upper(), person.family.upper()

    def _swap_names(self, person: Person) -> None:
        person.given, person.family = person.family, person.given


def _set(name: str, change: str = "") -> object:
    return lambda maker, person: setattr(person, name, getattr(maker, change)(getattr(person, name)) if change else "")


_CHANGES = [
    *[Maker._nickname] * 3, *[Maker._move] * 3, Maker._marry, *[Maker._reformat] * 3, Maker._swap_names,
    *[_set("given", "mistype")] * 3, *[_set("family", "mistype")] * 3, *[_set("born", "mistype_date")] * 3,
    _set("street", "mistype"), _set("phone", "mistype"), _set("ssn", "mistype"), *[_set("ssn")] * 3,
    *[_set("phone")] * 2, *[_set("middle")] * 3, *[_set("email")] * 2, _set("street"), _set("born"),
    lambda maker, person: setattr(person, "phone", maker._phone()),
    lambda _maker, person: setattr(person, "given", person.given[:1]),
]  # fmt: skip


def make_people(path: Path, count: int, seed: int, *, duplicates: float = 0.1, errors: float = 1.0) -> int:
    """Write `count` records to a CSV file, the share `duplicates` of them records of somebody there already.

    Gives the number of true pairs. The columns `truth_id` (whose record it is) and `relation` are the truth; no matcher
    may see them.
    """
    maker = Maker(seed, errors)
    people: list[Person] = []
    while len(people) < round(count * (1 - duplicates)):
        people += maker.household()
    del people[round(count * (1 - duplicates)) :]
    originals = len(people)
    while len(people) < count:
        people.append(maker.typed_again(people[maker.random.randrange(originals)]))
    maker.random.shuffle(people)
    sizes: dict[int, int] = {}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number, person in enumerate(people):
            sizes[person.truth] = sizes.get(person.truth, 0) + 1
            writer.writerow(person.row(number))
    return sum(size * (size - 1) // 2 for size in sizes.values())
