"""Orders to exact requests at a FHIR R4 server, and what its answer to them means.

A change edits the received JSON and nothing else. Before it is sent, the result is read the way everything is read:
the approved fields must carry the approved values, and no other field may have changed. What cannot be expressed so
is refused, and becomes steps by hand.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import orjson

from core.connectors._answers import json_of, outcome_text
from core.connectors._fhir_charge import CHARGE_EDITS, CHARGE_FOLLOWS, new_charge
from core.connectors._fhir_json import OURS, Edit, Resource, by_hand, dump, load, refuse_unsafe
from core.connectors._fhir_kinds import FORM, is_id, is_kind
from core.connectors._fhir_patient import PATIENT_EDITS, PATIENT_FOLLOWS
from core.connectors._fhir_verdict import new_faults
from core.connectors._http import FHIR_JSON, Http
from core.connectors._port import Accepted, Capabilities, Capability, Order, RawItem, Request
from core.corrections.kinds import is_same_value
from core.errors import BadAnswer, BadInput, NoAnswer, Rejected, VersionConflict
from core.ingest.read import read_item

_EDITS: Mapping[str, tuple[Mapping[str, Edit], Mapping[str, set[str]]]] = {
    "Patient": (PATIENT_EDITS, PATIENT_FOLLOWS),
    "ChargeItem": (CHARGE_EDITS, CHARGE_FOLLOWS),
}
_PATCH = "application/json-patch+json"


@dataclass(frozen=True, slots=True)
class Writer:
    """Plans and sends. `etag` gives a record's version as the server wrote it, where it was just read."""

    http: Http
    capabilities: Callable[[], Capabilities]
    etag: Callable[[RawItem], str | None]

    def plan(self, order: Order, current: RawItem | None) -> Request:
        """The exact request. Raises NotPossible for what this server does not take or the record does not allow."""
        if order.kind == "merge-patient":
            return self._merge(order)
        if order.kind == "create-charge":
            return self._create(order)
        if order.target is None or current is None:
            raise by_hand("This correction has no record to change.")
        return self._change(order, current)

    def send(self, order: Order, current: RawItem | None) -> Accepted:
        """Send the planned request once. Raises ConnectorError, NoAnswer when nobody knows whether it was done."""
        planned = self.plan(order, current)
        answer = self.http.write(planned.method, planned.address, planned.body, planned.headers)
        if order.kind == "merge-patient":
            return self._merged(order, answer)
        target = order.target or _made(answer)
        return Accepted(target, _version(answer), f"{answer.status_code}: taken by the system.")

    def _create(self, order: Order) -> Request:
        if not self._of("ChargeItem").can_create:
            raise by_hand("This system takes no new charges.")
        resource = new_charge(order)
        item = RawItem(FORM, "ChargeItem", "new", dump({**resource, "id": "new"}), "new")
        _must_read(item, order)
        body = dump(resource)
        _refuse_faults("ChargeItem", None, body)
        headers = {"Content-Type": FHIR_JSON, "Prefer": "return=representation"}
        if "ChargeItem" in self.capabilities().facts.get("conditional_create", ()):
            headers["If-None-Exist"] = f"identifier={OURS}|{order.idempotency_key}"
        return Request("POST", self.http.address("ChargeItem"), headers, body)

    def _change(self, order: Order, current: RawItem) -> Request:
        capability = self._of(current.kind)
        if not (capability.can_update or capability.can_patch) or current.kind not in _EDITS:
            raise by_hand(f"This system takes no changes of {current.kind} records.")
        before = load(current.payload)
        after = edited(order, before)
        body = dump(after)
        result = replace(current, payload=body)
        _must_read(result, order)
        _refuse_side_effects(current, result, order)
        _refuse_faults(current.kind, current.payload, body)
        headers = {}
        tag = self.etag(current) or (f'W/"{current.version}"' if current.version else None)
        if tag:
            headers["If-Match"] = tag
        address = self.http.address(f"{current.kind}/{current.id}")
        if capability.can_update:
            return Request("PUT", address, {"Content-Type": FHIR_JSON, **headers}, body)
        return Request("PATCH", address, {"Content-Type": _PATCH, **headers}, dump(patch(before, after)))

    def _merge(self, order: Order) -> Request:
        if "merge" not in self._of("Patient").operations or not order.target or not order.other:
            raise by_hand("This system does not merge patients by itself.")
        parameters = [
            {"name": "source-patient", "valueReference": {"reference": order.target}},
            {"name": "target-patient", "valueReference": {"reference": order.other}},
        ]
        body = orjson.dumps({"resourceType": "Parameters", "parameter": parameters})
        return Request("POST", self.http.address("Patient/$merge"), {"Content-Type": FHIR_JSON}, body)

    def _merged(self, order: Order, answer: httpx.Response) -> Accepted:
        if answer.status_code == httpx.codes.ACCEPTED:  # it goes on working; a merge must never be asked for twice
            raise NoAnswer("The system merges in the background; whether it is done shows later.")
        if answer.content and _has_error(answer):
            raise Rejected("The system did not merge.", details=outcome_text(answer))
        return Accepted(str(order.target), None, f"{answer.status_code}: merged by the system.")

    def _of(self, kind: str) -> Capability:
        return self.capabilities().of(kind)


