"""Small made-up days: a person, a visit, a bill, each with only what a test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from core.reconcile.run import look
from core.settings.store import DEFAULTS
from matching.case import Case, Context, Practice, SourceState
from matching.findings import Finding
from matching.learn import learn
from matching.link import link_case
from matching.records import (
    Appointment,
    Charge,
    Diagnosis,
    Encounter,
    Moment,
    Patient,
    Ref,
    Role,
    ServiceEvent,
)

DAY = date(2026, 6, 1)
TODAY = date(2026, 6, 30)
EHR_DOC, PM_DOC = Ref("ehr", "Practitioner", "d1"), Ref("pm", "Practitioner", "p1")
OTHER_PM_DOC = Ref("pm", "Practitioner", "p2")
NPI = {EHR_DOC: "1234567893", PM_DOC: "1234567893", OTHER_PM_DOC: "1999999992"}
FEES = {"99213": 15800, "99214": 22400, "90471": 3400, "90472": 2400, "12001": 21000}


def moment(on: date = DAY, hour: int = 9, minute: int = 0) -> Moment:
    at = datetime(on.year, on.month, on.day, hour, minute)
    return Moment(on, at.time(), on)


def a_visit(number: str = "e1", on: date = DAY, **more: Any) -> Encounter:
    fields: dict[str, Any] = {
        "patient": Ref("ehr", "Patient", "x"),
        "visit_number": f"V-{number}",
        "visit_number_system": "urn:visits",
        "providers": (Role(role="rendering", provider=EHR_DOC),),
        "cls": "ambulatory",
        "type": "check up",
        "type_codes": ("99213",),
        "status": "finished",
        "start": moment(on),
        "end": moment(on, 9, 30),
        "diagnoses": (Diagnosis(code="I10"),),
    }
    return Encounter(ref=Ref("ehr", "Encounter", number), **{**fields, **more})


def a_charge(number: str = "c1", on: date = DAY, **more: Any) -> Charge:
    fields: dict[str, Any] = {
        "patient": Ref("pm", "Patient", "y"),
        "dos_from": on,
        "entered_at": Moment(on + timedelta(days=1)),
        "code": "99213",
        "units": 1.0,
        "amount": 15800,
        "rendering": PM_DOC,
        "diagnoses": (Diagnosis(code="I10"),),
        "status": "ready",
    }
    return Charge(ref=Ref("pm", "ChargeItem", number), **{**fields, **more})


def an_event(number: str = "s1", kind: str = "procedure", **more: Any) -> ServiceEvent:
    fields: dict[str, Any] = {
        "patient": Ref("ehr", "Patient", "x"),
        "encounter": Ref("ehr", "Encounter", "e1"),
        "kind": kind,
        "status": "completed",
        "performed_start": moment(),
        "code": "12001",
    }
    return ServiceEvent(ref=Ref("ehr", "Procedure", number), **{**fields, **more})


def a_booking(number: str = "a1", on: date = DAY, status: str = "fulfilled", **more: Any) -> Appointment:
    fields: dict[str, Any] = {"patient": Ref("pm", "Patient", "y"), "provider": PM_DOC, "start": moment(on)}
    return Appointment(ref=Ref("pm", "Appointment", number), status=status, **{**fields, **more})


def a_context(today: date = TODAY, through: date | None = None, **practice: Any) -> Context:
    """Two systems read to the end; `practice` fields replace what was learned."""
    read = through or today
    sources = {
        "ehr": SourceState("ehr", "ehr", {"encounters": read, "patients": read}),
        "pm": SourceState("pm", "pm", {"charges": read, "patients": read}),
    }
    learned = {"npi": NPI, "fees": FEES, "documents_codes": True, **practice}
    return Context(today, DEFAULTS, sources, Practice(**learned))


def a_case(ctx: Context, *records: Any, patients: tuple[Patient, ...] = ()) -> Case:
    """A linked case of one person from encounters, bookings, services and charges in any order."""

    def of(kind: type[Any]) -> tuple[Any, ...]:
        return tuple(record for record in records if isinstance(record, kind))

    people = patients or (Patient(ref=Ref("ehr", "Patient", "x")), Patient(ref=Ref("pm", "Patient", "y")))
    case = Case("person", people, (), of(Encounter), of(Appointment), of(ServiceEvent), of(Charge))
    return link_case(case, ctx)


def learned(cases: list[Case]) -> Practice:
    """What a practice's cases teach."""
    return replace(learn(cases, Practice(npi=NPI)))


def said(case: Case, ctx: Context | None = None) -> list[Finding]:
    """What the whole catalogue says about a case."""
    return look(case, ctx or a_context())


def rules(*records: Any, ctx: Context | None = None) -> list[str]:
    """The rules that speak about these records of one person."""
    known = ctx or a_context()
    return [finding.rule for finding in said(a_case(known, *records), known)]
