"""Corrections as edits of the received JSON: only the approved places change, everything else stays as it came.

Numbers that are not ours are kept as they were written (120.10 stays 120.10): the text is read with decimals kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from core.connectors._port import FieldChange, Order
from core.errors import NotPossible

SSN = "http://hl7.org/fhir/sid/us-ssn"
CPT = "http://www.ama-assn.org/go/cpt"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
OURS = "urn:chartmend:correction"
_STATUS = {"draft": "planned", "hold": "planned", "ready": "billable", "billed": "billed", "void": "entered-in-error"}
Resource = dict[str, Any]


def load(payload: bytes) -> Resource:
    """The resource with its numbers as decimals."""
    found: Resource = json.loads(payload.removeprefix(b"\xef\xbb\xbf"), parse_float=Decimal)
    return found


def dump(resource: Resource) -> bytes:
    """The resource as JSON, decimals as they were written."""
    return (
        json.dumps(_marked(resource), ensure_ascii=False, separators=(",", ":"))
        .replace(_OPEN, "")
        .replace(_CLOSE, "")
        .encode()
    )


# Decimals travel through the encoder as marked text, whose quotes are taken away afterwards.
_MARK = "\ue000"
_OPEN, _CLOSE = f'"{_MARK}', f'{_MARK}"'


def _marked(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{_MARK}{value}{_MARK}"
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items()}
    return [_marked(item) for item in value] if isinstance(value, list) else value


def edited(order: Order, payload: bytes) -> Resource:
    """The received record with the order's changes in it. Raises NotPossible for what must not be written back."""
    resource = load(payload)
    _refuse_unsafe(resource)
    editors = _PATIENT if resource.get("resourceType") == "Patient" else _CHARGE
    for change in order.changes:
        editor = editors.get(change.field)
        if editor is None:
            raise NotPossible(f"The field {change.field} cannot be written to this system.", todo="Do it by hand.")
        editor(resource, change)
    return resource


def new_charge(order: Order) -> Resource:
    """A ChargeItem from an order, marked with our own identifier so that it can be found again."""
    fields = {change.field: change.after for change in order.changes}
    if not fields.get("code") or not fields.get("patient"):
        raise NotPossible("A new charge needs a code and a patient.")
    resource: Resource = {
        "resourceType": "ChargeItem",
        "identifier": [{"system": OURS, "value": order.idempotency_key}],
        "status": _STATUS.get(str(fields.get("status", "ready")), "billable"),
        "code": {"coding": [{"system": CPT, "code": str(fields["code"])}]},
        "subject": {"reference": str(fields["patient"])},
    }
    if fields.get("dos_from"):
        resource["occurrenceDateTime"] = str(fields["dos_from"])
        resource["enteredDate"] = str(fields.get("entered_at") or fields["dos_from"])[:10]
    if fields.get("encounter"):
        resource["context"] = {"reference": str(fields["encounter"])}
    elif fields.get("visit_number"):
        number = {"system": fields.get("visit_number_system"), "value": str(fields["visit_number"])}
        resource["context"] = {"identifier": {k: v for k, v in number.items() if v}}
    if fields.get("rendering"):
        resource["performer"] = [{"actor": {"reference": str(fields["rendering"])}}]
    units = Decimal(str(fields.get("units") or 1))
    resource["quantity"] = {"value": _number(units)}
    if fields.get("amount"):
        price = Decimal(int(fields["amount"])) / 100 / units
        resource["priceOverride"] = {"value": price.quantize(Decimal("0.01")), "currency": "USD"}
    if fields.get("diagnoses"):
        resource["reason"] = [{"coding": [{"system": ICD, "code": _dotted(d["code"])}]} for d in fields["diagnoses"]]
    if fields.get("modifiers"):
        _set_modifiers(resource, FieldChange("modifiers", None, fields["modifiers"]))
    return resource


def _refuse_unsafe(resource: Resource) -> None:
    tags = [t for t in (resource.get("meta") or {}).get("tag") or () if isinstance(t, dict)]
    if any(tag.get("code") == "SUBSETTED" for tag in tags):
        raise NotPossible("The system sent only a part of this record; writing it back would lose the rest.")
    if resource.get("modifierExtension") or resource.get("implicitRules"):
        raise NotPossible("This record carries rules of its own that are not understood here.", todo="Do it by hand.")


