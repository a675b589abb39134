"""FHIR Location: where patients are seen."""

from __future__ import annotations

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import Resource, codings, extension_value, extensions, text
from core.ingest.normalise._fhir_parties import address_of, npi_of

# v3 ServiceDeliveryLocationRoleType -> facility kind of the rule catalogue
_KINDS = {
    "OUTPHARM": "office",
    "PTRES": "home",
    "HOSP": "hospital_outpatient",
    "HOSPOP": "hospital_outpatient",
    "ER": "hospital_outpatient",
    "OF": "office",
    "AMB": "office",
    "PROFF": "office",
    "FMC": "office",
    "PEDC": "office",
    "GIM": "office",
    "HU": "inpatient",
    "ICU": "inpatient",
    "SURG": "asc",
}


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One place."""
    resource = Resource.open(item)
    zone = next(iter(extensions(resource.body, "timezone")), {})
    fields = {
        "name": resource.text("name"),
        "tz": text(extension_value(zone)),
        "npi": npi_of(resource.get("identifier")),
        "facility_kind": next((_KINDS[c.code] for c in codings(resource.get("type")) if c.code in _KINDS), None),
        "organization": resource.to(resource.get("managingOrganization"), "managingOrganization"),
        **address_of(resource.get("address")),
    }
    return (resource.record("locations", fields),)


NORMALISER = Normaliser("fhir-r4", "Location", read, entities=("locations",))