def edited(order: Order, before: Resource) -> Resource:
    """The received record with the order's changes in it. Raises NotPossible for what must not be written back."""
    refuse_unsafe(before)
    edits, _ = _EDITS[str(before.get("resourceType"))]
    after = copy.deepcopy(before)
    changes = {change.field: change for change in order.changes}
    unknown = [name for name in changes if name not in edits]
    if unknown:
        raise by_hand(f"The field {unknown[0]} cannot be written to this system.")
    try:
        for name, edit in edits.items():
            if name in changes:
                edit(after, changes[name])
    except (AttributeError, TypeError, KeyError) as why:  # an element of another shape than the standard gives it
        raise by_hand("The record is not written as the standard says.") from why
    return after


def patch(before: Resource, after: Resource) -> list[dict[str, Any]]:
    """The change as a JSON Patch of whole elements, each tested to be what was read."""
    steps: list[dict[str, Any]] = []
    for name in [*before, *(name for name in after if name not in before)]:
        path = "/" + name.replace("~", "~0").replace("/", "~1")
        if name not in before:
            steps.append({"op": "add", "path": path, "value": after[name]})
        elif before[name] != after.get(name):
            steps.append({"op": "test", "path": path, "value": before[name]})
            is_kept = name in after
            steps.append(
                {"op": "replace", "path": path, "value": after[name]} if is_kept else {"op": "remove", "path": path}
            )
    return steps


def _fields(item: RawItem) -> Mapping[str, Any]:
    try:
        records = read_item(item)
    except BadInput as why:
        raise by_hand("The record could not be read after this change.") from why
    return records[0].fields if records else {}


def _must_read(result: RawItem, order: Order) -> None:
    fields = _fields(result)
    for change in order.changes:
        is_ours = change.field in CHARGE_EDITS or change.field in PATIENT_EDITS
        if is_ours and not is_same_value(fields.get(change.field), change.after):
            raise by_hand(f"The field {change.field} cannot be written to this record as approved.")


def _refuse_side_effects(current: RawItem, result: RawItem, order: Order) -> None:
    _, follows = _EDITS[current.kind]
    named = {change.field for change in order.changes}
    free = named.union(*(follows.get(name, set()) for name in named))
    before, after = _fields(current), _fields(result)
    for name in {*before, *after} - free:
        if not is_same_value(before.get(name), after.get(name)):
            raise by_hand(f"Changing this would also change {name} there.")


def _refuse_faults(kind: str, before: bytes | None, after: bytes) -> None:
    places = new_faults(kind, before, after)
    if places:
        raise by_hand(f"The standard does not allow this at {places[0]}.")


def _made(answer: httpx.Response) -> str:
    """Where a new record is: the Location header, else the record in the answer."""
    parts = answer.headers.get("Location", "").partition("/_history")[0].rstrip("/").split("/")
    if len(parts) >= 2 and is_kind(parts[-2]) and is_id(parts[-1]):
        return f"{parts[-2]}/{parts[-1]}"
    try:
        made = json_of(answer)
    except BadAnswer:
        made = {}
    if is_kind(made.get("resourceType")) and is_id(made.get("id")):
        return f"{made['resourceType']}/{made['id']}"
    raise NoAnswer("The system took the new record but does not say where it is.")


def _version(answer: httpx.Response) -> str | None:
    tag = answer.headers.get("ETag", "").strip().removeprefix("W/").strip('"')
    return tag or answer.headers.get("Location", "").partition("/_history/")[2] or None


def _has_error(answer: httpx.Response) -> bool:
    try:
        body = json_of(answer)
    except BadAnswer:
        return False
    parts = [one.get("resource") for one in body.get("parameter") or () if isinstance(one, dict)]
    issues = [i for p in [body, *parts] if isinstance(p, dict) for i in p.get("issue") or () if isinstance(i, dict)]
    return any(issue.get("severity") in ("error", "fatal") for issue in issues)


def refuse_changed(then: RawItem, now: RawItem) -> None:
    """For servers without versions: the record must still be byte by byte what the person saw."""
    if then.payload != now.payload:
        raise VersionConflict("The record was changed meanwhile.")
