"""FHIR ChargeItem: one line of what is billed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import (
    Resource,
    billing_code,
    codings,
    decimal,
    extension_value,
    extensions,
    first_code,
    icd_codes,
    number,
    plain,
    rows,
    text,
    texts,
    words,
)

_STATUS = {
    "planned": "draft",
    "billable": "ready",
    "not-billable": "hold",
    "billed": "billed",
    "aborted": "void",
    "entered-in-error": "void",
    "unknown": "",
}
_SERVICES = ("Procedure", "Immunization", "ImagingStudy", "DiagnosticReport", "MedicationAdministration")


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One charge. A charge without a code is kept, with a note: a person has to see it."""
    resource = Resource.open(item)
    patient = resource.to(resource.get("subject"), "subject")
    period = next(iter(rows(resource.get("occurrencePeriod"))), {})
    first = resource.get("occurrenceDateTime") or period.get("start")
    dos_from = resource.day(first, "occurrence")
    units = decimal(next(iter(rows(resource.get("quantity"))), {}).get("value"))
    fields = {
        "patient": patient,
        **_visit(resource),
        "dos_from": dos_from,
        "dos_to": resource.day(period.get("end"), "occurrence") or dos_from,
        "entered_at": resource.moment(resource.get("enteredDate"), "enteredDate"),
        "entered_by": _enterer(resource),
        **_code(resource),
        "modifiers": _modifiers(resource),
        "units": number(units),
        "amount": _amount(resource, units),
        "diagnoses": [{"code": c, "rank": place} for place, c in enumerate(icd_codes(resource.get("reason")), 1)],
        **_performers(resource),
        "billing_group": resource.to(resource.get("performingOrganization"), "performingOrganization"),
        "services": _services(resource),
        "status": resource.word(resource.get("status"), _STATUS, "status"),
        "superbill": resource.to(next(iter(resource.rows("account")), None), "account"),
        "kind": "professional",
    }
    return (resource.record("charges", fields, patient=patient, on=dos_from),)


def _visit(resource: Resource) -> dict[str, Any]:
    """The visit, as a record or by its number."""
    context = resource.get("context") or resource.get("encounter")
    if not isinstance(context, dict):
        return {}
    ref = resource.to(context, "context") if text(context.get("reference")) else None
    numbered = context.get("identifier")
    numbered = numbered if isinstance(numbered, dict) else {}
    return {
        "encounter": ref if (ref or "").startswith("Encounter/") else None,
        "visit_number": text(numbered.get("value")),
        "visit_number_system": text(numbered.get("system")) if text(numbered.get("value")) else None,
    }


def _enterer(resource: Resource) -> str | None:
    enterer = resource.get("enterer")
    shown = text(enterer.get("display")) if isinstance(enterer, dict) else None
    return shown or resource.to(enterer, "enterer")


def _code(resource: Resource) -> dict[str, Any]:
    what = resource.get("code")
    code = billing_code(what)
    if code is None:
        resource.note("code", "is no CPT or HCPCS code")
    return {"code": code, "internal_code": plain(first_code(what)) if code is None else None, "name": words(what)}


def _modifiers(resource: Resource) -> list[str]:
    """Modifiers are no element of R4: an extension with that word in its address, or an element as in later drafts."""
    found: list[Any] = []
    for extension in [*extensions(resource.body, "modifier"), *extensions(resource.get("code"), "modifier")]:
        nested = [extension_value(inner) for inner in rows(extension.get("extension"))]
        for value in [extension_value(extension), *nested]:
            found += [c.code for c in codings(value)] if isinstance(value, dict) else [value]
    listed = resource.get("modifier")
    found += [c.code for c in codings(listed)]
    found += texts(listed if isinstance(listed, list | str) else None)
    codes = (plain(text(value)) for value in found)
    return list(dict.fromkeys(code for code in codes if code and len(code) <= 4))


def _amount(resource: Resource, units: Decimal | None) -> int | None:
    """The line's total: unit price (with its factor) times units."""
    each = resource.amount(resource.get("priceOverride"), "priceOverride")
    if each is None:
        return None
    factor = decimal(resource.get("factorOverride"))
    total = each * (units if units is not None else 1) * (factor if factor is not None else 1)
    return resource.to_cents(total, "priceOverride")


def _performers(resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in resource.rows("performer"):
        ref = resource.to(one.get("actor"), "performer.actor")
        if (ref or "").partition("/")[0] not in ("Practitioner", "PractitionerRole"):
            continue
        said = (words(one.get("function")) or first_code(one.get("function")) or "").lower()
        found.setdefault("supervising" if "supervis" in said else "rendering", ref)
    return found


def _services(resource: Resource) -> list[str]:
    refs = (resource.to(one, "service") for one in resource.rows("service"))
    return list(dict.fromkeys(ref for ref in refs if ref and ref.partition("/")[0] in _SERVICES))


NORMALISER = Normaliser("fhir-r4", "ChargeItem", read, entities=("charges",))
