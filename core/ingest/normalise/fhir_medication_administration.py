"""FHIR MedicationAdministration: a drug given to a patient."""

from __future__ import annotations

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import Resource, billing_code, code_in, first_code, icd_codes, plain, rows, words
from core.ingest.normalise._fhir_events import STATUS, amount_of, done_by, event, when

_NDC = frozenset({"http://hl7.org/fhir/sid/ndc"})
_ROUTES = {"IM": "im", "SQ": "sc", "IV": "iv", "IVINJ": "iv", "PO": "oral", "78421000": "im", "34206005": "sc",
           "47625008": "iv", "26643006": "oral"}  # fmt: skip


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One service event of kind drug_admin."""
    resource = Resource.open(item)
    drug = resource.get("medicationCodeableConcept")
    inside = resource.inside(resource.get("medicationReference"))
    if drug is None and inside is not None:
        drug = inside.get("code")
    dosage = next(iter(rows(resource.get("dosage"))), {})
    dose = amount_of(dosage.get("dose"))
    fields = {
        "status": resource.word(resource.get("status"), STATUS, "status"),
        **when(resource, "effective"),
        "code": billing_code(drug),
        "internal_code": plain(first_code(drug)),
        "name": words(drug),
        **dose,
        "route": _ROUTES.get(first_code(dosage.get("route")) or ""),
        "drug": _drug(code_in(drug, _NDC), dose),
        **done_by(resource),
        "diagnoses": [{"code": found} for found in icd_codes(resource.get("reasonCode"))],
    }
    return event(resource, "drug_admin", fields)


def _drug(ndc: str | None, dose: dict[str, object]) -> dict[str, object]:
    parts = {"ndc": ndc, "dose": dose["quantity"], "dose_unit": dose["unit"]}
    return {key: value for key, value in parts.items() if value is not None}


NORMALISER = Normaliser("fhir-r4", "MedicationAdministration", read, entities=("service_events",))
