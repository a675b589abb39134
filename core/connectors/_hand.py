"""What a person does in a system that takes a correction only by hand: plain words, with record numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from core.connectors._port import Order

_FIELD_WORDS = {
    "given_name": "first name", "middle_name": "middle name", "family_name": "last name", "suffix": "name suffix",
    "former_name": "former last name", "birth_date": "birth date", "dob": "birth date", "sex": "sex",
    "sex_admin": "sex", "ssn": "social security number", "mrn": "record number", "phone": "phone", "email": "e-mail",
    "street": "street", "city": "city", "state": "state", "zip": "ZIP code", "active": "record is in use",
    "merged_into": "merged into", "replaces": "replaces", "deceased_on": "date of death", "is_deceased": "deceased",
    "dos_from": "date of service", "dos_to": "last date of service", "code": "code", "modifiers": "modifiers",
    "units": "units", "amount": "amount", "diagnoses": "diagnoses", "rendering": "rendering provider",
    "supervising": "supervising provider", "encounter": "visit", "patient": "patient", "status": "status",
}  # fmt: skip
_LAST = "Save. The next pull checks it and closes this task."


def hand_steps(order: Order, where: str) -> tuple[str, ...]:
    """The steps for an order; `where` names the system."""
    if order.kind in ("merge-patient", "fold-patient") and order.other:
        return _merge(order, where)
    if order.kind == "keep-patient":
        folded = [_shown(name) for name in _after(order, "replaces") or ([order.other] if order.other else [])]
        others = tuple(c for c in order.changes if c.field != "replaces")
        told = f"This is the record that is kept; it takes the place of {', '.join(folded)}."
        return (_open(order, where), told, *_changes(others), _LAST)
    if order.kind == "create-charge":
        return (f"In {where}, enter a new charge:", *_new(order), _LAST)
    if order.kind == "void-charge":
        return (_open(order, where), 'Void this charge. Give "entered in error" as the reason if it asks.', _LAST)
    return (_open(order, where), *_changes(order.changes), _LAST)


def _merge(order: Order, where: str) -> tuple[str, ...]:
    folded, kept = _shown(order.target), _shown(order.other)
    return (
        f"In {where}, look up both patient records: {folded}{_number(order)} and {kept}.",
        f"Keep {kept}. {folded} is the one to fold into it.",
        "Check that both are one person: most systems cannot take a merge back.",
        "Use the merge (or combine) function there, or ask whoever may: often the records office.",
        f"Open claims on {folded}: note their numbers first, their payments may have to be posted by hand afterwards.",
        "The next pull checks it and closes this task.",
    )


def _open(order: Order, where: str) -> str:
    kind, _, _ = (order.target or "record/").partition("/")
    return f"In {where}, open {_kind_words(kind)} {_shown(order.target)}{_number(order)}."


def _changes(changes: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(
        f"Change {_words(c.field)} from {_value(c.before)} to {_value(c.after)}."
        if c.before not in (None, "", [])
        else f"Set {_words(c.field)} to {_value(c.after)}."
        for c in changes
    )


def _new(order: Order) -> tuple[str, ...]:
    return tuple(
        f"{_words(c.field).capitalize()}: {_value(c.after, c.field)}" for c in order.changes if c.after is not None
    )


def _after(order: Order, name: str) -> Any:
    return next((c.after for c in order.changes if c.field == name), None)


def _words(name: str) -> str:
    return _FIELD_WORDS.get(name, name.replace("_", " "))


def _value(value: Any, name: str = "") -> str:
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "amount" and isinstance(value, int):
        return f"${value / 100:,.2f}"
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value)
    if isinstance(value, Mapping):
        return " ".join(str(part) for part in value.values() if part is not None)
    return str(value)


def _shown(target: str | None) -> str:
    return f"number {(target or '').partition('/')[2] or 'unknown'}"


def _kind_words(kind: str) -> str:
    return {"Patient": "the patient record", "ChargeItem": "the charge", "Charge": "the charge"}.get(
        kind, f"the record ({kind})"
    )


def _number(order: Order) -> str:
    """The number that people see there, from the record the correction was based on."""
    try:
        base = orjson.loads(order.base or b"{}")
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(base, dict):
        return ""
    listed = base.get("identifier")
    numbers = [one for one in listed if isinstance(one, dict) and one.get("value")] if isinstance(listed, list) else []
    # "MR" is the standard's code for a medical record number.
    typed = [one for one in numbers if '"MR"' in orjson.dumps(one.get("type")).decode()]
    found = base.get("mrn") or next((one["value"] for one in [*typed, *numbers]), None)
    return f" (record number {found})" if found else ""
