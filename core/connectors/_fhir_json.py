"""FHIR JSON that is changed in place: what nobody touches keeps its value and its way of writing numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import orjson

from core.connectors._json_text import JsonFault, read_json
from core.connectors._port import FieldChange
from core.errors import NotPossible

OURS = "urn:chartmend:correction"
Resource = dict[str, Any]
Edit = Callable[[Resource, FieldChange], None]


class Written(Decimal):
    """A number that remembers how it was written: 120.10 stays 120.10, 1e2 stays 1e2."""

    text: str

    def __new__(cls, text: str) -> Written:
        made = super().__new__(cls, text)
        made.text = text
        return made


def load(payload: bytes) -> Resource:
    """The resource with its decimals as they are written. Raises NotPossible for what cannot be read faithfully."""
    try:
        read_json(payload)  # refuses names used twice: writing one of the two back would drop the other
    except JsonFault as fault:
        raise _by_hand(f"The record cannot be read faithfully: {fault.reason}") from fault
    found: Resource = json.loads(payload.removeprefix(b"\xef\xbb\xbf"), parse_float=Written)
    return found


def dump(resource: Any) -> bytes:
    """The resource as JSON, decimals as they were written."""
    return orjson.dumps(_fragments(resource))


def _fragments(value: Any) -> Any:
    # orjson knows neither decimals nor whole numbers beyond 64 bits.
    if isinstance(value, dict):
        return {key: _fragments(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_fragments(item) for item in value]
    if isinstance(value, Written):
        return orjson.Fragment(value.text)
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return orjson.Fragment(str(value))
    return value


def refuse_unsafe(resource: Resource) -> None:
    """Records whose meaning is changed by rules we do not know, or of which we see only a part, are not written."""
    meta = resource.get("meta")
    tags = objects(meta.get("tag")) if isinstance(meta, Mapping) else []
    if any(tag.get("code") == "SUBSETTED" for tag in tags):
        raise _by_hand("The system sent only a part of this record; writing it back would lose the rest.")
    if "modifierExtension" in resource or "implicitRules" in resource:
        raise _by_hand("This record carries rules of its own that are not understood here.")


def objects(value: Any) -> list[Resource]:
    """The objects of a list, to be changed in place."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def put(holder: Resource, key: str, value: Any) -> None:
    """Set an element, or take it out when there is nothing to say: FHIR knows no empty values."""
    if value in (None, "", [], {}):
        holder.pop(key, None)
    else:
        holder[key] = value


def grow(holder: Resource, key: str) -> list[Any]:
    """The list under a key, made when it is not there. Raises NotPossible when something else stands there."""
    found = holder.setdefault(key, [])
    if not isinstance(found, list):
        raise _by_hand(f"{key} is not written as the standard says.")
    return found


def set_reference(holder: Resource, target: str) -> None:
    """Let a Reference point to another record; what described the old one goes."""
    for described in ("display", "identifier", "type"):
        holder.pop(described, None)
    holder["reference"] = target


def replace_words(holder: Resource, key: str, before: Any, after: Any) -> None:
    """Where a text repeats the old value word by word, it says the new one; else it is left alone."""
    said = holder.get(key)
    if isinstance(said, str) and isinstance(before, str) and before and isinstance(after, str) and after:
        padded = f" {said} "
        if f" {before} " in padded:
            holder[key] = padded.replace(f" {before} ", f" {after} ", 1)[1:-1]


def by_hand(what: str) -> NotPossible:
    """The refusal that leads to steps by hand."""
    return NotPossible(what, todo="Do it by hand.")


_by_hand = by_hand
