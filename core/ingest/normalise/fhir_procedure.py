"""FHIR Procedure: something done to a patient."""

from __future__ import annotations

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import Resource, billing_code, first_code, icd_codes, plain, words
from core.ingest.normalise._fhir_events import STATUS, done_by, event, ordered_by, side_of, when


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One service event of kind procedure."""
    resource = Resource.open(item)
    what = resource.get("code")
    code = billing_code(what)
    internal = plain(first_code(what))
    fields = {
        "status": resource.word(resource.get("status"), STATUS, "status"),
        **when(resource, "performed"),
        "code": code,
        "internal_code": internal if internal != code else None,
        "name": words(what),
        "body_side": side_of(resource.get("bodySite")),
        **done_by(resource),
        "location": resource.to(resource.get("location"), "location"),
        "order": ordered_by(resource),
        "diagnoses": [{"code": found} for found in icd_codes(resource.get("reasonCode"))],
    }
    return event(resource, "procedure", fields)


NORMALISER = Normaliser("fhir-r4", "Procedure", read, entities=("service_events",))
