"""FHIR Encounter: a visit as documented, in the words of the rule catalogue."""

from __future__ import annotations

from typing import Any

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import (
    Resource,
    billing_codes,
    codings,
    extension_value,
    extensions,
    icd_codes,
    number,
    rows,
    text,
    words,
)

_STATUS = {
    "planned": "planned",
    "arrived": "arrived",
    "triaged": "arrived",
    "in-progress": "in_progress",
    "onleave": "in_progress",
    "finished": "finished",
    "cancelled": "cancelled",
    "entered-in-error": "entered_in_error",
    "unknown": "",
    "completed": "finished",  # R5 words, which some R4 servers send
    "discharged": "finished",
    "discontinued": "cancelled",
    "on-hold": "in_progress",
}
_CLASS = {
    "AMB": "ambulatory",
    "VR": "virtual",
    "EMER": "emergency",
    "IMP": "inpatient",
    "ACUTE": "inpatient",
    "NONAC": "inpatient",
    "OBSENC": "observation",
    "SS": "observation",
    "HH": "home",
    "FLD": "home",
    "PRENC": "ambulatory",
    # words that older servers and generators write
    "AMBULATORY": "ambulatory",
    "OUTPATIENT": "ambulatory",
    "WELLNESS": "ambulatory",
    "URGENTCARE": "ambulatory",
    "EMERGENCY": "emergency",
    "INPATIENT": "inpatient",
    "OBSERVATION": "observation",
    "VIRTUAL": "virtual",
    "HOME": "home",
}
_ROLES = {"PPRF": "rendering", "PART": "rendering", "SPRF": "secondary", "ATND": "attending", "CON": "consulting",
          "REF": "referring", "ADM": "admitting", "DIS": "discharging", "RESP": "supervising"}  # fmt: skip
_NOTE = {"draft": "draft", "preliminary": "draft", "unsigned": "draft", "signed": "signed", "final": "signed",
         "amended": "amended", "none": "none"}  # fmt: skip


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One encounter."""
    resource = Resource.open(item)
    period = next(iter(rows(resource.get("period"))), {})
    start = resource.moment(period.get("start"), "period.start")
    patient = resource.to(resource.get("subject") or resource.get("patient"), "subject")
    cls = _class(resource)
    fields = {
        "patient": patient,
        "appointment": resource.first_to(resource.get("appointment"), ("Appointment",), "appointment"),
        **_visit_number(resource),
        "providers": _providers(resource, cls),
        "location": _location(resource),
        "organization": resource.to(resource.get("serviceProvider"), "serviceProvider"),
        "class": cls,
        "type": words(resource.get("type")),
        "type_codes": billing_codes(resource.get("type")),
        "status": resource.word(resource.get("status"), _STATUS, "status"),
        "start": start,
        "end": resource.moment(period.get("end"), "period.end"),
        **_note_of(resource),
        **_diagnoses(resource),
    }
    return (resource.record("encounters", fields, patient=patient, on=start),)


def _class(resource: Resource) -> str | None:
    codes = [c.code for c in codings(resource.get("class"))]
    known = next((_CLASS[code.upper()] for code in codes if code.upper() in _CLASS), None)
    if known is None and codes:
        resource.note("class", "is none that the catalogue knows")
        return codes[0].lower()
    return known


def _visit_number(resource: Resource) -> dict[str, Any]:
    listed = [one for one in resource.rows("identifier") if text(one.get("value")) and one.get("use") != "old"]
    by_type = [one for one in listed if any(c.code == "VN" for c in codings(one.get("type")))]
    by_use = [one for one in listed if one.get("use") in ("usual", "official")]
    best = next(iter([*by_type, *by_use, *listed]), {})
    return {"visit_number": text(best.get("value")), "visit_number_system": text(best.get("system"))}


def _providers(resource: Resource, cls: str | None) -> list[dict[str, str]]:
    found = []
    for one in resource.rows("participant"):
        actor = one.get("individual") or one.get("actor")
        ref = resource.to(actor, "participant.individual")
        if ref and ref.partition("/")[0] in ("Practitioner", "PractitionerRole"):
            found.append({"role": _role(one), "provider": ref})
    if cls != "inpatient" and not any(role["role"] == "rendering" for role in found):
        # In the office the attending is the one who saw the patient.
        for role in found:
            if role["role"] == "attending":
                role["role"] = "rendering"
                break
    return found


def _role(participant: dict[str, Any]) -> str:
    said = (words(participant.get("type")) or "").lower()
    for mark, role in (("supervis", "supervising"), ("resident", "resident"), ("attending", "attending")):
        if mark in said:
            return role
    codes = [c.code for c in codings(participant.get("type"))]
    return next((_ROLES[code] for code in codes if code in _ROLES), "other" if codes else "rendering")


def _location(resource: Resource) -> str | None:
    listed = resource.rows("location")
    current = [one for one in listed if one.get("status") not in ("planned", "reserved")] or listed
    if len(current) > 1:
        resource.note("location", "names several places; the first is taken")
    return resource.first_to([one.get("location") for one in current], ("Location",), "location")


def _note_of(resource: Resource) -> dict[str, Any]:
    """FHIR has no field for it: whether the note is signed comes in an extension, where it comes at all."""
    status = next(
        (extension_value(e) for word in ("note-status", "notestatus") for e in extensions(resource.body, word)), None
    )
    signed = next(
        (extension_value(e) for word in ("signed-at", "signedat") for e in extensions(resource.body, word)), None
    )
    minutes = next((extension_value(e) for e in extensions(resource.body, "minutes-documented")), None)
    counted = number(minutes)
    return {
        "note_status": resource.word(status, _NOTE, "extension note-status") if text(status) else None,
        "signed_at": resource.moment(signed, "extension signed-at"),
        "minutes_documented": round(counted) if counted is not None else None,
    }


def _diagnoses(resource: Resource) -> dict[str, Any]:
    """Diagnoses by reference (their codes come from the conditions), and codes of conditions carried inside."""
    refs, codes = [], []
    ranked = sorted(resource.rows("diagnosis"), key=lambda one: rank if (rank := number(one.get("rank"))) else 99)
    for one in ranked:
        inside = resource.inside(one.get("condition"))
        if inside is not None:
            codes += icd_codes(inside.get("code"))
        elif ref := resource.to(one.get("condition"), "diagnosis.condition"):
            refs.append(ref)
    return {
        "diagnosis_refs": [ref for ref in dict.fromkeys(refs) if ref.startswith("Condition/")],
        "diagnoses": [{"code": code, "rank": place} for place, code in enumerate(dict.fromkeys(codes), 1)],
    }


NORMALISER = Normaliser("fhir-r4", "Encounter", read, entities=("encounters",))
