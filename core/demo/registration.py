"""Who is registered where: each person's records in the two systems, with the duplicates and differences planted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from core.demo.names import name_lists
from core.demo.people import People, Person, other_sex
from core.demo.planted import Planted, trap

EHR, PM = "EHR", "PM"
DUPLICATE_RULES = ("duplicate-patient", "dup-patient-billing", "orphan-charge-duplicate-patient")


@dataclass(frozen=True)
class Record:
    """One system's record of a person. `number` is the record or account number, `details` what is written there."""

    system: str
    id: str
    number: str
    details: Person
    is_active: bool = True
    replaced_by: str = ""
    replaces: str = ""
    linked_mrn: str = ""

    @property
    def ref(self) -> str:
        """The record as "EHR/Patient/id"."""
        return f"{self.system}/Patient/{self.id}"


@dataclass
class Registration:
    """All records, in the order they were made; filled while people are registered."""

    charts: dict[str, list[Record]] = field(default_factory=dict)  # person key -> records in the EHR
    accounts: dict[str, list[Record]] = field(default_factory=dict)  # person key -> records in the PM
    planted: list[Planted] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)


class Registrar:
    """Registers people in both systems."""

    def __init__(self, rng: Random, people: People) -> None:
        self._rng = rng
        self._people = people
        self._names = name_lists()
        self._last = {"mrn": 3_000_000, "account": 700_000, "pm": 50_000}
        self.done = Registration()

    def register(self, people: list[Person]) -> Registration:
        """Records for all of these people, and one account of somebody who has no chart."""
        for person in people:
            self._one(person)
        self._pairs(people)
        self._walk_in()
        return self.done

    def _one(self, person: Person) -> None:
        role = person.role
        chart = self._chart(person)
        charts, accounts = [chart], [self._account(self._pm_details(person), chart)]
        if role.startswith("duplicate-EHR-"):
            charts += [self._chart(details) for details in self._variants(person, role)]
        elif role.startswith("duplicate-PM-"):
            accounts += [self._account(details, None) for details in self._variants(person, role)]
        elif role == "merged-before":
            second = self._chart(self._typo_family(person))
            charts = [
                replace(chart, replaces=second.id),
                replace(second, is_active=False, replaced_by=chart.id),
            ]
            why = "merged in the EHR long ago: the second record is inactive and names the first"
            self.done.planted.append(trap("merged_before", [record.ref for record in charts], why))
        self.done.people.append(person)
        self.done.charts[person.key], self.done.accounts[person.key] = charts, accounts
        if role.startswith("duplicate-"):
            _, system, kind = role.split("-", 2)
            refs = tuple(record.ref for record in (charts if system == EHR else accounts))
            why = f"{len(refs)} records of one person in the {system} ({kind})"
            planted = Planted("duplicate_patient", kind, refs, why, DUPLICATE_RULES, details={"system": system.lower()})
            self.done.planted.append(planted)
        elif role.startswith("mismatch-") and role != "mismatch-coverage":
            self._plant_mismatch(role.removeprefix("mismatch-"), charts[0], accounts[0])

    def _plant_mismatch(self, subtype: str, chart: Record, account: Record) -> None:
        fields = {"phone": "phone", "phone-conflict": "phone", "birth-date": "birth_date", "sex": "sex"}
        fields |= {"family-name": "family_name", "address": "address"}
        why = f"the {fields[subtype].replace('_', ' ')} differs between the two systems"
        if subtype == "phone-conflict":
            why += ", and a colleague changes it while somebody decides"
        refs, details = (chart.ref, account.ref), {"field": fields[subtype]}
        planted = Planted("demographic_mismatch", subtype, refs, why, ("mismatch-demographics",), details=details)
        self.done.planted.append(planted)

    def _pairs(self, people: list[Person]) -> None:
        reasons = {
            "twins-alike": "twins with names that look alike: two people",
            "twins": "twins: same family name, birth date and address, two people",
            "father-and-son": "father and son of one name at one address: two people",
            "same-name": "two people who happen to have one name",
        }
        for role, why in reasons.items():
            found = [person for person in people if person.role == role]
            for one, other in zip(found[::2], found[1::2], strict=True):
                for records in (self.done.charts, self.done.accounts):
                    refs = [record.ref for person in (one, other) for record in records[person.key]]
                    self.done.planted.append(trap(role.replace("-", "_"), refs, why))

    def _walk_in(self) -> None:
        person = replace(self._people.person((30, 60)), role="walk-in", ssn="")
        account = self._account(person, None)
        self.done.people.append(person)
        self.done.charts[person.key], self.done.accounts[person.key] = [], [account]
        why = "an account of somebody who has no chart in the EHR"
        self.done.planted.append(
            Planted("orphan_pm_patient", "no_chart", (account.ref,), why, ("mismatch-demographics",))
        )

    def _chart(self, details: Person) -> Record:
        rng = self._rng
        kept = details if rng.random() < 0.7 or "duplicate" in details.role else replace(details, ssn="")
        parts = (32, 16, 12, 14, 48)
        bits = [rng.getrandbits(width) for width in parts]
        uuid = f"{bits[0]:08x}-{bits[1]:04x}-4{bits[2]:03x}-{0x8000 | bits[3]:04x}-{bits[4]:012x}"
        return Record(EHR, uuid, f"E{self._next('mrn')}", kept)

    def _account(self, details: Person, chart: Record | None) -> Record:
        rng = self._rng
        is_sure = details.role.startswith("mismatch-")
        mrn = chart.number if chart is not None and (is_sure or rng.random() < 0.6) else ""
        kept = details if rng.random() < 0.45 or "duplicate" in details.role else replace(details, ssn="")
        return Record(PM, f"pt-{self._next('pm')}", f"A{self._next('account')}", kept, linked_mrn=mrn)

    def _next(self, name: str) -> int:
        self._last[name] += self._rng.randrange(1, 9)
        return self._last[name]

    def _pm_details(self, person: Person) -> Person:
        """What the PM wrote down about this person: the same, unless their role is to differ."""
        changed: dict[str, Callable[[], Person]] = {
            "mismatch-phone": lambda: replace(person, phone=self._people.phone()),
            "mismatch-phone-conflict": lambda: replace(person, phone=self._people.phone()),
            "mismatch-birth-date": lambda: replace(person, birth=person.birth - timedelta(days=9)),
            "mismatch-family-name": lambda: self._typo_family(person),
            "mismatch-address": lambda: replace(person, address=self._people.address()),
            "mismatch-sex": lambda: replace(person, sex=other_sex(person.sex)),
            "mismatch-coverage": lambda: replace(person, member_id=_swapped(person.member_id)),
        }
        return changed[person.role]() if person.role in changed else person

    def _variants(self, person: Person, role: str) -> list[Person]:
        """The further records of somebody who was registered more than once."""
        kind = role.split("-", 2)[2]
        bare = replace(person, ssn="", email="")
        if kind == "triple":
            moved = replace(person, address=self._people.address(), phone=self._people.phone(), ssn="")
            return [replace(self._typo_family(person), middle=""), self._nickname(moved)]
        made: dict[str, Callable[[], Person]] = {
            "typo": lambda: replace(self._typo_family(person), ssn=""),
            "nickname": lambda: self._nickname(person),
            "maiden": lambda: replace(bare, family=person.maiden, maiden="", address=self._people.address()),
            "moved": lambda: replace(bare, address=self._people.address(), phone=self._people.phone()),
            "married-and-moved": lambda: replace(
                bare,
                family=person.maiden,
                maiden="",
                middle="",
                address=self._people.address(),
                phone=self._people.phone(),
            ),
            # Taken down over the phone: the name by ear, the day of birth wrong, no address yet.
            "misheard": lambda: replace(
                self._typo_family(bare),
                middle="",
                birth=person.birth + timedelta(days=10),
                address=self._people.address(),
            ),
            "swapped-date": lambda: replace(
                person, birth=person.birth.replace(month=person.birth.day, day=person.birth.month)
            ),
        }
        return [made[kind]()]

    def _nickname(self, person: Person) -> Person:
        return replace(person, given=self._names.nicknames[person.given], middle="")

    def _typo_family(self, person: Person) -> Person:
        """One slip of the finger in the family name: a letter lost, doubled, or two changed places."""
        family, rng = person.family, self._rng
        while family == person.family:
            at = rng.randrange(1, max(2, len(family) - 1))
            slips = (
                family[:at] + family[at + 1 :],
                family[:at] + family[at] + family[at:],
                family[:at] + family[at + 1 : at + 2] + family[at] + family[at + 2 :],
            )
            family = rng.choice(slips)
        return replace(person, family=family)


def _swapped(member_id: str) -> str:
    """A member id with two neighbouring digits that changed places."""
    for at in range(len(member_id) - 2, 1, -1):
        if member_id[at] != member_id[at + 1]:
            return member_id[:at] + member_id[at + 1] + member_id[at] + member_id[at + 2 :]
    return member_id[:-1] + str((int(member_id[-1]) + 1) % 10)