def _number(value: Any) -> Any:
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    return int(number) if number == number.to_integral_value() else number


def _name(resource: Resource) -> Resource:
    names = [n for n in resource.setdefault("name", []) if isinstance(n, dict)]
    current = [n for n in names if n.get("use") not in ("old", "maiden", "nickname")]
    official = [n for n in current if n.get("use") == "official"]
    if not current:
        resource["name"].append({"use": "official"})
        return dict.__getitem__(resource, "name")[-1]  # type: ignore[no-any-return]
    return (official or current)[0]


def _set_family(resource: Resource, change: FieldChange) -> None:
    name = _name(resource)
    name["family"] = change.after
    name.pop("text", None)


def _set_given(resource: Resource, change: FieldChange) -> None:
    name = _name(resource)
    given = list(name.get("given") or [])
    name["given"] = [change.after, *given[1:]] if change.after else given[1:]
    name.pop("text", None)


def _set_middle(resource: Resource, change: FieldChange) -> None:
    name = _name(resource)
    given = list(name.get("given") or [])
    name["given"] = given[:1] + (str(change.after).split(" ") if change.after else [])
    name.pop("text", None)


def _set_suffix(resource: Resource, change: FieldChange) -> None:
    name = _name(resource)
    _put(name, "suffix", [change.after] if change.after else None)


def _put(holder: Resource, key: str, value: Any) -> None:
    if value in (None, "", []):
        holder.pop(key, None)
    else:
        holder[key] = value


def _set_telecom(system: str) -> Callable[[Resource, FieldChange], None]:
    def edit(resource: Resource, change: FieldChange) -> None:
        wanted = [part for part in str(change.after or "").split(";") if part]
        known = [part for part in str(change.before or "").split(";") if part]
        points = [p for p in resource.setdefault("telecom", []) if isinstance(p, dict)]
        mine = [p for p in points if p.get("system") == system and p.get("use") != "old"]
        gone = [part for part in known if part not in wanted]
        fresh = [part for part in wanted if part not in known]
        for old in gone:
            point = next((p for p in mine if _digits(p.get("value")) == _digits(old)), None)
            if point is not None and fresh:
                point["value"] = fresh.pop(0)
            elif point is not None:
                resource["telecom"].remove(point)
        for value in fresh:
            resource["telecom"].append({"system": system, "value": value})
        if not resource["telecom"]:
            del resource["telecom"]

    return edit


def _digits(value: object) -> str:
    text = str(value or "")
    found = "".join(ch for ch in text if ch.isdigit())
    return found or text.casefold()


def _address(resource: Resource) -> Resource:
    listed = [a for a in resource.setdefault("address", []) if isinstance(a, dict)]
    current = [a for a in listed if a.get("use") not in ("old", "billing")]
    if not current:
        resource["address"].append({})
        current = [resource["address"][-1]]
    return current[0]


def _set_street(resource: Resource, change: FieldChange) -> None:
    address = _address(resource)
    _put(address, "line", [part.strip() for part in str(change.after or "").split(",") if part.strip()])
    address.pop("text", None)


def _set_address(key: str) -> Callable[[Resource, FieldChange], None]:
    def edit(resource: Resource, change: FieldChange) -> None:
        address = _address(resource)
        _put(address, key, change.after)
        address.pop("text", None)

    return edit


def _set_ssn(resource: Resource, change: FieldChange) -> None:
    listed = resource.setdefault("identifier", [])
    mine = [i for i in listed if isinstance(i, dict) and (i.get("system") == SSN or _has_type(i, "SS"))]
    if mine and change.after:
        mine[0]["value"] = change.after
    elif mine:
        listed.remove(mine[0])
    elif change.after:
        listed.append({"system": SSN, "value": change.after})


def _has_type(identifier: Resource, code: str) -> bool:
    codings = (identifier.get("type") or {}).get("coding") or ()
    return any(isinstance(c, dict) and c.get("code") == code for c in codings)


def _set_plain(key: str) -> Callable[[Resource, FieldChange], None]:
    return lambda resource, change: _put(resource, key, change.after)


def _set_active(resource: Resource, change: FieldChange) -> None:
    # False is a value here, not an absence.
    if change.after is None:
        resource.pop("active", None)
    else:
        resource["active"] = bool(change.after)


