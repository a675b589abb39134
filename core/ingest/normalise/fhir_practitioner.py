"""FHIR Practitioner: who sees patients, comparable over systems by NPI."""

from __future__ import annotations

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import TAXONOMY, Resource, code_in, words
from core.ingest.normalise._fhir_parties import name_of, npi_of


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One provider."""
    resource = Resource.open(item)
    skills = [row.get("code") for row in resource.rows("qualification")]
    fields = {
        "npi": npi_of(resource.get("identifier")),
        **name_of(resource),
        "taxonomy": code_in(skills, TAXONOMY),
        "specialty": words(skills),
        "active": resource.get("active") if isinstance(resource.get("active"), bool) else None,
    }
    return (resource.record("providers", fields),)


NORMALISER = Normaliser("fhir-r4", "Practitioner", read, entities=("providers",))
