"""FHIR Coverage: an insurance of a patient."""

from __future__ import annotations

from typing import Any

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import Resource, codings, first_code, number, rows, text, words

# Source of Payment Typology (first digit or two) and v3 coverage types -> the catalogue's types
_TYPES = {
    "MCPOL": "commercial",
    "EHCPOL": "commercial",
    "HIP": "commercial",
    "HMO": "commercial",
    "PPO": "commercial",
    "POS": "commercial",
    "SUBSIDIZ": "medicaid",
    "MEDICARE": "medicare",
    "MCD": "medicaid",
    "MEDICAID": "medicaid",
    "WCBPOL": "workers_comp",
    "AUTOPOL": "auto",
    "pay": "self_pay",
}
_TYPOLOGY = (("111", "medicare_advantage"), ("112", "medicare_advantage"), ("1", "medicare"), ("2", "medicaid"),
             ("311", "tricare"), ("81", "self_pay"), ("95", "workers_comp"), ("96", "auto"), ("5", "commercial"),
             ("6", "commercial"))  # fmt: skip


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One coverage. The payer may be a record, or only a name."""
    resource = Resource.open(item)
    patient = resource.to(resource.get("beneficiary"), "beneficiary")
    period = next(iter(rows(resource.get("period"))), {})
    start = resource.day(period.get("start"), "period.start")
    order = number(resource.get("order"))
    fields = {
        "patient": patient,
        **_payer(resource),
        "plan": _plan(resource),
        "member_id": _member(resource),
        "priority": round(order) if order is not None else None,
        "relationship": first_code(resource.get("relationship")),
        "start": start,
        "end": resource.day(period.get("end"), "period.end"),
        "type": _type(resource),
        "status": resource.text("status"),
    }
    return (resource.record("coverages", fields, patient=patient, on=start),)


def _payer(resource: Resource) -> dict[str, Any]:
    named = resource.rows("payor")
    first = named[0] if named else {}
    inside = resource.inside(first) or {}
    pointing = [one for one in named if text(one.get("reference"))] if not inside else []
    payer = resource.first_to(pointing, ("Organization",), "payor")
    numbered = first.get("identifier")
    return {
        "payer": payer,
        "payer_name": text(first.get("display")) or text(inside.get("name")),
        "payer_number": text(numbered.get("value")) if isinstance(numbered, dict) else None,
    }


def _plan(resource: Resource) -> str | None:
    for one in resource.rows("class"):
        if first_code(one.get("type")) == "plan":
            return text(one.get("name")) or text(one.get("value"))
    return None


def _member(resource: Resource) -> str | None:
    listed = resource.rows("identifier")
    typed = [one for one in listed if any(c.code == "MB" for c in codings(one.get("type")))]
    found = resource.text("subscriberId") or next((text(one.get("value")) for one in [*typed, *listed]), None)
    stated = next((text(one.get("value")) for one in typed), None)
    return stated or found


def _type(resource: Resource) -> str | None:
    for coding in codings(resource.get("type")):
        code = coding.code
        if code in _TYPES:
            return _TYPES[code]
        if code.isdigit():
            return next((kind for mark, kind in _TYPOLOGY if code.startswith(mark)), None)
    said = (words(resource.get("type")) or "").lower()
    return next((kind for kind in ("medicare", "medicaid", "commercial", "tricare") if kind in said), None)


NORMALISER = Normaliser("fhir-r4", "Coverage", read, entities=("coverages",))
