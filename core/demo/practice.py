"""The demo practice: the same people, visits and planted situations for the same seed, size and date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from core.demo import catalogue
from core.demo.bookings import Bookings
from core.demo.catalogue import ServiceKind, VisitKind
from core.demo.ehr_records import EhrRecords
from core.demo.messages import Resource
from core.demo.people import FEWEST_PATIENTS, People, Person
from core.demo.planted import Planted, as_truth, trap
from core.demo.pm_records import PmRecords
from core.demo.registration import EHR, PM, Registrar, Registration
from core.demo.situations import Situations
from core.demo.visits import GRACE_DAYS, HISTORY_DAYS, Diary, Visit
from core.errors import NotPossible

VISITS_PER_PATIENT = 2.2


@dataclass(frozen=True)
class Practice:
    """All resources of both systems, and what was planted in them."""

    seed: int
    patients: int
    today: date
    systems: dict[str, tuple[Resource, ...]]  # "EHR" and "PM"
    planted: tuple[Planted, ...]

    def truth(self) -> dict[str, Any]:
        """What was planted, as plain values: `faults` to be found, `traps` to be left alone."""
        head = {"seed": self.seed, "patients": self.patients, "ref_date": self.today.isoformat()}
        return head | as_truth(self.planted)

    def find(self, kind: str, subtype: str = "") -> tuple[Planted, ...]:
        """The planted situations of a kind."""
        return tuple(item for item in self.planted if item.kind == kind and subtype in ("", item.subtype))


def make_practice(seed: int = 7, patients: int = 120, *, today: date) -> Practice:
    """A practice with `patients` people and the visits of the weeks before `today`."""
    if patients < FEWEST_PATIENTS:
        raise NotPossible(f"A demo practice needs at least {FEWEST_PATIENTS} patients.")
    people = People(_dice(seed, "people"), today)
    registrar = Registrar(_dice(seed, "registration"), people)
    registration = registrar.register(people.make(patients))
    diary = Diary(_dice(seed, "visits"), today, registration)
    bookings = Bookings(diary)
    situations = Situations(diary, bookings)
    situations.plant(patients)
    planted = [*registration.planted, *situations.planted, *_ordinary_visits(diary, registration, patients)]
    bookings.of_visits()
    bookings.without_visits()
    diary.visits.sort(key=lambda visit: (visit.day, visit.minute, visit.number))
    ehr = tuple(EhrRecords(diary, bookings.all).all())
    pm = tuple(PmRecords(diary, bookings.all, situations.loose).all())
    planted += _coverage_mismatches(registration, ehr, pm)
    return Practice(seed, patients, today, {EHR: ehr, PM: pm}, tuple(planted))


def _dice(seed: int, part: str) -> Random:
    # One stream for each part: a change in one leaves the others as they were.
    return Random(f"{seed}/{part}")  # noqa: S311 - the same seed must give the same practice


def _ordinary_visits(diary: Diary, registration: Registration, patients: int) -> list[Planted]:
    """Everybody else's visits, charged as they should be; returns the traps among them."""
    people = [person for person in registration.people if registration.charts[person.key]]
    made: list[Visit] = []
    # Whoever has two records has been here under each of them.
    for person in people:
        records = max(len(registration.charts[person.key]), len(registration.accounts[person.key]))
        for at in range(records if records > 1 else 0):
            made += _visit_of(diary, person, at)
    made += _twins_together(diary, people)
    wanted = round(patients * VISITS_PER_PATIENT)
    misses = 0
    while len(diary.visits) < wanted and misses < patients:
        found = _visit_of(diary, diary.rng.choice(people), diary.rng.randrange(3))
        made += found
        misses += not found
    _deal_services(diary, made)
    traps = []
    for visit in made:
        is_open = (diary.today - visit.day).days <= GRACE_DAYS and diary.rng.random() < 0.5
        if is_open:
            why = f"at most {GRACE_DAYS} days ago: the charge may still come"
            traps.append(trap("charge_still_in_time", [visit.ref], why))
        else:
            diary.post(visit)
    return traps


def _twins_together(diary: Diary, people: list[Person]) -> list[Visit]:
    twins = [person for person in people if person.role.startswith("twins")]
    made = []
    for one, other in zip(twins[::2], twins[1::2], strict=True):
        day = diary.free_day(one, GRACE_DAYS + 1, HISTORY_DAYS)
        if day is not None:
            made += [diary.visit(twin, day, catalogue.WELL_CHILD) for twin in (one, other)]
    return made


def _visit_of(diary: Diary, person: Person, record: int) -> list[Visit]:
    day = diary.free_day(person, 0, HISTORY_DAYS)
    return [] if day is None else [diary.visit(person, day, _kind_for(diary, person), record=record)]


def _kind_for(diary: Diary, person: Person) -> VisitKind:
    rng = diary.rng
    if person.age_on(diary.today) < 18:
        return catalogue.WELL_CHILD if rng.random() < 0.5 else catalogue.OFFICE
    kinds = (catalogue.OFFICE, catalogue.FOLLOW_UP, catalogue.CHECK_UP, catalogue.VIDEO)
    return rng.choices(kinds, (46, 34, 12, 8))[0]


def _deal_services(diary: Diary, visits: list[Visit]) -> None:
    """Deal services out in fixed shares, so that every practice has enough of each to learn from."""
    here = [visit for visit in visits if visit.kind is not catalogue.VIDEO]
    adults = [visit for visit in here if visit.person.age_on(visit.day) >= 18]
    children = [visit for visit in here if visit.person.age_on(visit.day) < 18]
    for group, shares in ((adults, catalogue.ADULT_SERVICES), (children, catalogue.CHILD_SERVICES)):
        for service, share in shares:
            for visit in diary.rng.sample(group, round(share * len(group))):
                # Medicare wants codes of its own for the influenza vaccine: this practice sends those elsewhere.
                is_medicare = visit.person.payer is catalogue.MEDICARE
                if not (is_medicare and service is catalogue.FLU) and not _has_shot(visit, service):
                    diary.add(visit, service)


def _has_shot(visit: Visit, service: catalogue.Service) -> bool:
    """At most two shots a visit."""
    shots = sum(done.service.kind is ServiceKind.VACCINE for done in visit.done)
    return service.kind is ServiceKind.VACCINE and shots >= 2


def _coverage_mismatches(
    registration: Registration, ehr: tuple[Resource, ...], pm: tuple[Resource, ...]
) -> list[Planted]:
    found = []
    for person in registration.people:
        if person.role != "mismatch-coverage":
            continue
        chart, account = registration.charts[person.key][0], registration.accounts[person.key][0]
        refs = tuple(
            f"{system}/Coverage/{resource['id']}"
            for system, resources, record in ((EHR, ehr, chart), (PM, pm, account))
            for resource in resources
            if resource["resourceType"] == "Coverage" and resource["beneficiary"]["reference"] == f"Patient/{record.id}"
        )
        details = {EHR.lower(): chart.details.member_id, PM.lower(): account.details.member_id}
        why = "two digits of the member number changed places in the PM"
        rules = ("mismatch-demographics",)
        found.append(
            Planted("coverage_mismatch", "member_id", (*refs, chart.ref, account.ref), why, rules, details=details)
        )
    return found
