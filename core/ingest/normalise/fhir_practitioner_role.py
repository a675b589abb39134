"""FHIR PractitionerRole: a provider in a role; visits may point to it instead of the person."""

from __future__ import annotations

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import TAXONOMY, Resource, code_in, text, words
from core.ingest.normalise._fhir_parties import npi_of


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One provider, with the person it stands for as `practitioner`."""
    resource = Resource.open(item)
    person = resource.get("practitioner")
    named = person if isinstance(person, dict) else {}
    fields = {
        "npi": npi_of(resource.get("identifier")) or npi_of(named.get("identifier")),
        "name": text(named.get("display")),
        "practitioner": resource.to(person, "practitioner"),
        "organization": resource.to(resource.get("organization"), "organization"),
        "taxonomy": code_in(resource.get("specialty"), TAXONOMY),
        "specialty": words(resource.get("specialty")),
    }
    return (resource.record("providers", fields),)


NORMALISER = Normaliser("fhir-r4", "PractitionerRole", read, entities=("providers",))
