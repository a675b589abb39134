"""What a FHIR R4 server declares about itself, and what its sign-in then grants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.connectors._answers import json_of
from core.connectors._http import Http
from core.connectors._port import Capabilities, Capability
from core.connectors._scopes import allows
from core.errors import BadAnswer, NotAllowed, NotFound, Rejected
from core.jobs import Job

_SMART = ".well-known/smart-configuration"


def capability_statement(http: Http, job: Job | None = None) -> Mapping[str, Any]:
    """Ask /metadata. Raises BadAnswer for something else, or another version of the standard."""
    statement = json_of(http.read(http.address("metadata"), job=job))
    if statement.get("resourceType") != "CapabilityStatement":
        raise BadAnswer("This address is no FHIR server: it has no capability statement.")
    version = str(statement.get("fhirVersion", ""))
    if version and not version.startswith(("4.0", "4.3")):
        raise BadAnswer(f"The server speaks FHIR {version[:20]}; only R4 is understood.")
    return statement


def capabilities_of(statement: Mapping[str, Any]) -> Capabilities:
    """The capability rows of a statement, with what else is worth knowing."""
    software = statement.get("software")
    software = software if isinstance(software, Mapping) else {}
    declared = rows(_rest(statement).get("resource"))
    kinds = tuple(_capability(row) for row in declared)
    facts = {
        "fhir": str(statement.get("fhirVersion", "")),
        "software": str(software.get("name") or ""),
        "software_version": str(software.get("version") or ""),
        # Where a new record can be refused by the server itself when it is there already.
        "conditional_create": sorted(str(row.get("type")) for row in declared if row.get("conditionalCreate") is True),
    }
    return Capabilities(kinds, facts)


def as_granted(declared: Capabilities, granted: Sequence[str]) -> Capabilities:
    """Declared is not granted: rights that the sign-in did not give are taken out."""
    kinds = tuple(
        replace(
            one,
            can_read=one.can_read and allows(granted, one.kind, "r"),
            can_search=one.can_search and (allows(granted, one.kind, "s") or allows(granted, one.kind, "r")),
            can_create=one.can_create and allows(granted, one.kind, "c"),
            can_update=one.can_update and allows(granted, one.kind, "u"),
            can_patch=one.can_patch and allows(granted, one.kind, "u"),
            can_delete=one.can_delete and allows(granted, one.kind, "d"),
            operations=one.operations if allows(granted, one.kind, "u") else (),
        )
        for one in declared.kinds
    )
    return Capabilities(kinds, {**declared.facts, "granted": list(granted)})


def smart_configuration(http: Http) -> Mapping[str, Any]:
    """Where to sign in: the well-known document, else the extension of the capability statement, else nothing.

    Raises ConnectorError when the server cannot be asked at all.
    """
    try:
        return json_of(http.read(http.address(_SMART), headers={"Accept": "application/json"}))
    except (NotFound, NotAllowed, Rejected, BadAnswer):
        security = _rest(json_of(http.read(http.address("metadata")))).get("security")
    for outer in rows(security.get("extension")) if isinstance(security, Mapping) else ():
        if str(outer.get("url", "")).endswith("oauth-uris"):
            found = {str(e.get("url")): e.get("valueUri") for e in rows(outer.get("extension"))}
            return {"token_endpoint": found.get("token"), "authorization_endpoint": found.get("authorize")}
    return {}


def rows(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list; anything else is left out."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _rest(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((rest for rest in rows(statement.get("rest")) if rest.get("mode", "server") == "server"), {})


def _capability(row: Mapping[str, Any]) -> Capability:
    acts = {str(interaction.get("code")) for interaction in rows(row.get("interaction"))}
    is_asked = bool(acts)
    if not is_asked:  # a type without a word about what can be done: reading is tried, writing is not
        acts = {"read", "search-type"}
    return Capability(
        kind=str(row.get("type", "")),
        can_read="read" in acts,
        can_search="search-type" in acts,
        can_create="create" in acts,
        can_update="update" in acts,
        can_patch="patch" in acts,
        can_delete="delete" in acts,
        is_versioned=str(row.get("versioning", "")).startswith("versioned"),
        operations=tuple(str(one.get("name", "")).lstrip("$") for one in rows(row.get("operation"))),
        search_params=tuple(str(one.get("name")) for one in rows(row.get("searchParam"))),
        is_asked=is_asked,
    )
