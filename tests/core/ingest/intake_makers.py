"""Raw items made up for a test."""

from __future__ import annotations

from typing import Any

import orjson

from core.connectors._port import RawItem

CPT = "http://www.ama-assn.org/go/cpt"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
CVX = "http://hl7.org/fhir/sid/cvx"


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def fhir(kind: str, *, version: str | None = None, resolves: dict[str, str] | None = None, **elements: Any) -> RawItem:
    """A FHIR resource as it comes; `id` is x1 unless it is said."""
    resource = {"resourceType": kind, "id": "x1", **elements}
    return RawItem(
        "fhir-r4", kind, resource["id"], orjson.dumps(resource), f"{kind}/{resource['id']}", version, resolves
    )


def row(entity: str, **fields: Any) -> RawItem:
    """A row of the table format."""
    return RawItem("table", entity, str(fields.get("id", "")), orjson.dumps(fields), f"{entity}.ndjson line 1")


def among(record: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    """The fields of a record that a test speaks about."""
    return {key: record.fields.get(key) for key in wanted}
