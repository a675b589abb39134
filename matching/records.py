"""The shared language of the program: frozen values for what the systems of a practice hold.

Field names are those of the table format and the rule catalogue. Money is integer cents, a date of service is a
calendar date in the location's time zone, and every record knows the system it came from through its `ref`.
A field may be None: unknown. Nothing here reads or writes anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """One record of one system, or a part of it: `system/Kind/id`, parts following as `;line=L1`."""

    system: str
    kind: str
    id: str
    part: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return "/".join((self.system, self.kind, self.id)) + "".join(f";{k}={v}" for k, v in self.part)

    @property
    def local(self) -> str:
        """The reference inside its own system: `Kind/id`."""
        return f"{self.kind}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Read the short text form. Raises ValueError when it is not one."""
        head, *parts = text.split(";")
        pieces = head.split("/", 2)
        if len(pieces) != 3 or not all(pieces):
            raise ValueError("a reference is written system/Kind/id")
        return cls(pieces[0], pieces[1], pieces[2], tuple((p.partition("=")[0], p.partition("=")[2]) for p in parts))

    def as_json(self) -> dict[str, str]:
        """The form of the JSON contract."""
        return {"system": self.system, "kind": self.kind, "id": self.id, **dict(self.part)}


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A local date with the time of day where one is known; `utc_on` is the date in UTC when it was an instant."""

    on: date
    at: time | None = None
    utc_on: date | None = None


def ref_to(*kinds: str) -> Any:
    """A dataclass field that holds a reference to one of these entities (plural names of the table format)."""
    return field(default=None, metadata={"ref": kinds})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number somebody gave a person or thing; only comparable inside its `system`."""

    value: str
    system: str = ""
    type: str = ""
    use: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A diagnosis code (upper case, no dot) with its rank from 1."""

    code: str
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who took part in a visit, and as what: rendering, supervising, attending, resident, resource."""

    role: str
    provider: Ref | None = ref_to("providers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What one system holds about one person."""

    ref: Ref
    person: str | None = None
    given_name: str | None = None
    middle_name: str | None = None
    family_name: str | None = None
    suffix: str | None = None
    former_name: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    ssn: str | None = None
    mrn: str | None = None
    phone: str | None = None
    email: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    deceased_on: date | None = None
    is_deceased: bool | None = None
    active: bool | None = None
    identifiers: tuple[Identifier, ...] = ()
    merged_into: Ref | None = ref_to("patients")
    replaces: tuple[Ref, ...] = field(default=(), metadata={"ref": ("patients",)})
    golden_id: str | None = None
    link_probability: float | None = None
    is_test: bool | None = None
    is_confidential: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who pays."""

    ref: Ref
    name: str | None = None
    type: str | None = None
    npi: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """An insurance of a patient."""

    ref: Ref
    patient: Ref | None = ref_to("patients")
    payer: Ref | None = ref_to("payers")
    payer_name: str | None = None
    plan: str | None = None
    member_id: str | None = None
    priority: int | None = None
    relationship: str | None = None
    start: date | None = None
    end: date | None = None
    type: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A person who sees patients; comparable over systems by NPI."""

    ref: Ref
    npi: str | None = None
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    taxonomy: str | None = None
    specialty: str | None = None
    kind: str | None = None
    group_id: str | None = None
    billing_allowed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """The practice itself, a hospital, a laboratory, a payer."""

    ref: Ref
    name: str | None = None
    type: str | None = None
    npi: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place where patients are seen."""

    ref: Ref
    name: str | None = None
    tz: str | None = None
    npi: str | None = None
    pos_default: str | None = None
    facility_kind: str | None = None
    clia_kind: str | None = None
    organization: Ref | None = ref_to("organizations")
    visits_loaded: bool | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A booking."""

    ref: Ref
    patient: Ref | None = ref_to("patients")
    provider: Ref | None = ref_to("providers")
    location: Ref | None = ref_to("locations")
    start: Moment | None = None
    minutes: int | None = None
    type: str | None = None
    mode: str | None = None
    status: str | None = None
    status_at: Moment | None = None
    created_at: Moment | None = None
    cancel_reason: str | None = None
    resource_only: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """A visit as documented. `cls` is the catalogue's class (ambulatory, virtual, emergency, inpatient ...)."""

    ref: Ref
    patient: Ref | None = ref_to("patients")
    appointment: Ref | None = ref_to("appointments")
    visit_number: str | None = None
    visit_number_system: str | None = None
    providers: tuple[Role, ...] = ()
    location: Ref | None = ref_to("locations")
    organization: Ref | None = ref_to("organizations")
    cls: str | None = field(default=None, metadata={"name": "class"})
    type: str | None = None
    type_codes: tuple[str, ...] = ()
    status: str | None = None
    start: Moment | None = None
    end: Moment | None = None
    note_status: str | None = None
    signed_at: Moment | None = None
    minutes_documented: int | None = None
    minutes_basis: str | None = None
    mdm: str | None = None
    diagnoses: tuple[Diagnosis, ...] = ()
    diagnosis_refs: tuple[Ref, ...] = field(default=(), metadata={"ref": ("conditions",)})
    group_size: int | None = None
    no_charge_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEvent:
    """Something done to or for a patient: procedure, immunization, imaging, in_house_lab, drug_admin, specimen_draw."""

    ref: Ref
    patient: Ref | None = ref_to("patients")
    encounter: Ref | None = ref_to("encounters")
    kind: str | None = None
    status: str | None = None
    performed_start: Moment | None = None
    performed_end: Moment | None = None
    code: str | None = None
    internal_code: str | None = None
    name: str | None = None
    quantity: float | None = None
    unit: str | None = None
    body_side: str | None = None
    performer: Ref | None = ref_to("providers", "organizations")
    performer_organization: Ref | None = ref_to("organizations")
    location: Ref | None = ref_to("locations")
    order: Ref | None = ref_to("orders")
    vaccine_cvx: str | None = None
    route: str | None = None
    supply_source: str | None = None
    is_historical: bool | None = None
    performed_by_us: bool | None = None
    diagnoses: tuple[Diagnosis, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A diagnosis record; visits collect theirs from here."""

    ref: Ref
    patient: Ref | None = ref_to("patients")
    encounter: Ref | None = ref_to("encounters")
    code: str | None = None
    category: str | None = None
    status: str | None = None
    recorded_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One line of what is billed. `amount` is the line's total in cents, `units` its quantity."""

    ref: Ref
    patient: Ref | None = ref_to("patients")
    encounter: Ref | None = ref_to("encounters")
    visit_number: str | None = None
    visit_number_system: str | None = None
    dos_from: date | None = None
    dos_to: date | None = None
    entered_at: Moment | None = None
    entered_by: str | None = None
    code: str | None = None
    modifiers: tuple[str, ...] = ()
    units: float | None = None
    amount: int | None = None
    diagnoses: tuple[Diagnosis, ...] = ()
    rendering: Ref | None = ref_to("providers")
    supervising: Ref | None = ref_to("providers")
    billing_group: str | None = None
    location: Ref | None = ref_to("locations")
    pos: str | None = None
    payer: Ref | None = ref_to("payers")
    kind: str | None = None
    status: str | None = None
    superbill: str | None = None
    services: tuple[Ref, ...] = field(default=(), metadata={"ref": ("service_events",)})
    pointers: tuple[int, ...] = ()
    referring_npi: str | None = None
    auth_number: str | None = None
    ndc: str | None = None
    claim_line: str | None = None
    collected_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """A line of a claim, with the charge it bills where the source says so, else what it says itself."""

    code: str | None = None
    charge_id: Ref | None = ref_to("charges")
    line_control: str | None = None
    modifiers: tuple[str, ...] = ()
    units: float | None = None
    charge: int | None = None
    dos_from: date | None = None
    dos_to: date | None = None
    encounter: Ref | None = ref_to("encounters")
    rendering: Ref | None = ref_to("providers")
    diagnoses: tuple[Diagnosis, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A bill sent to a payer. `says_services`: what no charge stands for is a bill by itself."""

    ref: Ref
    pcn: str | None = None
    patient: Ref | None = ref_to("patients")
    payer: Ref | None = ref_to("payers")
    coverage: Ref | None = ref_to("coverages")
    frequency: str | None = None
    status: str | None = None
    created_at: Moment | None = None
    total: int | None = None
    lines: tuple[ClaimLine, ...] = ()
    priority: int | None = None
    original_icn: str | None = None
    icn: str | None = None
    says_services: bool | None = None
    state: str | None = None
    submitted_at: Moment | None = None
    accepted_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The documentation of one day or part of a visit, and whether it was signed."""

    ref: Ref
    encounter: Ref | None = ref_to("encounters")
    patient: Ref | None = ref_to("patients")
    provider: Ref | None = ref_to("providers")
    date: Moment | None = None
    status: str | None = None
    signed_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Something a provider asked for: a test, a study, a treatment."""

    ref: Ref
    patient: Ref | None = ref_to("patients")
    encounter: Ref | None = ref_to("encounters")
    provider: Ref | None = ref_to("providers")
    code: str | None = None
    name: str | None = None
    kind: str | None = None
    ordered_at: Moment | None = None
    standing: bool | None = None
    repeat_until: date | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A system inside a connection that carries several (table format), with its role."""

    ref: Ref
    name: str | None = None
    role: str | None = None
    complete_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLink:
    """What a source's own patient index says about two of its records: linked, candidate or different."""

    ref: Ref
    a: Ref | None = ref_to("patients")
    b: Ref | None = ref_to("patients")
    state: str | None = None
    probability: float | None = None


ENTITIES: dict[str, type[Any]] = {
    "sources": Source,
    "patients": Patient,
    "patient_links": PatientLink,
    "payers": Payer,
    "coverages": Coverage,
    "providers": Provider,
    "organizations": Organization,
    "locations": Location,
    "appointments": Appointment,
    "encounters": Encounter,
    "conditions": Condition,
    "service_events": ServiceEvent,
    "charges": Charge,
    "claims": Claim,
    "notes": Note,
    "orders": Order,
}
"""Entity (plural, as in the table format) -> its value class."""
