"""FHIR ImagingStudy: a study that was made."""

from __future__ import annotations

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import Resource, billing_code, first_code, rows, words
from core.ingest.normalise._fhir_events import event, ordered_by, side_of

_STATUS = {
    "registered": "in_progress",
    "available": "completed",
    "cancelled": "not_done",
    "entered-in-error": "entered_in_error",
    "unknown": "",
}


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One service event of kind imaging; `internal_code` is the modality."""
    resource = Resource.open(item)
    series = resource.rows("series")
    fields = {
        "status": resource.word(resource.get("status"), _STATUS, "status"),
        "performed_start": resource.moment(resource.get("started"), "started"),
        "code": billing_code(resource.get("procedureCode")),
        "internal_code": first_code(resource.get("modality")) or first_code([one.get("modality") for one in series]),
        "name": resource.text("description") or words(resource.get("procedureCode")),
        "body_side": side_of([site for one in series for site in rows(one.get("bodySite"))]),
        "performer": resource.first_to(
            resource.get("interpreter"), ("Practitioner", "PractitionerRole"), "interpreter"
        ),
        "location": resource.to(resource.get("location"), "location"),
        "order": ordered_by(resource),
    }
    return event(resource, "imaging", fields)


NORMALISER = Normaliser("fhir-r4", "ImagingStudy", read, entities=("service_events",))
