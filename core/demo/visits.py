"""Visits of the demo practice, what was done in them, and the charges that were posted for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from core.demo.catalogue import (
    BLOOD_DRAW,
    DIAGNOSES,
    FEES,
    FIRST_SHOT,
    FURTHER_SHOT,
    WELL_DIAGNOSES,
    Diagnosis,
    Service,
    ServiceKind,
    VisitKind,
    npi,
)
from core.demo.names import name_lists
from core.demo.people import Person
from core.demo.profile import PRACTICE_ZONE
from core.demo.registration import Record, Registration

HISTORY_DAYS = 45
GRACE_DAYS = 3  # a charge may come this many days after the visit
OPENS_MIN, CLOSES_MIN, LUNCH_MIN, SLOT_MIN = 8 * 60, 17 * 60, 12 * 60, 20


@dataclass(frozen=True)
class Provider:
    """A clinician, known to both systems by national number."""

    id: str
    pm_id: str
    npi: str
    given: str
    family: str


@dataclass(frozen=True)
class Site:
    """A place of the practice."""

    id: str
    name: str


@dataclass(frozen=True)
class Office:
    """The practice itself."""

    id: str
    name: str
    outside_lab_id: str
    outside_lab_name: str
    providers: tuple[Provider, ...]
    sites: tuple[Site, ...]


@dataclass(frozen=True)
class Done:
    """A service in a visit. `is_elsewhere`: by another organisation, or long ago."""

    id: str
    service: Service
    status: str = "completed"
    is_elsewhere: bool = False

    @property
    def is_due(self) -> bool:
        """Whether the practice charges for it."""
        return self.status == "completed" and not self.is_elsewhere


@dataclass
class Posting:
    """One charge in the practice-management system; situations change it after it was posted rightly."""

    id: str
    code: str
    units: int
    modifiers: tuple[str, ...]
    day: date
    provider: Provider
    entered_on: date
    price: Decimal
    source_id: str
    claim_id: str = ""


@dataclass
class Visit:
    """A visit while it is put together; read only once the practice is complete."""

    person: Person
    day: date
    minute: int
    kind: VisitKind
    level: str
    provider: Provider
    site: Site
    chart: Record
    account: Record
    encounter_id: str
    number: str
    diagnoses: list[Diagnosis]
    is_utc: bool
    is_linked: bool  # the charges carry the visit number
    status: str = "finished"
    shows_level: bool = True
    done: list[Done] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    second_encounter: tuple[str, str] = ("", "")  # id and visit number, where it was entered twice
    ehr_booking: str = ""

    @property
    def ref(self) -> str:
        """The visit as "EHR/Encounter/id"."""
        return f"EHR/Encounter/{self.encounter_id}"

    def start(self) -> datetime:
        """When it began, in practice time."""
        return local_time(self.day, self.minute)


def local_time(day: date, minute: int) -> datetime:
    """A minute of a practice day."""
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=PRACTICE_ZONE)


@dataclass(frozen=True)
class Line:
    """What should be charged: code, units, modifiers, and the service it comes from ("" for the visit)."""

    code: str
    units: int
    modifiers: tuple[str, ...]
    source_id: str


def lines_due(visit: Visit) -> list[Line]:
    """The charges that a finished visit leads to when everything is right."""
    if visit.status != "finished":
        return []
    due = [done for done in visit.done if done.is_due]
    needs_25 = any(done.service.needs_modifier_25 for done in due)
    lines = [Line(visit.level, 1, visit.kind.modifiers + (("25",) if needs_25 else ()), "")]
    lines += [Line(done.service.charge, 1, (), done.id) for done in due]
    shots = [done for done in due if done.service.kind is ServiceKind.VACCINE]
    if shots:
        lines.append(Line(FIRST_SHOT, 1, (), shots[0].id))
    if len(shots) > 1:
        lines.append(Line(FURTHER_SHOT, len(shots) - 1, (), shots[1].id))
    drawn = [done for done in due if done.service.kind is ServiceKind.LAB]
    if drawn:
        lines.append(Line(BLOOD_DRAW, 1, (), drawn[0].id))
    return lines


class Diary:
    """Finds free times and makes visits; nobody is in two places at once."""

    def __init__(self, rng: Random, today: date, registration: Registration) -> None:
        self.rng = rng
        self.today = today
        self.registration = registration
        self.office = self._found_office()
        self.visits: list[Visit] = []
        self._taken: set[tuple[str, date, int]] = set()
        self._days: dict[str, list[date]] = {}
        self._usual: dict[str, Provider] = {}
        self._numbers = {"visit": 900_000, "charge": 2_000_000}

    def work_days(self, least: int, most: int) -> list[date]:
        """Weekdays that lie so many days back."""
        days = [self.today - timedelta(days=ago) for ago in range(least, most + 1)]
        return [day for day in days if day.weekday() < 5]

    def free_day(self, person: Person, least: int, most: int, gap_days: int = 3) -> date | None:
        """A day on which the person has no other visit near, or None."""
        known = self._days.get(person.key, [])
        days = [
            day
            for day in self.work_days(least, most)
            if all(abs((day - other).days) > gap_days for other in known) and day >= person.birth
        ]
        return self.rng.choice(days) if days else None

    def visit(self, person: Person, day: date, kind: VisitKind, *services: Service, record: int = 0) -> Visit:
        """A finished visit on that day; `record` counts through the person's records where there are several."""
        rng = self.rng
        provider = self._provider_of(person)
        charts = [chart for chart in self.registration.charts[person.key] if chart.is_active]
        accounts = self.registration.accounts[person.key]
        level = rng.choices([code for code, _ in kind.levels], [share for _, share in kind.levels])[0]
        visit = Visit(
            person=person,
            day=day,
            minute=self.free_minute(provider, day),
            kind=kind,
            level=level,
            provider=provider,
            site=rng.choices(self.office.sites, (2, 1))[0],
            chart=charts[record % len(charts)],
            account=accounts[record % len(accounts)],
            encounter_id=self.new_id(),
            number=self.new_visit_number(),
            diagnoses=self._diagnoses(kind),
            is_utc=rng.random() < 0.4,
            is_linked=rng.random() < 0.65,
        )
        self._days.setdefault(person.key, []).append(day)
        for service in services:
            self.add(visit, service)
        self.visits.append(visit)
        return visit

    def add(self, visit: Visit, service: Service, status: str = "completed", is_elsewhere: bool = False) -> Done:
        """Note a service in a visit."""
        done = Done(self.new_id(), service, status, is_elsewhere)
        visit.done.append(done)
        return done

    def post(self, visit: Visit) -> None:
        """Post all charges of a visit as they should be."""
        entered_on = min(self.today, visit.day + timedelta(days=self.rng.choices((0, 1, 2), (6, 3, 1))[0]))
        visit.postings += [self.posting(line, visit.day, visit.provider, entered_on) for line in lines_due(visit)]

    def posting(self, line: Line, day: date, provider: Provider, entered_on: date) -> Posting:
        """One charge with its own number, at the practice's fee."""
        self._numbers["charge"] += self.rng.randrange(1, 9)
        number = self._numbers["charge"]
        return Posting(
            id=f"ch-{number}",
            code=line.code,
            units=line.units,
            modifiers=line.modifiers,
            day=day,
            provider=provider,
            entered_on=entered_on,
            price=FEES[line.code],
            source_id=line.source_id,
        )

    def note_day(self, person: Person, day: date) -> None:
        """Keep other visits of this person away from that day."""
        self._days.setdefault(person.key, []).append(day)

    def free_minute(self, provider: Provider, day: date) -> int:
        """A free appointment time; outside the usual hours only when the day is full."""
        slots = [
            minute for minute in range(OPENS_MIN, CLOSES_MIN, SLOT_MIN) if not LUNCH_MIN <= minute < LUNCH_MIN + 60
        ]
        free = [minute for minute in slots if (provider.id, day, minute) not in self._taken]
        late = (minute for minute in range(CLOSES_MIN, 24 * 60) if (provider.id, day, minute) not in self._taken)
        minute = self.rng.choice(free) if free else next(late)
        self._taken.add((provider.id, day, minute))
        return minute

    def new_id(self) -> str:
        """A random id in the form that the EHR uses."""
        rng = self.rng
        head, tail = rng.getrandbits(32), rng.getrandbits(48)
        return f"{head:08x}-{rng.getrandbits(16):04x}-4{rng.getrandbits(12):03x}-9{rng.getrandbits(12):03x}-{tail:012x}"

    def new_visit_number(self) -> str:
        """The EHR's next visit number."""
        self._numbers["visit"] += self.rng.randrange(1, 9)
        return f"V{self._numbers['visit']}"

    def _provider_of(self, person: Person) -> Provider:
        usual = self._usual.setdefault(person.key, self.rng.choice(self.office.providers))
        return usual if self.rng.random() < 0.8 else self.rng.choice(self.office.providers)

    def _diagnoses(self, kind: VisitKind) -> list[Diagnosis]:
        found = self.rng.sample(DIAGNOSES, self.rng.choices((1, 2, 3), (5, 3, 1))[0])
        well = WELL_DIAGNOSES.get(kind.id)
        return [well, *found[1:]] if well else found

    def _found_office(self) -> Office:
        lists, rng = name_lists(), self.rng
        families = ["Osei-Lindgren", "Brackenridge", "Montoya"]
        providers = tuple(
            Provider(
                id=self.new_id(),
                pm_id=f"prv-{101 + at * 7}",
                npi=npi(f"9{rng.randrange(10**8):08d}"),
                given=rng.choice(lists.given(("female", "male", "female")[at])),
                family=family,
            )
            for at, family in enumerate(families)
        )
        sites = (Site(self.new_id(), "Larkmoor Main Office"), Site(self.new_id(), "Larkmoor Riverside"))
        return Office(
            self.new_id(),
            "Larkmoor Family Practice",
            self.new_id(),
            "Three Rivers Reference Laboratory",
            providers,
            sites,
        )