def _set_merged_into(resource: Resource, change: FieldChange) -> None:
    links = [link for link in resource.get("link") or () if link.get("type") != "replaced-by"]
    if change.after:
        links.append({"other": {"reference": change.after}, "type": "replaced-by"})
    _put(resource, "link", links)


def _set_replaces(resource: Resource, change: FieldChange) -> None:
    links = [link for link in resource.get("link") or () if link.get("type") != "replaces"]
    known = {_target(link): link for link in resource.get("link") or () if link.get("type") == "replaces"}
    links += [known.get(ref, {"other": {"reference": ref}, "type": "replaces"}) for ref in change.after or ()]
    _put(resource, "link", links)


def _target(link: Mapping[str, Any]) -> str:
    return str((link.get("other") or {}).get("reference", ""))


def _set_code(resource: Resource, change: FieldChange) -> None:
    codings = resource.setdefault("code", {}).setdefault("coding", [])
    same = [
        c for c in codings if isinstance(c, dict) and str(c.get("code", "")).replace(".", "").upper() == change.before
    ]
    if same:
        same[0]["code"] = change.after
        same[0].pop("display", None)
    else:
        resource["code"]["coding"] = [{"system": CPT, "code": change.after}]
    resource["code"].pop("text", None)


def _set_units(resource: Resource, change: FieldChange) -> None:
    resource.setdefault("quantity", {})["value"] = _number(change.after)


def _set_dos(key: str) -> Callable[[Resource, FieldChange], None]:
    def edit(resource: Resource, change: FieldChange) -> None:
        if "occurrencePeriod" in resource:
            resource["occurrencePeriod"]["start" if key == "from" else "end"] = change.after
        elif key == "from":
            resource["occurrenceDateTime"] = change.after

    return edit


def _set_rendering(resource: Resource, change: FieldChange) -> None:
    performers = [p for p in resource.setdefault("performer", []) if isinstance(p, dict)]
    if performers:
        performers[0].setdefault("actor", {})["reference"] = change.after
        performers[0]["actor"].pop("display", None)
    else:
        resource["performer"] = [{"actor": {"reference": change.after}}]


def _set_modifiers(resource: Resource, change: FieldChange) -> None:
    others = [e for e in resource.get("extension") or () if "modifier" not in str(e.get("url", "")).lower()]
    known = [e for e in resource.get("extension") or () if "modifier" in str(e.get("url", "")).lower()]
    url = str(known[0]["url"]) if known else "urn:chartmend:charge-modifier"
    _put(resource, "extension", others + [{"url": url, "valueString": m} for m in change.after or ()])


def _set_status(resource: Resource, change: FieldChange) -> None:
    resource["status"] = _STATUS.get(str(change.after), "billable")


def _set_subject(resource: Resource, change: FieldChange) -> None:
    resource.setdefault("subject", {})["reference"] = change.after


def _set_context(resource: Resource, change: FieldChange) -> None:
    _put(resource, "context", {"reference": change.after} if change.after else None)


def _dotted(code: str) -> str:
    return code if len(code) <= 3 or "." in code else f"{code[:3]}.{code[3:]}"


_PATIENT: dict[str, Callable[[Resource, FieldChange], None]] = {
    "family_name": _set_family,
    "given_name": _set_given,
    "middle_name": _set_middle,
    "suffix": _set_suffix,
    "birth_date": _set_plain("birthDate"),
    "sex": _set_plain("gender"),
    "phone": _set_telecom("phone"),
    "email": _set_telecom("email"),
    "street": _set_street,
    "city": _set_address("city"),
    "state": _set_address("state"),
    "zip": _set_address("postalCode"),
    "ssn": _set_ssn,
    "active": _set_active,
    "merged_into": _set_merged_into,
    "replaces": _set_replaces,
}
_CHARGE: dict[str, Callable[[Resource, FieldChange], None]] = {
    "code": _set_code,
    "units": _set_units,
    "dos_from": _set_dos("from"),
    "dos_to": _set_dos("to"),
    "rendering": _set_rendering,
    "modifiers": _set_modifiers,
    "status": _set_status,
    "patient": _set_subject,
    "encounter": _set_context,
}
