"""What the kinds of service events share: who did it, when, where, by which order."""

from __future__ import annotations

from typing import Any

from core.ingest.normalise import CanonicalRecord
from core.ingest.normalise._fhir import Resource, number, rows, text, words

STATUS = {
    "preparation": "in_progress",
    "in-progress": "in_progress",
    "on-hold": "in_progress",
    "completed": "completed",
    "not-done": "not_done",
    "stopped": "not_done",
    "entered-in-error": "entered_in_error",
    "unknown": "",
}
_SIDES = (("bilateral", "both"), ("left", "left"), ("right", "right"))


def event(resource: Resource, kind: str, fields: dict[str, Any]) -> tuple[CanonicalRecord, ...]:
    """One service event; patient and visit are found under any of their names."""
    patient = resource.to(resource.get("subject") or resource.get("patient"), "subject")
    visit = resource.to(resource.get("encounter") or resource.get("context"), "encounter")
    start = fields.get("performed_start")
    fields = {"kind": kind, "patient": patient, "encounter": visit, **fields}
    if visit and not visit.startswith("Encounter/"):
        fields["encounter"] = None
    return (resource.record("service_events", fields, patient=patient, on=start),)


def when(resource: Resource, stem: str) -> dict[str, Any]:
    """`stem`DateTime or `stem`Period as start and end."""
    period = next(iter(rows(resource.get(f"{stem}Period"))), {})
    start = resource.get(f"{stem}DateTime") or period.get("start")
    if start is None and text(resource.get(f"{stem}String")):
        resource.note(stem, "is told in words")
    return {
        "performed_start": resource.moment(start, stem),
        "performed_end": resource.moment(period.get("end"), stem),
    }


def done_by(resource: Resource, key: str = "performer") -> dict[str, Any]:
    """The provider who did it, and the organization behind it."""
    found: dict[str, Any] = {}
    for one in resource.rows(key):
        actor = resource.to(one.get("actor") or (one if "reference" in one else None), key)
        behind = resource.to(one.get("onBehalfOf"), f"{key}.onBehalfOf")
        for ref in (actor, behind):
            kind = (ref or "").partition("/")[0]
            if kind in ("Practitioner", "PractitionerRole"):
                found.setdefault("performer", ref)
            elif kind == "Organization":
                found.setdefault("performer_organization", ref)
    return found


def ordered_by(resource: Resource) -> str | None:
    """The order it was done for."""
    return resource.first_to(resource.get("basedOn"), ("ServiceRequest",), "basedOn")


def side_of(concepts: Any) -> str | None:
    """Left, right or both, where the body site says so."""
    said = " ".join(found.lower() for one in rows(concepts) if (found := words(one)))
    return next((side for mark, side in _SIDES if mark in said), None)


def amount_of(quantity: Any) -> dict[str, Any]:
    """A Quantity as number and unit."""
    one = next(iter(rows(quantity)), {})
    return {"quantity": number(one.get("value")), "unit": text(one.get("unit")) or text(one.get("code"))}
