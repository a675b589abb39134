"""Appointments of the demo practice: kept, missed, cancelled, and still to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.demo.people import Person
from core.demo.registration import Record
from core.demo.visits import Diary, Provider, Visit

# How an appointment ends up for each state of the visit it led to.
STATUS_OF = {"finished": "fulfilled", "cancelled": "cancelled", "in-progress": "arrived"}


@dataclass(frozen=True)
class Time:
    """When an appointment is, and what became of it."""

    day: date
    minute: int
    length_min: int
    status: str


@dataclass(frozen=True)
class Booking:
    """One appointment as one system holds it."""

    system: str
    id: str
    number: str
    record: Record
    provider: Provider
    when: Time
    ehr_number: str = ""  # the EHR's number for the same appointment, where the PM knows it


class Bookings:
    """All appointments of both systems."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        self._last = 400_000
        self.all: list[Booking] = []

    def of_visits(self) -> None:
        """Appointments for most visits, in one system or in both."""
        rng = self._diary.rng
        for visit in self._diary.visits:
            number = ""
            if rng.random() < 0.8 or visit.status == "in-progress":
                booking = self._for_visit("EHR", visit, visit.chart)
                visit.ehr_booking, number = booking.id, booking.number
            if rng.random() < 0.75:
                self._for_visit("PM", visit, visit.account, number if rng.random() < 0.5 else "")

    def without_visits(self) -> None:
        """Missed and cancelled appointments, and the weeks to come."""
        rng, today = self._diary.rng, self._diary.today
        for person in self._diary.registration.people:
            if not self._diary.registration.charts[person.key]:
                continue
            for status, share in (("noshow", 0.08), ("cancelled", 0.1)):
                day = self._diary.free_day(person, 1, 40) if rng.random() < share else None
                if day is not None:
                    self.both(person, day, status)
            if rng.random() < 0.2:
                day = today + timedelta(days=rng.randrange(1, 40))
                self.both(person, day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0), "booked")

    def both(self, person: Person, day: date, status: str, provider: Provider | None = None) -> tuple[Booking, Booking]:
        """One appointment that both systems know."""
        rng, registration = self._diary.rng, self._diary.registration
        provider = provider or rng.choice(self._diary.office.providers)
        minute = self._diary.free_minute(provider, day)
        self._diary.note_day(person, day)
        when = Time(day, minute, 20, status)
        in_ehr = self._add("EHR", registration.charts[person.key][0], provider, when)
        number = in_ehr.number if rng.random() < 0.5 else ""
        in_pm = self._add("PM", registration.accounts[person.key][0], provider, when, number)
        return in_ehr, in_pm

    def _for_visit(self, system: str, visit: Visit, record: Record, ehr_number: str = "") -> Booking:
        when = Time(visit.day, visit.minute // 10 * 10, visit.kind.length_min, STATUS_OF[visit.status])
        return self._add(system, record, visit.provider, when, ehr_number)

    def _add(self, system: str, record: Record, provider: Provider, when: Time, ehr_number: str = "") -> Booking:
        self._last += self._diary.rng.randrange(1, 9)
        booking_id = f"ap-{self._last}" if system == "PM" else self._diary.new_id()
        booking = Booking(system, booking_id, f"B{self._last}", record, provider, when, ehr_number)
        self.all.append(booking)
        return booking
