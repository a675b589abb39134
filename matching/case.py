"""A case: everything the systems hold about one person's visits and bills, and what is known about the practice.

Rules look at one case at a time. They see visits already linked over systems and bills already linked to visits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matching.findings import Weight
from matching.records import Appointment, Charge, Claim, Coverage, Encounter, Patient, Ref, ServiceEvent

HAPPENED = frozenset({"finished"})
NOT_HAPPENED = frozenset({"cancelled", "noshow", "entered_in_error", "planned"})
BILLABLE_CLASSES = frozenset(
    {"ambulatory", "virtual", "home", "emergency", "inpatient", "observation", "nurse", "phone"}
)


@dataclass(frozen=True, slots=True)
class SourceState:
    """One system: its role, and up to which day each entity of it was read without a gap."""

    name: str
    role: str
    complete_through: Mapping[str, date] = field(default_factory=dict)
    can_write: frozenset[str] = frozenset()

    def is_read(self, entity: str, through: date) -> bool:
        """Whether absence means something for this entity on this day."""
        known = self.complete_through.get(entity)
        return known is not None and known >= through


@dataclass(frozen=True, slots=True)
class Expected:
    """A code that should be billed for an event, and how sure the practice's own history makes us."""

    code: str
    confidence: float
    seen: int


@dataclass(frozen=True, slots=True)
class Practice:
    """What was learned from the practice's own data, or set by it."""

    organizations: frozenset[Ref] = frozenset()
    silent_locations: frozenset[Ref] = frozenset()
    claimed_locations: frozenset[Ref] = frozenset()  # places whose bills are only known from claims to payers
    npi: Mapping[Ref, str] = field(default_factory=dict)
    provider_names: Mapping[Ref, str] = field(default_factory=dict)
    place_names: Mapping[Ref, str] = field(default_factory=dict)
    crosswalk: Mapping[str, tuple[Expected, ...]] = field(default_factory=dict)
    fees: Mapping[str, int] = field(default_factory=dict)
    visit_worth: Mapping[str, int] = field(default_factory=dict)
    usual_worth: int | None = None
    charged_share: Mapping[str, float] = field(default_factory=dict)
    documents_codes: bool = False
    results_are_read: bool = False
    specialties: Mapping[Ref, tuple[str, str]] = field(default_factory=dict)  # provider -> group, specialty
    not_billing: frozenset[Ref] = frozenset()  # providers in whose name nothing is billed
    visits_not_loaded: frozenset[Ref] = frozenset()  # places whose visits reach no connected system
    charted_share: float = 0.0  # of the persons that a practice-management system holds, those with a chart
    settled_through: date | None = None  # charges of visits after this day are evidently still being entered


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may know besides its case. `settings` are those of the catalogue."""

    today: date
    settings: Mapping[str, Any]
    sources: Mapping[str, SourceState]
    practice: Practice

    def provider(self, ref: Ref | None) -> str:
        """Who a provider is over systems: the NPI, else the reference itself; empty when unknown."""
        return "" if ref is None else self.practice.npi.get(ref, str(ref))

    def name_of(self, ref: Ref | None) -> str:
        """A provider's or place's name, else its number."""
        if ref is None:
            return ""
        return self.practice.provider_names.get(ref) or self.practice.place_names.get(ref) or ref.id

    def specialty(self, ref: Ref | None) -> tuple[str, str]:
        """A provider's group and specialty; empty where unknown."""
        return self.practice.specialties.get(ref, ("", "")) if ref is not None else ("", "")

    def place(self, ref: Ref | None) -> str:
        """What a place is called over systems: its name in plain letters; empty when unknown."""
        name = self.practice.place_names.get(ref, "") if ref is not None else ""
        return "".join(letter for letter in name.casefold() if letter.isalnum())

    def role(self, origin: str) -> str:
        """The role of a system: ehr, pm, lab ..."""
        source = self.sources.get(origin)
        return source.role if source else ""

    def charges_complete(self, through: date) -> bool:
        """Whether every system that bills was read up to this day; false when there is none."""
        billing = [s for s in self.sources.values() if "charges" in s.complete_through]
        return bool(billing) and all(source.is_read("charges", through) for source in billing)

    def visits_complete(self, through: date) -> bool:
        """Whether every system that documents visits was read up to this day; false when there is none."""
        charting = [s for s in self.sources.values() if "encounters" in s.complete_through]
        return bool(charting) and all(source.is_read("encounters", through) for source in charting)


@dataclass(frozen=True, slots=True)
class Bill:
    """Charge lines that belong together: one system, patient record, day, provider and visit number."""

    lines: tuple[Charge, ...]

    @property
    def first(self) -> Charge:
        """The line that stands for the bill."""
        return self.lines[0]

    @property
    def on(self) -> date | None:
        """Its day of service."""
        return self.first.dos_from

    @property
    def last_on(self) -> date | None:
        """The last day it covers."""
        return self.first.dos_to or self.first.dos_from

    @property
    def is_span(self) -> bool:
        """Whether it covers several days."""
        return self.on is not None and self.last_on is not None and self.last_on > self.on

    @property
    def codes(self) -> frozenset[str]:
        """The codes on it."""
        return frozenset(line.code for line in self.lines if line.code)


