"""FHIR Immunization: a vaccine given here, or reported as given elsewhere."""

from __future__ import annotations

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import CVX, Resource, billing_code, code_in, first_code, text, words
from core.ingest.normalise._fhir_events import STATUS, amount_of, done_by, event, when

# v3 RouteOfAdministration -> the table format's words
_ROUTES = {"IM": "im", "SQ": "sc", "IDINJ": "injection", "IVINJ": "iv", "PO": "oral", "NASINHLC": "nasal",
           "NASINHL": "nasal"}  # fmt: skip
_FUNDING = {"private": "purchased", "public": "state"}


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One service event of kind immunization."""
    resource = Resource.open(item)
    vaccine = resource.get("vaccineCode")
    is_first_hand = resource.get("primarySource")
    route = first_code(resource.get("route"))
    fields = {
        "status": resource.word(resource.get("status"), STATUS, "status"),
        **when(resource, "occurrence"),
        "code": billing_code(vaccine),
        "internal_code": None if code_in(vaccine, CVX) else first_code(vaccine),
        "name": words(vaccine),
        "vaccine_cvx": code_in(vaccine, CVX),
        "lot": text(resource.get("lotNumber")),
        **amount_of(resource.get("doseQuantity")),
        "route": _ROUTES.get(route or ""),
        "supply_source": _FUNDING.get(first_code(resource.get("fundingSource")) or ""),
        **done_by(resource),
        "location": resource.to(resource.get("location"), "location"),
        # Not first-hand: reported by the patient or a registry. Somebody else gave and billed it.
        "is_historical": (not is_first_hand) if isinstance(is_first_hand, bool) else None,
    }
    return event(resource, "immunization", fields)


NORMALISER = Normaliser("fhir-r4", "Immunization", read, entities=("service_events",))
