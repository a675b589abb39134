"""`Patient/$merge` of a demo server: one record is folded into another, and what refers to it moves along."""

from __future__ import annotations

import copy
from typing import Any

from core.demo.messages import Answer, Problem, Request, Resource, json_answer, outcome
from core.demo.versions import Change, Version, VersionedStore
from core.demo.writes import existing, idempotency_key

_PATIENT_FIELDS = ("subject", "patient", "beneficiary", "policyHolder", "subscriber")


def merge_patients(store: VersionedStore, request: Request) -> Answer:
    """Fold the source patient into the target patient; with `preview` only show what the target would be."""
    parameters = request.resource()
    if parameters["resourceType"] != "Parameters":
        raise Problem(400, "structure", "send Parameters")
    source_id, target_id = (_patient_id(parameters, name) for name in ("source-patient", "target-patient"))
    if source_id == target_id:
        raise Problem(422, "business-rule", "source and target are one record")
    key = idempotency_key(request)
    with store.lock:
        done = store.first_result(key) if key else None
        if done is not None:
            return _answer(parameters, done.resource, done)
        source, target = existing(store, "Patient", source_id), existing(store, "Patient", target_id)
        if any(link.get("type") == "replaced-by" for link in source.resource.get("link") or ()):
            raise Problem(422, "business-rule", "the source was merged before")
        merged = _linked(target.resource, source_id, "replaces") | {"active": True}
        if _value(parameters, "preview", "valueBoolean"):
            return _answer(parameters, merged, None)
        folded = _linked(source.resource, target_id, "replaced-by") | {"active": False}
        changes = [Change("Patient", target_id, merged), Change("Patient", source_id, folded)]
        versions = store.commit([*changes, *_moved(store, source_id, target_id)], key)
    return _answer(parameters, versions[0].resource, versions[0])


def _value(parameters: Resource, name: str, field: str) -> Any:
    found = (p.get(field) for p in parameters.get("parameter") or () if p.get("name") == name)
    return next(found, None)


def _patient_id(parameters: Resource, name: str) -> str:
    reference = (_value(parameters, name, "valueReference") or {}).get("reference", "")
    kind, _, patient_id = str(reference).rpartition("/")
    if not patient_id or kind.rpartition("/")[2] != "Patient":
        raise Problem(422, "required", f"{name} must be a reference to a Patient")
    return patient_id


def _linked(resource: Resource, other_id: str, kind: str) -> Resource:
    result = copy.deepcopy(resource)
    result["link"] = [*(result.get("link") or ()), {"other": {"reference": f"Patient/{other_id}"}, "type": kind}]
    return result


def _moved(store: VersionedStore, source_id: str, target_id: str) -> list[Change]:
    old, new = f"Patient/{source_id}", f"Patient/{target_id}"
    changes = []
    for kind in store.kinds():
        if kind == "Patient":
            continue
        for version in store.living(kind):
            if old.encode() not in version.body:  # spares a copy of nearly every record
                continue
            moved = _with_patient(version.resource, old, new)
            if moved is not None:
                changes.append(Change(kind, version.id, moved))
    return changes


def _with_patient(resource: Resource, old: str, new: str) -> Resource | None:
    result = copy.deepcopy(resource)
    places = [result.get(name) for name in _PATIENT_FIELDS]
    places += [part.get("actor") for part in result.get("participant") or ()]
    flat = [ref for place in places for ref in (place if isinstance(place, list) else [place])]
    hits = [ref for ref in flat if isinstance(ref, dict) and ref.get("reference") == old]
    for ref in hits:
        ref["reference"] = new
    return result if hits else None


def _answer(parameters: Resource, patient: Resource, version: Version | None) -> Answer:
    text = "merged" if version else "nothing was stored: preview"
    parts = [
        {"name": "input", "resource": parameters},
        {"name": "outcome", "resource": outcome("informational", text, "information")},
        {"name": "result", "resource": patient},
    ]
    headers = (("ETag", version.etag),) if version else ()
    return json_answer(200, {"resourceType": "Parameters", "parameter": parts}, headers)
