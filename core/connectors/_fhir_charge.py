"""ChargeItem fields in the received JSON, and new charges made from nothing but approved fields."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from core.connectors._fhir_json import OURS, Edit, Resource, by_hand, grow, objects, put, set_reference
from core.connectors._port import FieldChange, Order
from core.ingest.normalise._fhir import BILLING, CPT, HCPCS, ICD10, codings, first_code, plain, text, words

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
_STATUS = {
    "draft": "planned", "ready": "billable", "hold": "not-billable", "billed": "billed", "void": "entered-in-error",
}  # fmt: skip
_MODIFIER = "urn:chartmend:charge-modifier"
_PEOPLE = ("Practitioner", "PractitionerRole")


def new_charge(order: Order) -> Resource:
    """A ChargeItem with the order's fields, marked with our own identifier so that it can be found again.

    Raises NotPossible for a charge without code, patient or day.
    """
    fields = {change.field: change for change in order.changes if change.after not in (None, "", [])}
    missing = [name for name in ("code", "patient", "dos_from") if name not in fields]
    if missing:
        raise by_hand(f"A new charge needs {' and '.join(missing)}.")
    resource: Resource = {
        "resourceType": "ChargeItem",
        "identifier": [{"system": OURS, "value": order.idempotency_key}],
        "status": "billable",
        "code": {},
        "subject": {},
    }
    # The order matters: units before the amount that is shared out over them, the first day before the last.
    for name, edit in CHARGE_EDITS.items():
        if name in fields:
            edit(resource, fields[name])
    resource.setdefault("quantity", {"value": 1})
    return resource


def _code(resource: Resource, change: FieldChange) -> None:
    code = plain(text(change.after))
    if not code:
        raise by_hand("A charge cannot be left without a code.")
    system = HCPCS if code[0].isalpha() else CPT
    concept = resource.setdefault("code", {})
    listed = objects(grow(concept, "coding"))
    mine = next((one for one in listed if one.get("system") in BILLING), None)
    mine = mine or next(
        (one for one in listed if plain(text(one.get("code"))) == change.before and change.before), None
    )
    if mine is None:
        concept["coding"].append({"system": system, "code": code})
    else:
        if mine.get("system") in BILLING:
            mine["system"] = system
        mine["code"] = code
        mine.pop("display", None)
    concept.pop("text", None)  # it names the service that was billed by mistake


def _modifiers(resource: Resource, change: FieldChange) -> None:
    wanted = [str(one) for one in change.after or ()]
    if "modifier" in resource:  # an element of later drafts
        put(resource, "modifier", [{"coding": [{"code": one}]} for one in wanted])
        return
    listed = resource.get("extension", [])
    if objects(resource.get("code", {}).get("extension")):
        raise by_hand("The modifiers stand at the code, in a form of the system's own.")
    mine = [one for one in objects(listed) if "modifier" in str(one.get("url", "")).lower()]
    if any("extension" in one for one in mine):
        raise by_hand("The modifiers are written in a form of the system's own.")
    url = mine[0]["url"] if mine else _MODIFIER
    key = next((name for one in mine for name in one if name.startswith("value")), "valueString")
    others = [one for one in listed if not any(one is m for m in mine)]
    put(resource, "extension", [*others, *({"url": url, key: _modifier(key, one)} for one in wanted)])


def _modifier(key: str, code: str) -> Any:
    return (
        {"coding": [{"code": code}]}
        if key == "valueCodeableConcept"
        else {"code": code}
        if key == "valueCoding"
        else code
    )


def _units(resource: Resource, change: FieldChange) -> None:
    resource.setdefault("quantity", {})["value"] = _whole(_decimal(change.after))


def _amount(resource: Resource, change: FieldChange) -> None:
    """The total as a price for each unit: what FHIR holds."""
    if change.after is None:
        resource.pop("priceOverride", None)
        return
    units = _decimal(resource.get("quantity", {}).get("value", 1))
    factor = _decimal(resource.get("factorOverride", 1))
    if not units * factor:
        raise by_hand("No price leads to this amount with no units.")
    each = Decimal(int(change.after)) / 100 / (units * factor)
    price = resource.setdefault("priceOverride", {})
    if text(price.get("currency")) not in (None, "USD"):
        raise by_hand("The price is not in US dollars.")
    cents = each.quantize(Decimal("0.01"))
    price["value"] = cents if cents == each else each.quantize(Decimal("0.000001"))
    price.setdefault("currency", "USD")


def _decimal(value: Any) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise by_hand("A number of this charge is not written as the standard says.")
    return found


def _whole(number: Decimal) -> int | Decimal:
    return int(number) if number == number.to_integral_value() else number


def _diagnoses(resource: Resource, change: FieldChange) -> None:
    ranked = sorted(change.after or (), key=lambda one: one.get("rank") or 99)
    wanted = [plain(text(one.get("code"))) for one in ranked]
    known: dict[str | None, Resource] = {}
    others = []
    for reason in objects(resource.get("reason")):
        codes = [plain(c.code) for c in codings(reason) if c.system in ICD10]
        if codes:
            known[codes[0]] = reason
        else:
            others.append(reason)
    put(resource, "reason", [*(known.get(code) or _diagnosis(code) for code in wanted if code), *others])


def _diagnosis(code: str) -> Resource:
    return {"coding": [{"system": ICD, "code": code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"}]}


def _first_day(resource: Resource, change: FieldChange) -> None:
    if "occurrenceTiming" in resource or not change.after:
        raise by_hand("The day of service is written in a form that cannot be changed here.")
    period = resource.get("occurrencePeriod")
    if not isinstance(period, dict):
        resource["occurrenceDateTime"] = _moved(resource.get("occurrenceDateTime"), change.after)
        return
    start, end = text(period.get("start")), text(period.get("end"))
    period["start"] = _moved(start, change.after)
    if end and start and end[:10] == start[:10]:  # one day: both ends of it move
        period["end"] = _moved(end, change.after)


def _last_day(resource: Resource, change: FieldChange) -> None:
    period = resource.get("occurrencePeriod")
    if isinstance(period, dict):
        put(period, "end", _moved(period.get("end"), change.after))
        return
    start = text(resource.get("occurrenceDateTime"))
    if not start or "occurrenceTiming" in resource:
        raise by_hand("There is no first day of service that a last one could stand behind.")
    if change.after and start[:10] != change.after:
        del resource["occurrenceDateTime"]
        resource["occurrencePeriod"] = {"start": start, "end": change.after}


def _moved(before: Any, day: Any) -> str:
    """Another day, with the time of day that was written."""
    said = text(before) or ""
    return f"{day}{said[10:]}" if len(said) > 10 else str(day)


def _performer(resource: Resource, change: FieldChange, *, is_supervising: bool) -> None:
    mine = None
    for one in objects(grow(resource, "performer")):
        said = (words(one.get("function")) or first_code(one.get("function")) or "").lower()
        actor = one.get("actor")
        kind = str(actor.get("reference", "")).split("/")[-2:-1] if isinstance(actor, dict) else []
        if kind and kind[0] in _PEOPLE and ("supervis" in said) == is_supervising:
            mine = one
            break
    if mine is not None and change.after:
        set_reference(mine["actor"], str(change.after))
    elif mine is not None:
        resource["performer"] = [one for one in resource["performer"] if one is not mine]
    elif change.after:
        function = {"function": {"text": "supervising"}} if is_supervising else {}
        resource["performer"].append({**function, "actor": {"reference": change.after}})
    put(resource, "performer", resource["performer"])


def _pointer(resource: Resource, change: FieldChange, *, key: str) -> None:
    if change.after:
        set_reference(resource.setdefault(key, {}), str(change.after))
    else:
        resource.pop(key, None)


def _visit_number(resource: Resource, change: FieldChange, *, key: str) -> None:
    context = resource.setdefault("context", {})
    number = context.setdefault("identifier", {})
    put(number, key, change.after)
    put(context, "identifier", number)
    put(resource, "context", context)


def _first_of(resource: Resource, change: FieldChange, *, key: str) -> None:
    listed = grow(resource, key)
    if not change.after:
        raise by_hand("This link cannot be taken out here.")
    if objects(listed):
        set_reference(objects(listed)[0], str(change.after))
    else:
        listed.append({"reference": change.after})


def _services(resource: Resource, change: FieldChange) -> None:
    wanted = list(change.after or ())
    known = {"/".join(str(one.get("reference", "")).split("/")[-2:]): one for one in objects(resource.get("service"))}
    if any(target.startswith("Observation/") for target in known):
        raise by_hand("The charge points to results that are not shown here.")
    put(resource, "service", [known.get(one) or {"reference": one} for one in wanted])


def _status(resource: Resource, change: FieldChange) -> None:
    if change.after not in _STATUS:
        raise by_hand("The standard has no such state of a charge.")
    resource["status"] = _STATUS[change.after]


CHARGE_EDITS: dict[str, Edit] = {
    "patient": partial(_pointer, key="subject"),
    "encounter": partial(_pointer, key="context"),
    "visit_number": partial(_visit_number, key="value"),
    "visit_number_system": partial(_visit_number, key="system"),
    "dos_from": _first_day,
    "dos_to": _last_day,
    "code": _code,
    "modifiers": _modifiers,
    "units": _units,
    "amount": _amount,
    "diagnoses": _diagnoses,
    "rendering": partial(_performer, is_supervising=False),
    "supervising": partial(_performer, is_supervising=True),
    "billing_group": partial(_pointer, key="performingOrganization"),
    "services": _services,
    "superbill": partial(_first_of, key="account"),
    "status": _status,
}
# What reads differently by necessity when a field changes.
CHARGE_FOLLOWS = {
    "code": {"name", "internal_code"},
    "units": {"amount"},
    "dos_from": {"dos_to"},
    "encounter": {"visit_number", "visit_number_system"},
}
