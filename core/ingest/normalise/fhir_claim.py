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


NORMALISER = Normaliser("fhir-r4", "Claim", read, entities=("claims",))
