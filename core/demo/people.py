"""The people of the demo practice, and the roles that some of them play."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from core.demo.catalogue import INSURERS, MEDICARE, SELF_PAY, Payer
from core.demo.names import name_lists, without_accents

FEWEST_PATIENTS = 60
PATIENTS_PER_SCENE = 120  # each situation comes once for so many patients, at least once


@dataclass(frozen=True)
class Address:
    """A street address; the parts are kept apart because the two systems write them differently."""

    number: int
    street: str
    kind: tuple[str, str]
    unit: str
    town: str
    zip: str


@dataclass(frozen=True)
class Person:
    """One person as they are; what a system holds about them is a copy with changes."""

    key: str
    sex: str
    birth: date
    given: str
    middle: str
    family: str
    maiden: str
    suffix: str
    phone: str
    email: str
    address: Address
    ssn: str
    payer: Payer
    member_id: str
    role: str = ""

    def age_on(self, day: date) -> int:
        """Full years."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


# Roles: what a person's records show. "duplicate-*" people have more than one record in the named system.
DUPLICATE_ROLES = tuple(
    f"duplicate-{system}-{kind}"
    for system, kinds in (
        ("EHR", ("typo", "nickname", "maiden", "moved", "swapped-date", "triple", "married-and-moved")),
        ("PM", ("typo", "nickname", "maiden", "moved", "swapped-date", "misheard")),
    )
    for kind in kinds
)
MISMATCH_ROLES = tuple(
    f"mismatch-{field}"
    for field in ("phone", "phone-conflict", "birth-date", "family-name", "address", "sex", "coverage")
)
PAIR_ROLES = ("twins-alike", "twins", "father-and-son", "same-name")


