"""FHIR Appointment: a booking and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import Resource, codings, number, text, words

_STATUS = {
    "booked": "booked",
    "pending": "booked",
    "proposed": "proposed",
    "waitlist": "proposed",
    "arrived": "arrived",
    "checked-in": "arrived",
    "fulfilled": "fulfilled",
    "cancelled": "cancelled",
    "noshow": "noshow",
    "entered-in-error": "entered_in_error",
}
_MODES = (
    ("video", ("video", "telehealth", "telemed", "virtual")),
    ("phone", ("phone", "telephone", "audio")),
    ("group", ("group",)),
)


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One appointment."""
    resource = Resource.open(item)
    start = resource.moment(resource.get("start"), "start")
    actors = _actors(resource)
    kind = words(resource.get("appointmentType")) or words(resource.get("serviceType"))
    patients = actors.get("Patient", [])
    if len(patients) > 1:
        resource.note("participant", "names several patients; the first is taken")
    providers = [*actors.get("Practitioner", []), *actors.get("PractitionerRole", [])]
    fields = {
        "patient": _first(patients),
        "provider": _first(providers),
        "location": _first(actors.get("Location", [])),
        "start": start,
        "minutes": _minutes(resource, start),
        "type": kind,
        "mode": _mode(resource, kind),
        "status": resource.word(resource.get("status"), _STATUS, "status"),
        "created_at": resource.moment(resource.get("created"), "created"),
        "cancel_reason": words(resource.get("cancelationReason")),
        "resource_only": True if actors.get("Device") and not providers else None,
    }
    return (resource.record("appointments", fields, patient=_first(patients), on=start),)


def _first(refs: list[str]) -> str | None:
    return refs[0] if refs else None


def _actors(resource: Resource) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for participant in resource.rows("participant"):
        if participant.get("status") == "declined":
            continue
        ref = resource.to(participant.get("actor"), "participant.actor")
        if ref:
            found.setdefault(ref.partition("/")[0], []).append(ref)
    return found


def _minutes(resource: Resource, start: str | None) -> int | None:
    stated = number(resource.get("minutesDuration"))
    if stated is not None:
        return round(stated)
    end = resource.moment(resource.get("end"), "end")
    if not start or not end or len(start) <= 10 or len(end) <= 10:
        return None
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if (first.tzinfo is None) != (last.tzinfo is None):
        return None
    minutes = round((last - first).total_seconds() / 60)
    return minutes if minutes >= 0 else None


def _mode(resource: Resource, kind: str | None) -> str | None:
    said: list[Any] = [kind, *(c.code for c in codings(resource.get("appointmentType")))]
    said += [words(resource.get("serviceType")), *(c.code for c in codings(resource.get("serviceType")))]
    all_words = " ".join(word.lower() for part in said if (word := text(part)))
    return next((mode for mode, marks in _MODES if any(mark in all_words for mark in marks)), None)


NORMALISER = Normaliser("fhir-r4", "Appointment", read, entities=("appointments",))
