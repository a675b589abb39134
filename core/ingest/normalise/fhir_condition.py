"""FHIR Condition: a diagnosis; visits collect theirs from here."""

from __future__ import annotations

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import Resource, first_code, icd_codes, plain, words


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One diagnosis. `code` is ICD-10 only; another system's code is kept as `internal_code`."""
    resource = Resource.open(item)
    patient = resource.to(resource.get("subject"), "subject")
    recorded = resource.get("recordedDate") or resource.get("assertedDate") or resource.get("onsetDateTime")
    codes = icd_codes(resource.get("code"))
    verified = first_code(resource.get("verificationStatus"))
    status = verified if verified in ("entered-in-error", "refuted") else first_code(resource.get("clinicalStatus"))
    fields = {
        "patient": patient,
        "encounter": resource.to(resource.get("encounter") or resource.get("context"), "encounter"),
        "code": codes[0] if codes else None,
        "internal_code": None if codes else plain(first_code(resource.get("code"))),
        "name": words(resource.get("code")),
        "category": first_code(resource.get("category")),
        "status": status.replace("-", "_") if status else None,
        "recorded_on": resource.day(recorded, "recordedDate"),
    }
    if len(codes) > 1:
        resource.note("code", "has several ICD-10 codes; the first is taken")
    return (resource.record("conditions", fields, patient=patient, on=fields["recorded_on"]),)


NORMALISER = Normaliser("fhir-r4", "Condition", read, entities=("conditions",))
