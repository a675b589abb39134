"""The faults and traps in visits and charges: each is made on purpose, with its truth written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from core.demo import catalogue
from core.demo.bookings import Bookings
from core.demo.catalogue import Service
from core.demo.people import PATIENTS_PER_SCENE, Person
from core.demo.planted import Planted, trap
from core.demo.visits import Diary, Line, Posting, Visit
from core.errors import NotPossible

# Days back. Faults of a charge are recent, so that no claim has gone out yet and the charge can still be changed.
RECENT = (5, 8)
PAST_GRACE = (6, 40)
BILLED = (14, 35)
JUST_NOW = (0, 3)  # over a weekend the last working day lies three days back
MISSING, MISMATCH, ORPHAN = "missing_charge", "mismatched_charge", "orphan_charge"


class Situations:
    """Plants every situation once for each so many patients."""

    def __init__(self, diary: Diary, bookings: Bookings) -> None:
        self._diary = diary
        self._bookings = bookings
        self._pool = self._plain_adults()
        self._turn = 0
        self.planted: list[Planted] = []
        self.loose: list[Visit] = []  # charges that have no visit; never written to the EHR

    def plant(self, patients: int) -> None:
        """Plant all situations; the bookings and fillers come afterwards and keep clear of them."""
        for _ in range(max(1, patients // PATIENTS_PER_SCENE)):
            for make in (*self._missing(), *self._mismatched(), *self._surplus(), *self._traps()):
                make()

    def _plain_adults(self) -> list[Person]:
        people = [
            person
            for person in self._diary.registration.people
            if not person.role and person.age_on(self._diary.today) >= 18
        ]
        self._diary.rng.shuffle(people)
        return people

    def _visit(self, window: tuple[int, int], *services: Service) -> Visit:
        """A rightly posted visit of the next person who has room for it in that window of days back."""
        for gap_days in (8, 4, 1, 0):  # in a small practice people come more often
            for _ in self._pool:
                self._turn += 1
                person = self._pool[self._turn % len(self._pool)]
                day = self._diary.free_day(person, *window, gap_days=gap_days)
                if day is not None:
                    visit = self._diary.visit(person, day, catalogue.OFFICE, *services)
                    self._diary.post(visit)
                    return visit
        raise NotPossible("This demo practice is too small for what is planted in it.")

    def _fault(
        self, kind: str, subtype: str, entities: tuple[str, ...], why: str, rules: tuple[str, ...], **details: object
    ) -> None:
        self.planted.append(Planted(kind, subtype, entities, why, rules, details=details))

    # ---- something was done and not charged

    def _missing(self) -> Iterator[Callable[[], None]]:
        for shows_level in (True, True, True, True, False):
            yield lambda shows=shows_level: self._missing_visit(shows)  # type: ignore[misc]
        for service, rule in (
            (catalogue.ECG, "miss-procedure-charge"),
            (catalogue.INJECTION, "miss-procedure-charge"),
            (catalogue.FLU, "miss-immunization-product"),
            (catalogue.CHEST, "miss-imaging"),
            (catalogue.BLOOD_COUNT, "miss-inhouse-lab"),
        ):
            yield lambda service=service, rule=rule: self._missing_line(service, rule)  # type: ignore[misc]
        yield self._missing_shot

    def _missing_visit(self, shows_level: bool) -> None:
        visit = self._visit(PAST_GRACE)
        visit.shows_level = shows_level
        codes = [posting.code for posting in visit.postings]
        visit.postings.clear()
        why = "the visit took place and has no charge at all"
        self._fault(
            MISSING, "encounter", (visit.ref,), why, ("miss-visit-charge",), codes=codes, dos=visit.day.isoformat()
        )

    def _missing_line(self, service: Service, rule: str) -> None:
        visit = self._visit(PAST_GRACE, service)
        done = visit.done[0]
        visit.postings = [posting for posting in visit.postings if posting.code != service.charge]
        why = "the service is recorded in the visit and missing on its bill"
        self._fault(MISSING, "line", (visit.ref, service_ref(visit, done.id)), why, (rule,), codes=[service.charge])

    def _missing_shot(self) -> None:
        visit = self._visit(PAST_GRACE, catalogue.TDAP)
        done = visit.done[0]
        visit.postings = [posting for posting in visit.postings if posting.source_id != done.id]
        rules = ("miss-immunization-product", "miss-immunization-admin")
        codes = [catalogue.TDAP.charge, catalogue.FIRST_SHOT]
        why = "neither the vaccine nor giving it was charged"
        self._fault(MISSING, "line", (visit.ref, service_ref(visit, done.id)), why, rules, codes=codes)

    # ---- charged, but not what was recorded

    def _mismatched(self) -> Iterator[Callable[[], None]]:
        yield lambda: self._wrong_date(1, is_linked=False)
        yield lambda: self._wrong_date(-2, is_linked=True)
        yield lambda: self._wrong_date(-7, is_linked=True)
        yield self._wrong_provider
        yield self._wrong_provider
        yield lambda: self._wrong_units(catalogue.INJECTION, 3)
        yield lambda: self._wrong_units(catalogue.FLU, 2)
        yield lambda: self._wrong_level(RECENT)
        yield lambda: self._wrong_level(BILLED)
        yield self._wrong_procedure

    def _wrong_date(self, shift_days: int, is_linked: bool) -> None:
        # The service agrees as well, so that the bill without a visit number can still be told by its content.
        visit = self._visit(RECENT, catalogue.SPIROMETRY)
        visit.is_linked = is_linked
        charged = visit.day + timedelta(days=shift_days)
        for posting in visit.postings:
            posting.day, posting.entered_on = charged, max(posting.entered_on, charged)
        why = f"the bill has the date {shift_days:+d} days from the visit"
        refs = (visit.ref, *(charge_ref(posting) for posting in visit.postings))
        told = {"documented": visit.day.isoformat(), "charged": charged.isoformat()}
        self._fault(MISMATCH, "date", refs, why, ("mm-dos",), **told)

    def _wrong_provider(self) -> None:
        visit = self._visit(RECENT)
        visit.is_linked = True
        other = self._diary.rng.choice([p for p in self._diary.office.providers if p is not visit.provider])
        for posting in visit.postings:
            posting.provider = other
        why = "the bill names another provider than the visit"
        refs = (visit.ref, *(charge_ref(posting) for posting in visit.postings))
        self._fault(
            MISMATCH, "provider", refs, why, ("mm-rendering",), documented=visit.provider.npi, charged=other.npi
        )

    def _wrong_units(self, service: Service, units: int) -> None:
        visit = self._visit(RECENT, service)
        visit.is_linked = True
        posting = next(posting for posting in visit.postings if posting.code == service.charge)
        posting.units = units
        why = f"recorded once, charged {units} times"
        self._fault(
            MISMATCH, "units", (visit.ref, charge_ref(posting)), why, ("mm-units",), documented=1, charged=units
        )

    def _wrong_level(self, window: tuple[int, int]) -> None:
        visit = self._visit(window)
        visit.is_linked = True
        posting = visit.postings[0]
        posting.code = "99214" if visit.level == "99213" else "99215"
        posting.price = catalogue.FEES[posting.code]
        self._wrong_code(visit, posting, visit.level, is_billed=window == BILLED)

    def _wrong_procedure(self) -> None:
        visit = self._visit(RECENT, catalogue.SPIROMETRY)
        visit.is_linked = True
        posting = next(posting for posting in visit.postings if posting.code == catalogue.SPIROMETRY.charge)
        posting.code, posting.price = "94060", catalogue.FEES["94060"]
        self._wrong_code(visit, posting, catalogue.SPIROMETRY.charge, is_billed=False)

    def _wrong_code(self, visit: Visit, posting: Posting, documented: str, is_billed: bool) -> None:
        why = "the code on the bill is not the one in the record"
        refs, rules = (visit.ref, charge_ref(posting)), ("mm-code-vs-documented",)
        self._fault(
            MISMATCH, "code", refs, why, rules, documented=documented, charged=posting.code, is_billed=is_billed
        )

    # ---- charged without a reason, or twice; entered twice

    def _surplus(self) -> Iterator[Callable[[], None]]:
        yield lambda: self._duplicate_charge(only_first=True, days_later=0)
        yield lambda: self._duplicate_charge(only_first=True, days_later=1)
        yield lambda: self._duplicate_charge(only_first=False, days_later=0)
        yield self._orphan
        yield self._orphan
        yield self._no_show
        yield self._no_show
        yield self._encounter_twice
        yield self._encounter_twice
        yield self._kept_without_record

    def _duplicate_charge(self, only_first: bool, days_later: int) -> None:
        visit = self._visit(RECENT, catalogue.ECG)
        originals = visit.postings[:1] if only_first else list(visit.postings)
        for original in originals:
            entered_on = min(self._diary.today, original.entered_on + timedelta(days=days_later))
            line = Line(original.code, original.units, original.modifiers, "")
            copy = self._diary.posting(line, original.day, original.provider, entered_on)
            visit.postings.append(copy)
            why = "one service charged twice"
            refs = (charge_ref(original), charge_ref(copy))
            self._fault("duplicate_charge", "line", refs, why, ("dup-charge-exact",), code=copy.code, visit=visit.ref)

    def _orphan(self) -> None:
        visit = self._visit(RECENT)
        self._diary.visits.remove(visit)  # the charges stay, the visit never was
        self.loose.append(visit)
        for posting in visit.postings:
            why = "a charge on a day without any visit"
            self._fault(ORPHAN, "no_visit", (charge_ref(posting),), why, ("orphan-charge-no-visit",), code=posting.code)

    def _no_show(self) -> None:
        visit = self._visit(RECENT)
        self._diary.visits.remove(visit)
        self.loose.append(visit)
        in_ehr, in_pm = self._bookings.both(visit.person, visit.day, "noshow", visit.provider)
        why = "a charge for an appointment that was missed"
        refs = (charge_ref(visit.postings[0]), f"PM/Appointment/{in_pm.id}", f"EHR/Appointment/{in_ehr.id}")
        self._fault(ORPHAN, "noshow_billed", refs, why, ("orphan-charge-cancelled",), code=visit.postings[0].code)

    def _encounter_twice(self) -> None:
        visit = self._visit(PAST_GRACE)
        visit.second_encounter = (self._diary.new_id(), self._diary.new_visit_number())
        refs = (visit.ref, f"EHR/Encounter/{visit.second_encounter[0]}")
        why = "one visit was entered twice in the EHR"
        self._fault("duplicate_encounter", "entered_twice", refs, why, ("mismatch-encounter",))

    def _kept_without_record(self) -> None:
        visit = self._visit(PAST_GRACE)
        self._diary.visits.remove(visit)
        in_ehr, in_pm = self._bookings.both(visit.person, visit.day, "fulfilled", visit.provider)
        refs = (f"PM/Appointment/{in_pm.id}", f"EHR/Appointment/{in_ehr.id}")
        why = "the appointment was kept and no visit was recorded"
        rules = ("miss-appointment-encounter", "mismatch-encounter")
        self._fault("undocumented_visit", "kept_appointment", refs, why, rules, date=visit.day.isoformat())

    # ---- looks like a fault and is none

    def _traps(self) -> Iterator[Callable[[], None]]:
        for service, status, is_elsewhere, why in (
            (catalogue.BIOPSY, "not-done", False, "planned and not done: no charge is due"),
            (catalogue.SUTURE, "entered-in-error", False, "entered in error: no charge is due"),
            (catalogue.TDAP, "completed", True, "given elsewhere long ago: no charge is due"),
            (catalogue.LIPIDS, "completed", True, "done by an outside laboratory: it sends its own bill"),
        ):
            yield lambda s=service, st=status, e=is_elsewhere, w=why: self._not_due(s, st, e, w)  # type: ignore[misc]
        yield self._cancelled
        yield self._in_progress
        yield self._twice_a_day
        yield self._evening

    def _not_due(self, service: Service, status: str, is_elsewhere: bool, why: str) -> None:
        visit = self._visit(PAST_GRACE)
        done = self._diary.add(visit, service, status, is_elsewhere)
        self.planted.append(trap("no_charge_due", [service_ref(visit, done.id)], why))

    def _cancelled(self) -> None:
        visit = self._visit(PAST_GRACE)
        visit.status = "cancelled"
        visit.postings.clear()
        self.planted.append(trap("visit_cancelled", [visit.ref], "cancelled: no charge is due"))

    def _in_progress(self) -> None:
        visit = self._visit(JUST_NOW)
        visit.status = "in-progress"
        visit.postings.clear()
        self.planted.append(trap("visit_in_progress", [visit.ref], "not finished yet: no charge is due yet"))

    def _twice_a_day(self) -> None:
        morning = self._visit(BILLED)
        afternoon = self._diary.visit(morning.person, morning.day, catalogue.FOLLOW_UP)
        morning.minute, afternoon.minute = 9 * 60 + 5, 15 * 60 + 45
        afternoon.provider = morning.provider
        morning.level, afternoon.level = "99213", "99214"
        for visit in (morning, afternoon):
            visit.is_linked = True
            visit.postings.clear()
            self._diary.post(visit)
        refs = [morning.ref, afternoon.ref, *(charge_ref(p) for p in (*morning.postings, *afternoon.postings))]
        self.planted.append(trap("two_visits_one_day", refs, "came in the morning and again in the afternoon"))

    def _evening(self) -> None:
        visit = self._visit(BILLED)
        visit.minute, visit.is_utc, visit.is_linked = 20 * 60 + 30, True, False
        refs = [visit.ref, *(charge_ref(posting) for posting in visit.postings)]
        self.planted.append(trap("evening_visit", refs, "the next day in UTC, the same day at the practice"))


def charge_ref(posting: Posting) -> str:
    """A charge as "PM/ChargeItem/id"."""
    return f"PM/ChargeItem/{posting.id}"


def service_ref(visit: Visit, service_id: str) -> str:
    """A service as "EHR/<kind>/id"."""
    kinds = {
        catalogue.ServiceKind.PROCEDURE: "Procedure",
        catalogue.ServiceKind.VACCINE: "Immunization",
        catalogue.ServiceKind.LAB: "DiagnosticReport",
        catalogue.ServiceKind.IMAGE: "ImagingStudy",
    }
    done = next(done for done in visit.done if done.id == service_id)
    return f"EHR/{kinds[done.service.kind]}/{done.id}"
