"""FHIR Organization: the practice, a hospital, a laboratory; a payer is also kept as a payer."""

from __future__ import annotations

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import Resource, codings, words
from core.ingest.normalise._fhir_parties import npi_of

_PAYER_TYPES = frozenset({"pay", "ins", "payer"})


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One organization, and the same as a payer where its type says so."""
    resource = Resource.open(item)
    kinds = resource.get("type")
    fields = {
        "name": resource.text("name"),
        "type": words(kinds),
        "npi": npi_of(resource.get("identifier")),
    }
    found = [resource.record("organizations", fields)]
    if any(c.code.lower() in _PAYER_TYPES for c in codings(kinds)):
        found.append(resource.record("payers", {"name": fields["name"], "npi": fields["npi"]}))
    return tuple(found)


NORMALISER = Normaliser("fhir-r4", "Organization", read, entities=("organizations", "payers"))