class People:
    """Makes people one after the other; never two with one name unless a role asks for it."""

    def __init__(self, rng: Random, today: date) -> None:
        self._rng = rng
        self._names = name_lists()
        self._today = today
        self._made = 0
        self._taken: set[tuple[str, str]] = set()
        self._families: list[str] = []
        self._phones = [(area, line) for line in range(100, 200) for area in self._names.area_codes]
        rng.shuffle(self._phones)

    def make(self, count: int) -> list[Person]:
        """`count` people: first those with a role, then everybody else, some of them in families."""
        scenes = max(1, count // PATIENTS_PER_SCENE)
        people: list[Person] = []
        for _ in range(scenes):
            people += [self._with_role(role) for role in (*DUPLICATE_ROLES, *MISMATCH_ROLES, "merged-before")]
            for role in PAIR_ROLES:
                people += self._pair(role)
        before: Person | None = None
        while len(people) < count:
            joins = before is not None and self._rng.random() < 0.25
            before = self._relative(before) if before is not None and joins else self.person()
            people.append(before)
        return people

    def person(self, age: tuple[int, int] | None = None, sex: str = "", given: str = "") -> Person:
        """Somebody new. `age` is a range in years; without it the mix of a family practice."""
        rng = self._rng
        sex = sex or rng.choice(("female", "male"))
        low, high = age or rng.choices(((2, 16), (18, 64), (65, 92)), (22, 56, 22))[0]
        birth = self._birth(low, high)
        family = self._family()
        given = given or self._given(sex, family)
        self._taken.add((given, family))
        has_maiden = sex == "female" and low >= 18 and rng.random() < 0.4
        return self._finished(
            sex=sex, birth=birth, given=given, family=family, maiden=self._family() if has_maiden else ""
        )

    def address(self) -> Address:
        """A new address."""
        rng = self._rng
        town, code = rng.choice(self._names.towns)
        unit = f"Apt {rng.randrange(1, 40)}" if rng.random() < 0.2 else ""
        street, kind = rng.choice(self._names.streets), rng.choice(self._names.street_kinds)
        return Address(rng.randrange(1, 1900), street, kind, unit, town, code)

    def phone(self) -> str:
        """A new phone number from the ranges kept for fiction."""
        if not self._phones:  # very large practices: the same exchange, more lines
            self._phones = [(area, line) for line in range(200, 10000) for area in self._names.area_codes]
        area, line = self._phones.pop()
        return f"{area}-555-{line:04d}"

    def _finished(self, *, sex: str, birth: date, given: str, family: str, maiden: str) -> Person:
        rng = self._rng
        self._made += 1
        payer = self._payer(birth)
        local = (
            f"{without_accents(given)}.{without_accents(family)}".lower()
            .replace(" ", "")
            .replace("'", "")
            .replace("..", ".")
        )
        return Person(
            key=f"P{self._made:05d}",
            sex=sex,
            birth=birth,
            given=given,
            middle=self._middle(sex, given) if rng.random() < 0.5 else "",
            family=family,
            maiden=maiden,
            suffix="",
            phone=self.phone(),
            email=f"{local}{rng.randrange(10, 99)}@mail.example" if rng.random() < 0.6 else "",
            address=self.address(),
            ssn=f"9{rng.randrange(100):02d}-{rng.randrange(1, 50):02d}-{rng.randrange(1, 10000):04d}",
            payer=payer,
            member_id=f"{rng.choice('ABHKMX')}{rng.randrange(10**9):09d}" if payer.id else "",
        )

    def _with_role(self, role: str) -> Person:
        rng = self._rng
        if "nickname" in role or "triple" in role:
            sex = rng.choice(("female", "male"))
            pool = [name for name in self._names.given(sex) if name in self._names.nicknames]
            person = self.person((25, 70), sex, rng.choice(pool))
        elif "maiden" in role or "married" in role:
            person = replace(self.person((26, 58), "female"), maiden=self._family())
        else:
            person = self.person((25, 70))
        if "swapped-date" in role:
            day = rng.randrange(1, 13)
            month = rng.choice([month for month in range(1, 13) if month != day])
            person = replace(person, birth=person.birth.replace(month=month, day=day))
        if not person.email:
            person = replace(person, email=f"{person.key.lower()}@mail.example")
        if role == "mismatch-coverage" and not person.payer.id:
            person = replace(person, payer=INSURERS[0], member_id="K204418823")
        return replace(person, middle=person.middle or self._middle(person.sex, person.given), role=role)

    def _pair(self, role: str) -> tuple[Person, Person]:
        rng = self._rng
        if role == "same-name":
            one = self.person((30, 45))
            other = replace(self.person((50, 75), one.sex, one.given), family=one.family, middle="")
            return replace(one, role=role), replace(other, role=role)
        if role == "father-and-son":
            son = self.person((22, 30), "male")
            father = replace(
                self._finished_like(son, "male", son.given), birth=son.birth - timedelta(days=365 * 29 + 100)
            )
            payer, member = (MEDICARE, "M118204417") if father.age_on(self._today) >= 65 else (son.payer, son.member_id)
            father = replace(father, middle=son.middle, payer=payer, member_id=member)
            return replace(father, role=role), replace(son, suffix="Jr.", role=role)
        sex = rng.choice(("female", "male"))
        alike = {"female": ("Marisol", "Maribel"), "male": ("Matthias", "Malachi")}[sex]
        givens = alike if role == "twins-alike" else (self._given(sex, ""), self._given(other_sex(sex), ""))
        one = self.person((5, 15), sex, givens[0])
        other = self._finished_like(one, sex if role == "twins-alike" else other_sex(sex), givens[1])
        return replace(one, role=role), replace(other, birth=one.birth, role=role)

    def _relative(self, person: Person) -> Person:
        """A husband, wife or child under the same roof."""
        rng = self._rng
        age = person.age_on(self._today)
        is_child = age < 18 or (age < 50 and rng.random() < 0.6)
        sex = rng.choice(("female", "male")) if is_child else other_sex(person.sex)
        relative = self._finished_like(person, sex, self._given(sex, person.family))
        if is_child:
            low = 2 if age >= 18 else max(2, age - 4)
            return replace(relative, birth=self._birth(low, max(low, min(16, age - 18) if age >= 18 else age + 3)))
        return replace(relative, birth=self._birth(max(18, age - 6), age + 5))

    def _finished_like(self, person: Person, sex: str, given: str) -> Person:
        self._taken.add((given, person.family))
        other = self._finished(sex=sex, birth=person.birth, given=given, family=person.family, maiden="")
        other = replace(other, address=person.address, phone=person.phone)
        if MEDICARE in (person.payer, other.payer):  # Medicare insures one person, the others whole families
            return other
        return replace(other, payer=person.payer, member_id=person.member_id)

    def _birth(self, low: int, high: int) -> date:
        days = self._rng.randrange(low * 365 + 30, (high + 1) * 365 - 10)
        return self._today - timedelta(days=days)

    def _family(self) -> str:
        if not self._families:
            odd, plain = list(self._names.odd_family), list(self._names.family)
            self._rng.shuffle(odd)
            self._rng.shuffle(plain)
            # the odd names come early, so that a small practice has them too
            early = plain[: 2 * len(odd)] + odd
            self._rng.shuffle(early)
            self._families = plain[2 * len(odd) :] + early
        return self._families.pop()

    def _given(self, sex: str, family: str) -> str:
        pool = self._names.given(sex)
        for _ in range(50):
            given = self._rng.choice(pool)
            if self._rng.random() < 0.02:
                given = self._names.long_given[sex]
            if (given, family) not in self._taken:
                return given
        return f"{given} {self._rng.choice(pool)}"

    def _middle(self, sex: str, given: str) -> str:
        return self._rng.choice([name for name in self._names.given(sex) if name != given])

    def _payer(self, birth: date) -> Payer:
        if (self._today - birth).days >= 65 * 365.25:
            return MEDICARE
        return SELF_PAY if self._rng.random() < 0.07 else self._rng.choice(INSURERS)


def other_sex(sex: str) -> str:
    """The other of the two that the demo's people have."""
    return "male" if sex == "female" else "female"
