"""FHIR ServiceRequest: an order."""

from __future__ import annotations

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import Resource, billing_code, first_code, words


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One order."""
    resource = Resource.open(item)
    patient = resource.to(resource.get("subject"), "subject")
    ordered = resource.moment(resource.get("authoredOn"), "authoredOn")
    status = resource.text("status")
    fields = {
        "patient": patient,
        "encounter": resource.to(resource.get("encounter"), "encounter"),
        "provider": resource.to(resource.get("requester"), "requester"),
        "code": billing_code(resource.get("code")),
        "name": words(resource.get("code")),
        "kind": first_code(resource.get("category")),
        "ordered_at": ordered,
        "status": status.replace("-", "_") if status else None,
    }
    return (resource.record("orders", fields, patient=patient, on=ordered),)


NORMALISER = Normaliser("fhir-r4", "ServiceRequest", read, entities=("orders",))
