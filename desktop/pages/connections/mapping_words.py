"""Fields, formats and problems of a mapping as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from core.dedupe.birth_dates import DAY_FIRST, MONTH_FIRST
from core.sheets.mapping import FileMapping
from core.sheets.targets import Target, targets_of
from core.sheets.values import CENTS, COMMA_DOLLARS, DAY_NUMBERS, DOLLARS, convert
from desktop.words import tr
from desktop.words.moments import dollars


def entity_words(entity: str) -> str:
    """What a file holds."""
    return {
        "patients": tr("Patients"),
        "appointments": tr("Appointments"),
        "encounters": tr("Visits"),
        "charges": tr("Charges"),
        "service_events": tr("Services done"),
        "coverages": tr("Insurances of patients"),
        "payers": tr("Payers"),
        "providers": tr("Providers"),
        "locations": tr("Places"),
        "orders": tr("Orders"),
    }[entity]


def _field_words() -> Mapping[str, str]:
    return {
        "id": tr("Record number (id)"),
        "given_name": tr("First name"),
        "middle_name": tr("Middle name"),
        "family_name": tr("Last name"),
        "full_name": tr("Whole name"),
        "former_name": tr("Former name"),
        "birth_date": tr("Birth date"),
        "ssn": tr("Social security number"),
        "mrn": tr("Medical record number"),
        "phone": tr("Phone"),
        "phone_2": tr("Second phone"),
        "street": tr("Street"),
        "street_2": tr("Street, second line"),
        "zip": tr("ZIP code"),
        "deceased_on": tr("Died on"),
        "is_deceased": tr("Has died (yes or no)"),
        "active": tr("Active (yes or no)"),
        "is_test": tr("Test patient (yes or no)"),
        "patient": tr("Patient's number"),
        "encounter": tr("Visit's number"),
        "appointment": tr("Appointment's number"),
        "order": tr("Order's number"),
        "dos_from": tr("Date of service"),
        "dos_to": tr("Date of service, to"),
        "code": tr("Procedure code"),
        "modifiers": tr("Modifiers"),
        "amount": tr("Amount charged"),
        "diagnoses": tr("Diagnosis codes"),
        "pointers": tr("Diagnosis pointers"),
        "rendering": tr("Provider"),
        "supervising": tr("Supervising provider"),
        "performer": tr("Done by"),
        "performed_start": tr("Done on"),
        "performed_time": tr("Done at (time of day)"),
        "performed_end": tr("Done until"),
        "pos": tr("Place of service code"),
        "npi": tr("NPI"),
        "ndc": tr("NDC"),
        "tz": tr("Time zone"),
        "start": tr("Date (and time)"),
        "start_time": tr("Time of day"),
        "end": tr("End"),
        "minutes": tr("Length in minutes"),
        "entered_at": tr("Entered on"),
        "entered_by": tr("Entered by"),
        "signed_at": tr("Note signed on"),
        "note_status": tr("State of the note"),
        "member_id": tr("Member id"),
        "vaccine_cvx": tr("Vaccine code (CVX)"),
        "auth_number": tr("Authorization number"),
        "referring_npi": tr("Referring provider's NPI"),
    }


def field_words(target: str) -> str:
    """A field as people call it."""
    return _field_words().get(target) or target.replace("_", " ").capitalize()


def kind_words(target: Target) -> str:
    """What kind of value a field holds."""
    return {
        "text": tr("text"),
        "date": tr("date"),
        "moment": tr("date and time"),
        "time": tr("time of day"),
        "money": tr("money"),
        "number": tr("number"),
        "whole": tr("whole number"),
        "truth": tr("yes or no"),
        "list": tr("several codes"),
        "reference": tr("record number"),
        "word": tr("one of our words"),
    }[target.kind]


def format_words(form: str) -> str:
    """A format as people say it."""
    return {
        MONTH_FIRST: tr("month / day / year"),
        DAY_FIRST: tr("day / month / year"),
        DAY_NUMBERS: tr("day numbers of a spreadsheet"),
        DOLLARS: tr("dollars (1,240.50)"),
        COMMA_DOLLARS: tr("dollars (1.240,50)"),
        CENTS: tr("cents (124050)"),
    }.get(form, form)


def value_words(value: str) -> str:
    """One of our words for a state or a kind."""
    return value.replace("_", " ").replace("noshow", tr("no-show"))


def reading(text: str, target: Target, form: str, mapping: FileMapping, today: date) -> str:
    """How one value is read: "4 Mar 2026", "$138.00", or what is wrong with it."""
    value, wrong = convert(text, target, form, mapping.words.get(target.id, {}), today)
    if wrong:
        return tr("{value}: cannot be read", value=text)
    if value is None:
        return tr("nothing")
    if target.kind in ("date", "moment") and isinstance(value, str) and len(value) >= 10:
        moment = datetime.fromisoformat(value)
        day = f"{moment.day} {moment:%b %Y}"
        return day if len(value) == 10 else tr("{day}, {time}", day=day, time=f"{moment:%H:%M}")
    if target.kind == "money" and isinstance(value, int):
        return dollars(value)
    return value_words(str(value)) if target.kind == "word" else str(value)


def missing_words(group: tuple[str, ...]) -> str:
    """A group of fields of which one is needed."""
    return tr(" or ").join(field_words(name) for name in group)


def target_options(entity: str) -> list[tuple[str, str]]:
    """What a column may become, for a menu: undecided, ignore, then every field with what is required first."""
    found = [("", tr("Choose…")), ("ignore", tr("Ignore this column"))]
    for target in targets_of(entity).values():
        words = field_words(target.id)
        found.append((target.id, tr("{field} · required", field=words) if target.is_required else words))
    return found
