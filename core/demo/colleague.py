"""A colleague in the other system: edits that happen to a record while somebody here is still deciding."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from core.demo.messages import Resource

Edit = Callable[[Resource], None]
EDITED = "urn:chartmend:demo-edited"


def edited(resource: Resource, fields: Iterable[str]) -> Resource:
    """A copy with the named fields changed to something else; without a field known here, whatever is at hand.

    Patient: given_name, family_name, birth_date, sex, phone, email, street, city, zip. ChargeItem: units, dos_from.
    """
    result = copy.deepcopy(resource)
    known = EDITS.get(resource["resourceType"], {})
    chosen = [known[field] for field in dict.fromkeys(fields) if field in known] or [next(iter(known.values()), _mark)]
    for edit in chosen:
        edit(result)
    return result


def _first(resource: Resource, field: str) -> Any:
    return resource.setdefault(field, [{}])[0]


def _other(known: str, one: str, another: str) -> str:
    """A value that is not the known one."""
    return another if known == one else one


def _phone(resource: Resource) -> None:
    telecom = resource.setdefault("telecom", [])
    contact = next((entry for entry in telecom if entry.get("system") == "phone"), None)
    if contact is None:
        telecom.append({"system": "phone", "value": "802-555-0199"})
        return
    value = contact["value"]
    contact["value"] = f"{value[:-2]}{(int(value[-2:]) + 37) % 100:02d}"


def _email(resource: Resource) -> None:
    telecom = resource.setdefault("telecom", [])
    contact = next((entry for entry in telecom if entry.get("system") == "email"), None)
    if contact is None:
        telecom.append({"system": "email", "value": "front.desk@mail.example"})
        return
    contact["value"] = f"new.{contact['value']}"


def _family(resource: Resource) -> None:
    name = _first(resource, "name")
    name["family"] = f"{name.get('family', '')}-Reed".strip("-")


def _given(resource: Resource) -> None:
    name = _first(resource, "name")
    name["given"] = [f"{(name.get('given') or [''])[0]} Lee".strip(), *(name.get("given") or [])[1:]]


def _birth(resource: Resource) -> None:
    known = resource.get("birthDate", "")
    before = date.fromisoformat(known) if len(known) == len("2000-01-01") else date(1980, 1, 1)
    resource["birthDate"] = (before + timedelta(days=1)).isoformat()


def _sex(resource: Resource) -> None:
    resource["gender"] = "male" if resource.get("gender") == "female" else "female"


def _street(resource: Resource) -> None:
    address = _first(resource, "address")
    address["line"] = [_other(address.get("line", [""])[0], "1200 Lantern Street", "14 Rowan Court")]


def _city(resource: Resource) -> None:
    address = _first(resource, "address")
    address["city"] = _other(address.get("city", ""), "Pinehollow", "Tarn Lake")


def _zip(resource: Resource) -> None:
    address = _first(resource, "address")
    address["postalCode"] = _other(address.get("postalCode", ""), "05989", "05988")


def _units(resource: Resource) -> None:
    resource["quantity"] = {**resource.get("quantity", {}), "value": resource.get("quantity", {}).get("value", 1) + 1}


def _service_date(resource: Resource) -> None:
    day = date.fromisoformat(resource["occurrenceDateTime"][:10])
    resource["occurrenceDateTime"] = (day - timedelta(days=1)).isoformat()


def _mark(resource: Resource) -> None:
    """For kinds without a field to change: a mark that only makes a new version."""
    resource["extension"] = [*resource.get("extension", []), {"url": EDITED, "valueBoolean": True}]


EDITS: dict[str, dict[str, Edit]] = {
    "Patient": {
        "phone": _phone,
        "email": _email,
        "family_name": _family,
        "given_name": _given,
        "birth_date": _birth,
        "sex": _sex,
        "street": _street,
        "city": _city,
        "zip": _zip,
    },
    "ChargeItem": {"units": _units, "dos_from": _service_date},
}
