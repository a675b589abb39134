"""Patient fields in the received JSON: each editor changes the one place that the field was read from.

Which name, address or number a field stands for follows the reading in `core.ingest.normalise.fhir_patient`; the
writer checks after each edit that reading the result gives the approved value.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from core.connectors._fhir_json import Edit, Resource, by_hand, grow, objects, put, replace_words, set_reference
from core.connectors._port import FieldChange
from core.ingest.normalise._fhir import SSN, codings, text, texts

SSN_SYSTEM = "http://hl7.org/fhir/sid/us-ssn"
_NAME_RANK = {"official": 0, "usual": 1, None: 2, "nickname": 4, "anonymous": 5}
_FORMER = ("old", "maiden")
_ADDRESS_RANK = {"home": 0, None: 1, "work": 3, "temp": 4, "billing": 5, "old": 9}
_SEXES = ("male", "female", "other", "unknown")
_ABSENT = "data-absent-reason"


def _is_over(resource: Resource, element: Resource) -> bool:
    period, meta = element.get("period"), resource.get("meta")
    end = text(period.get("end")) if isinstance(period, dict) else None
    changed = text(meta.get("lastUpdated")) if isinstance(meta, dict) else None
    return end is not None and (changed is None or end[:10] <= changed[:10])


def _name(resource: Resource) -> Resource:
    names = objects(resource.get("name"))
    current = [one for one in names if text(one.get("use")) not in _FORMER and not _is_over(resource, one)]
    if current:
        return min(current, key=lambda one: _NAME_RANK.get(text(one.get("use")), 3))
    if names:
        return min(names, key=lambda one: _NAME_RANK.get(text(one.get("use")), 3))
    made: Resource = {"use": "official"}
    grow(resource, "name").append(made)
    return made


def _parts(name: Resource) -> list[Any]:
    if not name.get("given") and not name.get("family") and text(name.get("text")):
        raise by_hand("The name is one text there; it has no parts that could be changed alone.")
    given = name.get("given", [])
    if not isinstance(given, list):
        raise by_hand("The given names are not written as the standard says.")
    return given


def _family(resource: Resource, change: FieldChange) -> None:
    name = _name(resource)
    _parts(name)
    _refuse_hidden(name, "family")
    before = text(name.get("family"))
    put(name, "family", change.after)
    replace_words(name, "text", before, change.after)


def _given(resource: Resource, change: FieldChange) -> None:
    name = _name(resource)
    given = _parts(name)
    places = [place for place, one in enumerate(given) if text(one)]
    if not change.after:
        raise by_hand("A first name cannot be taken out here.")
    if places:
        before = text(given[places[0]])
        given[places[0]] = change.after
        replace_words(name, "text", before, change.after)
    else:
        name["given"] = [change.after, *given[1:]]


def _middle(resource: Resource, change: FieldChange) -> None:
    name = _name(resource)
    given = _parts(name)
    places = [place for place, one in enumerate(given) if text(one)]
    if not places:
        raise by_hand("There is no first name that a middle name could stand behind.")
    if "_given" in name:
        raise by_hand("The given names carry remarks of the system; which one each belongs to would be lost.")
    first = places[0]
    rest = [change.after] if change.after else []
    name["given"] = [*given[: first + 1], *rest]


def _suffix(resource: Resource, change: FieldChange) -> None:
    put(_name(resource), "suffix", [change.after] if change.after else None)


def _birth_date(resource: Resource, change: FieldChange) -> None:
    _refuse_hidden(resource, "birthDate")
    put(resource, "birthDate", change.after)


def _sex(resource: Resource, change: FieldChange) -> None:
    if change.after and change.after not in _SEXES:
        raise by_hand("The standard has no such word for the sex.")
    _refuse_hidden(resource, "gender")
    put(resource, "gender", change.after)


def _refuse_hidden(holder: Resource, key: str) -> None:
    """A value that the system hides on purpose is never corrected."""
    remark = holder.get(f"_{key}")
    for extension in objects(remark.get("extension")) if isinstance(remark, dict) else []:
        if _ABSENT in str(extension.get("url")):
            raise by_hand("The system hides this value, or says why it is missing.")


def _values(resource: Resource, system: str) -> dict[str, list[Resource]]:
    """Ways to reach the patient by their value: one number may stand there as home and as mobile."""
    found: dict[str, list[Resource]] = {}
    for one in objects(resource.get("telecom")):
        value, kind = text(one.get("value")), text(one.get("system"))
        if value is None or kind in ("fax", "pager", "url"):
            continue
        is_mail = kind == "email" or (kind is None and "@" in value)
        if is_mail == (system == "email"):
            found.setdefault(value.replace(";", ","), []).append(one)
    return found


def _reach(resource: Resource, change: FieldChange, *, system: str) -> None:
    known = _values(resource, system)
    wanted = [part.strip() for part in str(change.after or "").split(";") if part.strip()]
    fresh = [one for one in wanted if one not in known]
    for value, places in known.items():
        if value in wanted:
            continue
        if fresh:
            new = fresh.pop(0)
            for place in places:
                place["value"] = new
        else:
            resource["telecom"] = [one for one in resource["telecom"] if not any(one is place for place in places)]
    if fresh:
        grow(resource, "telecom").extend({"system": system, "value": value} for value in fresh)
    put(resource, "telecom", resource.get("telecom"))


def _address(resource: Resource) -> Resource:
    listed = objects(resource.get("address"))
    if not listed:
        made: Resource = {}
        grow(resource, "address").append(made)
        return made

    def rank(one: Resource) -> tuple[int, bool]:
        use = "old" if _is_over(resource, one) else text(one.get("use"))
        return _ADDRESS_RANK.get(use, 2), text(one.get("type")) == "postal"

    best = min(listed, key=rank)
    if not any(best.get(part) for part in ("line", "city", "postalCode")) and text(best.get("text")):
        raise by_hand("The address is one text there; it has no parts that could be changed alone.")
    return best


def _street(resource: Resource, change: FieldChange) -> None:
    address = _address(resource)
    if "_line" in address:
        raise by_hand("The lines of the address carry remarks of the system.")
    before = " ".join(texts(address.get("line")))
    put(address, "line", [change.after] if change.after else None)
    replace_words(address, "text", before, change.after)


def _address_part(resource: Resource, change: FieldChange, *, key: str) -> None:
    address = _address(resource)
    before = text(address.get(key))
    put(address, key, change.after)
    replace_words(address, "text", before, change.after)
    put(resource, "address", [one for one in resource["address"] if one != {}])


def _ssn(resource: Resource, change: FieldChange) -> None:
    numbers = objects(resource.get("identifier"))
    mine = next((one for one in numbers if text(one.get("value")) and _is_ssn(one)), None)
    if mine is None:
        if change.after:
            grow(resource, "identifier").append({"system": SSN_SYSTEM, "value": change.after})
    elif change.after:
        mine["value"] = change.after
    else:
        put(resource, "identifier", [one for one in resource["identifier"] if one is not mine])


def _is_ssn(number: Resource) -> bool:
    return number.get("system") in SSN or next((c.code for c in codings(number.get("type"))), None) == "SS"


def _mrn(resource: Resource, change: FieldChange) -> None:
    numbers = [one for one in objects(resource.get("identifier")) if text(one.get("value")) == change.before]
    if not change.before or not change.after or len(numbers) != 1:
        raise by_hand("The record number is given by the system itself.")
    numbers[0]["value"] = change.after


def _active(resource: Resource, change: FieldChange) -> None:
    # False is a value here, not an absence.
    if change.after is None:
        resource.pop("active", None)
    else:
        resource["active"] = bool(change.after)


def _died_on(resource: Resource, change: FieldChange) -> None:
    if change.after:
        resource.pop("deceasedBoolean", None)
        resource["deceasedDateTime"] = change.after
    else:
        resource.pop("deceasedDateTime", None)


def _is_dead(resource: Resource, change: FieldChange) -> None:
    if change.after and "deceasedDateTime" in resource:
        return
    resource.pop("deceasedDateTime", None)
    if change.after is None:
        resource.pop("deceasedBoolean", None)
    else:
        resource["deceasedBoolean"] = bool(change.after)


def _merged_into(resource: Resource, change: FieldChange) -> None:
    links = grow(resource, "link")
    mine = [one for one in objects(links) if one.get("type") == "replaced-by"]
    if not change.after:
        put(resource, "link", [one for one in links if not any(one is m for m in mine)])
    elif mine:
        set_reference(mine[0].setdefault("other", {}), str(change.after))
    else:
        links.append({"other": {"reference": change.after}, "type": "replaced-by"})


def _replaces(resource: Resource, change: FieldChange) -> None:
    links = grow(resource, "link")
    wanted = list(change.after or ())
    mine = {_end(one): one for one in objects(links) if one.get("type") == "replaces"}
    gone = [one for target, one in mine.items() if target not in wanted]
    kept = [one for one in links if not any(one is g for g in gone)]
    kept += [{"other": {"reference": one}, "type": "replaces"} for one in wanted if one not in mine]
    put(resource, "link", kept)


def _end(link: Resource) -> str:
    other = link.get("other")
    reference = str(other.get("reference", "")) if isinstance(other, dict) else ""
    return "/".join(reference.partition("/_history/")[0].split("/")[-2:])


def _part(key: str) -> Callable[[Resource, FieldChange], None]:
    return partial(_address_part, key=key)


PATIENT_EDITS: dict[str, Edit] = {
    "family_name": _family,
    "given_name": _given,
    "middle_name": _middle,
    "suffix": _suffix,
    "birth_date": _birth_date,
    "sex": _sex,
    "phone": partial(_reach, system="phone"),
    "email": partial(_reach, system="email"),
    "street": _street,
    "city": _part("city"),
    "state": _part("state"),
    "zip": _part("postalCode"),
    "ssn": _ssn,
    "mrn": _mrn,
    "active": _active,
    "deceased_on": _died_on,
    "is_deceased": _is_dead,
    "merged_into": _merged_into,
    "replaces": _replaces,
}
# What reads differently by necessity when a field changes.
PATIENT_FOLLOWS = {
    "ssn": {"identifiers"},
    "mrn": {"identifiers"},
    "deceased_on": {"is_deceased"},
    "is_deceased": {"deceased_on"},
}
