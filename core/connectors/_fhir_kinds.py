"""Which FHIR resource types are wanted, and how their records are told from other versions of the standard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

FORM = "fhir-r4"
# In the order in which they are pulled: who and where first, then what happened, then what was billed.
WANTED = (
    "Patient", "Practitioner", "Organization", "Location", "PractitionerRole", "Coverage", "Account", "Appointment",
    "Encounter", "Condition", "ServiceRequest", "Procedure", "Immunization", "ImagingStudy", "DiagnosticReport",
    "MedicationAdministration", "ChargeItem", "Claim",
)  # fmt: skip
# The search parameter that leads from a person to a record, for servers that search only inside one patient.
OF_PATIENT = {
    "Coverage": "beneficiary", "Account": "subject", "Appointment": "patient", "Encounter": "patient",
    "Condition": "patient", "ServiceRequest": "patient", "Procedure": "patient", "Immunization": "patient",
    "ImagingStudy": "patient", "DiagnosticReport": "patient", "MedicationAdministration": "patient",
    "ChargeItem": "subject", "Claim": "patient",
}  # fmt: skip

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")  # "_" is no letter of FHIR's ids, but servers use it
_KIND = re.compile(r"[A-Z][A-Za-z0-9]{1,63}\Z")


def is_id(value: object) -> bool:
    """Whether this can be a record's id."""
    return isinstance(value, str) and bool(_ID.match(value))


def is_kind(value: object) -> bool:
    """Whether this can be a resource type."""
    return isinstance(value, str) and bool(_KIND.match(value))


def version_of(resource: Mapping[str, Any]) -> str | None:
    """The version of a resource as its source counts it (meta.versionId)."""
    meta = resource.get("meta")
    version = meta.get("versionId") if isinstance(meta, Mapping) else None
    return version if isinstance(version, str) and version else None


# Types that ended with STU3 (or earlier), and elements that R4 renamed or dropped. Each is a sign on its own.
_OLD_TYPES = frozenset(
    {
        "ReferralRequest", "ProcedureRequest", "EligibilityRequest", "EligibilityResponse", "ProcessRequest",
        "ProcessResponse", "DeviceComponent", "DataElement", "ExpansionProfile", "ImagingManifest", "ServiceDefinition",
        "Sequence", "MedicationOrder", "DiagnosticOrder", "Conformance", "DeviceUseRequest", "ImagingObjectSelection",
    }
)  # fmt: skip
_OLD_ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "Patient": ("animal", "careProvider"),
    "Encounter": ("incomingReferral", "indication"),
    "Appointment": ("incomingReferral", "indication"),
    "Condition": ("assertedDate", "context", "dateRecorded", "dateAsserted"),
    "Procedure": ("notDone", "notDoneReason", "notPerformed", "context", "definition"),
    "Immunization": ("notGiven", "wasNotGiven", "vaccinationProtocol", "practitioner", "explanation"),
    "ImagingStudy": ("uid", "availability", "accession"),
    "DiagnosticReport": ("codedDiagnosis", "image", "context"),
    "MedicationAdministration": ("notGiven", "reasonNotGiven", "wasNotGiven", "prescription"),
    "Coverage": ("grouping", "sequence", "bin", "subscriberID"),
    "Claim": ("information", "employmentImpacted", "hospitalization", "organization"),
    "ExplanationOfBenefit": ("information", "employmentImpacted", "hospitalization", "totalCost"),
    "Observation": ("context", "related"),
    "Account": ("period", "balance", "active"),
}
_OLD_LINES = ("service", "diagnosisLinkId", "careTeamLinkId", "informationLinkId")
_BLUE_BUTTON = "https://bluebutton.cms.gov/resources/"


def sign_of_other_version(resource: Mapping[str, Any]) -> str | None:
    """The element that shows that a resource is not R4, in words; None where nothing does."""
    kind = resource.get("resourceType")
    if kind in _OLD_TYPES:
        return f"the resource type {kind}"
    if kind == "CapabilityStatement":
        version = resource.get("fhirVersion")
        return f"FHIR version {version}" if isinstance(version, str) and not version.startswith("4.") else None
    for name in _OLD_ELEMENTS.get(str(kind), ()):
        if name in resource:
            return f"{kind}.{name}"
    for contained in _objects(resource.get("contained")):
        if contained.get("resourceType") in _OLD_TYPES:
            return f"a contained {contained['resourceType']}"
    return _sign_in_values(str(kind), resource)


def _sign_in_values(kind: str, resource: Mapping[str, Any]) -> str | None:
    if kind in ("Claim", "ExplanationOfBenefit"):
        for line in _objects(resource.get("item")):
            for name in _OLD_LINES:
                if name in line:
                    return f"{kind}.item.{name}"
    if kind == "Encounter" and isinstance(resource.get("class"), str | list):
        return "Encounter.class as it is in another version"
    if kind == "Patient" and _is_old_blue_button(resource):
        return "a Blue Button patient of the release before R4"
    return None


def _is_old_blue_button(patient: Mapping[str, Any]) -> bool:
    """Medicare's Blue Button: its R4 release types the beneficiary number and names its profile, STU3 does neither."""
    meta = patient.get("meta")
    if isinstance(meta, Mapping) and meta.get("profile"):
        return False
    for number in _objects(patient.get("identifier")):
        system = str(number.get("system"))
        if system.startswith(_BLUE_BUTTON + "identifier/") and system.endswith("-hash"):
            return True
        if system == _BLUE_BUTTON + "variables/bene_id" and "type" not in number:
            return True
    return False


def _objects(value: Any) -> Iterable[Mapping[str, Any]]:
    return (one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else ()
