"""What a demo server can do, per resource type, and the CapabilityStatement and SMART configuration that say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.demo.messages import Resource
from core.demo.search import parameters_of

PRACTICE_ZONE = ZoneInfo("America/New_York")
READ_ONLY = ("read", "vread", "history-instance", "search-type")
_OAUTH_EXTENSION = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_MERGE = "http://hl7.org/fhir/OperationDefinition/Patient-merge"


@dataclass(frozen=True)
class TypeProfile:
    """One resource type of a server: FHIR interaction codes and operation names."""

    kind: str
    interactions: tuple[str, ...] = READ_ONLY
    operations: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServerProfile:
    """A server: its name, its types, and the time zone in which dates without an offset are read."""

    name: str
    types: tuple[TypeProfile, ...]
    zone: ZoneInfo = PRACTICE_ZONE
    software: str = "Chartmend demo server"
    version: str = "1.0"

    def type_of(self, kind: str) -> TypeProfile | None:
        """The profile of a resource type, or None where the server does not have it."""
        return next((found for found in self.types if found.kind == kind), None)


def writable(kind: str, *interactions: str, operations: tuple[str, ...] = ()) -> TypeProfile:
    """A type that can be read, searched and written in the named ways."""
    return TypeProfile(kind, (*READ_ONLY, *interactions), operations)


def _rest_resource(found: TypeProfile) -> dict[str, Any]:
    row: dict[str, Any] = {
        "type": found.kind,
        "interaction": [{"code": code} for code in found.interactions],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": "create" in found.interactions,
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "searchParam": [
            {"name": name, "type": parameter.type} for name, parameter in parameters_of(found.kind).items()
        ],
    }
    if found.operations:
        row["operation"] = [{"name": name, "definition": _MERGE} for name in found.operations]
    return row


def capability_statement(profile: ServerProfile, base: str, since: datetime, token_url: str) -> Resource:
    """The CapabilityStatement; `token_url` is empty where no sign-in is asked for."""
    rest: dict[str, Any] = {"mode": "server", "resource": [_rest_resource(found) for found in profile.types]}
    if token_url:
        service = {
            "coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}
            ]
        }
        uris = [{"url": "token", "valueUri": token_url}]
        rest["security"] = {"service": [service], "extension": [{"url": _OAUTH_EXTENSION, "extension": uris}]}
    patch_formats = any("patch" in found.interactions for found in profile.types)
    statement: Resource = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": since.date().isoformat(),
        "kind": "instance",
        "software": {"name": profile.software, "version": profile.version},
        "implementation": {"description": profile.name, "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [rest],
    }
    if patch_formats:
        statement["patchFormat"] = ["application/json-patch+json"]
    return statement


def smart_configuration(token_url: str, scopes: tuple[str, ...]) -> dict[str, Any]:
    """The SMART configuration of a server that signs in backend services."""
    return {
        "token_endpoint": token_url,
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "scopes_supported": list(scopes),
        "response_types_supported": ["token"],
        "code_challenge_methods_supported": ["S256"],
        "capabilities": ["client-confidential-asymmetric", "permission-v2", "permission-v1"],
    }