@dataclass(frozen=True, slots=True)
class Service:
    """One code that the documentation of a visit calls for: the events behind it, and how sure that is.

    `seen` counts the earlier bills it was learned from (0: the documentation names the code itself).
    """

    code: str
    ref: Ref
    kind: str
    name: str
    events: tuple[ServiceEvent, ...] = ()
    confidence: float = 0.95
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Covered:
    """A service and the lines that bill it; `score` is the best line's, `is_same` whether the codes are the same."""

    service: Service
    lines: tuple[Charge, ...]
    score: float
    is_same: bool


@dataclass(frozen=True, slots=True)
class LineMatch:
    """Services of a visit held against the lines of its bills: each is used at most once."""

    covered: tuple[Covered, ...] = ()
    open_services: tuple[Service, ...] = ()
    open_lines: tuple[Charge, ...] = ()


@dataclass(slots=True)
class Visit:
    """One visit over systems: the leading encounter, its repeats, its booking, what was done, what was billed.

    `others` are the encounters that further systems hold of it, `bookings` further bookings of it.
    """

    encounter: Encounter | None = None
    repeats: list[Encounter] = field(default_factory=list)
    others: list[Encounter] = field(default_factory=list)
    appointment: Appointment | None = None
    bookings: list[Appointment] = field(default_factory=list)
    score: float = 1.0  # of the weakest link between its records
    services: tuple[Service, ...] = ()
    lines_matched: LineMatch = field(default_factory=LineMatch)
    events: list[ServiceEvent] = field(default_factory=list)
    bills: list[tuple[Bill, float, str]] = field(default_factory=list)  # bill, score, how (see link.bills)
    is_insured: bool = True  # whether any coverage of the person is known

    @property
    def encounters(self) -> tuple[Encounter, ...]:
        """Every encounter that stands for it."""
        return (*((self.encounter,) if self.encounter else ()), *self.repeats, *self.others)

    @property
    def ref(self) -> Ref:
        """What the visit is called: its encounter, else its appointment."""
        known = self.encounter or self.appointment
        assert known is not None
        return known.ref

    @property
    def patient(self) -> Ref | None:
        """The patient record it stands on."""
        known = self.encounter or self.appointment
        return known.patient if known else None

    @property
    def on(self) -> date | None:
        """Its local day."""
        known = self.encounter or self.appointment
        return known.start.on if known and known.start else None

    @property
    def last_on(self) -> date | None:
        """The local day it ended."""
        ended = self.encounter.end.on if self.encounter and self.encounter.end else None
        return ended or self.on

    @property
    def provider(self) -> Ref | None:
        """Who saw the patient."""
        if self.encounter:
            seen = [r.provider for r in self.encounter.providers if r.role == "rendering" and r.provider]
            anyone = [r.provider for r in self.encounter.providers if r.provider]
            return next(iter(seen or anyone), None)
        return self.appointment.provider if self.appointment else None

    @property
    def happened(self) -> bool:
        """Whether it took place, as far as the documentation says."""
        return any(encounter.status in HAPPENED for encounter in self.encounters)

    @property
    def lines(self) -> list[Charge]:
        """All charge lines on it."""
        return [line for bill, _, _ in self.bills for line in bill.lines]


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """A pair of patient records with its score and the words for it.

    `index` names the system whose own patient index calls it a candidate, else "".
    """

    a: Ref
    b: Ref
    probability: float
    tier: str
    weights: tuple[Weight, ...] = ()
    reason: str = ""
    stops: tuple[str, ...] = ()
    index: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A bill that may belong to one of these visits (with their scores): a person has to choose."""

    bill: Bill
    visits: tuple[tuple[Visit, float], ...]


@dataclass(slots=True)
class Case:
    """One person."""

    person: str
    patients: tuple[Patient, ...] = ()
    pairs: tuple[PairEvidence, ...] = ()
    encounters: tuple[Encounter, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    events: tuple[ServiceEvent, ...] = ()
    charges: tuple[Charge, ...] = ()
    claims: tuple[Claim, ...] = ()
    coverages: tuple[Coverage, ...] = ()
    visits: list[Visit] = field(default_factory=list)
    loose_bills: list[Bill] = field(default_factory=list)
    near_misses: dict[Ref, tuple[Visit, float]] = field(default_factory=dict)  # charge -> nearest visit and score
    questions: list[Question] = field(default_factory=list)
    candidates: tuple[tuple[Case, float], ...] = ()  # persons who are probably this one, not joined yet
    origins: Mapping[Ref, str] = field(default_factory=dict)  # records of a system inside a connection -> that system

    def origin(self, ref: Ref) -> str:
        """The system a record comes from: its connection, or a system inside it (connection#source)."""
        return self.origins.get(ref, ref.system)

    @property
    def is_test(self) -> bool:
        """Whether this is a test patient."""
        return any(patient.is_test for patient in self.patients)
