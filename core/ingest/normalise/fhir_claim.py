"""FHIR Claim: a bill sent to a payer."""

from __future__ import annotations

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
)


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One claim. Requests for authorization are no bills and are kept raw only."""
    resource = Resource.open(item)
    if resource.get("use") not in (None, "claim"):
        return ()
    patient = resource.to(resource.get("patient"), "patient")
    created = resource.moment(resource.get("created"), "created")
    lines = [_line(resource, one) for one in resource.rows("item")]
    total = resource.cents(resource.get("total"), "total")
    charged = [line["charge"] for line in lines if line.get("charge") is not None]
    focal = sorted(resource.rows("insurance"), key=lambda one: one.get("focal") is not True)
    fields = {
        "pcn": next((text(one.get("value")) for one in resource.rows("identifier")), None),
        "patient": patient,
        "payer": resource.to(resource.get("insurer"), "insurer"),
        "coverage": resource.to(focal[0].get("coverage"), "insurance.coverage") if focal else None,
        "frequency": "7" if resource.rows("related") else "1",
        "status": resource.text("status"),
        "created_at": created,
        "total": total if total is not None else sum(charged) if charged else None,
        "says_services": True,
        "lines": lines,
    }
    return (resource.record("claims", fields, patient=patient, on=created),)


def _line(resource: Resource, one: dict[str, Any]) -> dict[str, Any]:
    period = next(iter(rows(one.get("servicedPeriod"))), {})
    units = decimal(next(iter(rows(one.get("quantity"))), {}).get("value"))
    charge = resource.cents(one.get("net"), "item.net")
    if charge is None:
        each = resource.amount(one.get("unitPrice"), "item.unitPrice")
        charge = (
            resource.to_cents(each * (units if units is not None else 1), "item.unitPrice")
            if each is not None
            else None
        )
    line = {
        "line_control": text(one.get("sequence")),
        "charge_id": _charge_of(resource, one),
        "code": billing_code(one.get("productOrService")),
        "modifiers": [code for c in codings(one.get("modifier")) if (code := plain(c.code))],
        "units": number(units),
        "charge": charge,
        "dos_from": resource.day(one.get("servicedDate") or period.get("start"), "item.serviced"),
        "dos_to": resource.day(period.get("end"), "item.serviced"),
        "encounter": resource.to(next(iter(rows(one.get("encounter"))), None), "item.encounter"),
        "rendering": _rendering(resource, one),
        "diagnoses": _diagnoses(resource, one),
    }
    return {key: value for key, value in line.items() if value not in (None, [])}


def _charge_of(resource: Resource, one: dict[str, Any]) -> str | None:
    """The charge a line bills; R4 has no element for it, sources that say so use an extension."""
    for extension in extensions(one, ""):
        value = extension_value(extension)
        ref = resource.to(value, "item.extension") if isinstance(value, dict) and "reference" in value else None
        if ref and ref.startswith("ChargeItem/"):
            return ref
    return None


def _rendering(resource: Resource, line: dict[str, Any]) -> str | None:
    """Who did it: the line's own care team, else the primary or first of the claim's, else a billing practitioner."""
    wanted = _numbers(line.get("careTeamSequence"))
    team = [one for one in resource.rows("careTeam") if not wanted or one.get("sequence") in wanted]
    team.sort(key=lambda one: "primary" not in (first_code(one.get("role")) or "primary").lower())
    for who in [*(one.get("provider") for one in team), resource.get("provider")]:
        ref = resource.to(who, "provider")
        if (ref or "").partition("/")[0] in ("Practitioner", "PractitionerRole"):
            return ref
    return None


def _diagnoses(resource: Resource, line: dict[str, Any]) -> list[dict[str, Any]]:
    """The diagnoses that the line points to, in its order; where it points to none, those of the claim."""
    named = {
        number: code
        for one in resource.rows("diagnosis")
        for number in _numbers(one.get("sequence"))
        for code in icd_codes(one.get("diagnosisCodeableConcept"))[:1]
    }
    pointers = [number for number in _numbers(line.get("diagnosisSequence")) if number in named] or list(named)
    return [{"code": named[number], "rank": rank} for rank, number in enumerate(dict.fromkeys(pointers), 1)]


def _numbers(value: Any) -> list[int]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, int)]


NORMALISER = Normaliser("fhir-r4", "Claim", read, entities=("claims",))
