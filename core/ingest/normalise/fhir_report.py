"""FHIR DiagnosticReport: a laboratory result, done here or by an outside laboratory."""

from __future__ import annotations

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import Resource, billing_code, codings, first_code, plain, words
from core.ingest.normalise._fhir_events import done_by, event, ordered_by, when

_STATUS = {
    "registered": "in_progress",
    "partial": "in_progress",
    "preliminary": "in_progress",
    "final": "completed",
    "amended": "completed",
    "corrected": "completed",
    "appended": "completed",
    "cancelled": "not_done",
    "entered-in-error": "entered_in_error",
    "unknown": "",
}
_LAB = frozenset(
    {"LAB", "15220000", "108252007", "CH", "HM", "MB", "SP", "SR", "UR", "BLB", "IMM", "TX", "CP", "laboratory"}
)


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One service event of kind in_house_lab; reports that are no laboratory's are kept raw only.

    Who performed it (`performer_organization`) tells whether it was done in house.
    """
    resource = Resource.open(item)
    if not any(coding.code in _LAB for coding in codings(resource.get("category"))):
        return ()
    what = resource.get("code")
    code = billing_code(what)
    fields = {
        "status": resource.word(resource.get("status"), _STATUS, "status"),
        **when(resource, "effective"),
        "code": code,
        "internal_code": plain(first_code(what)) if code is None else None,
        "name": words(what),
        **done_by(resource),
        "order": ordered_by(resource),
    }
    return event(resource, "in_house_lab", fields)


NORMALISER = Normaliser("fhir-r4", "DiagnosticReport", read, entities=("service_events",))
