"""FHIR Patient: names, numbers, addresses and ways to reach a person, the best of each first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.connectors._port import RawItem
from core.ingest.normalise import CanonicalRecord, Normaliser
from core.ingest.normalise._fhir import SSN, Resource, codings, rows, text, texts

_NAME_RANK = {"official": 0, "usual": 1, None: 2, "nickname": 4, "anonymous": 5}
_FORMER_USES = ("old", "maiden")
_PHONE_RANK = {"mobile": 0, "home": 1, None: 2, "work": 3, "temp": 4, "old": 9}
_ADDRESS_RANK = {"home": 0, None: 1, "work": 3, "temp": 4, "billing": 5, "old": 9}
_CONFIDENTIAL = frozenset({"R", "V"})  # restricted and very restricted, of the standard's confidentiality codes
# Numbers that other bodies give: never a practice's own record number.
_FOREIGN_TYPES = frozenset({"SS", "DL", "PPN", "MB", "MC", "MA", "SB", "TAX", "NPI", "VS", "BRN"})


def read(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """One patient record."""
    resource = Resource.open(item)
    identifiers = _identifiers(resource)
    fields: dict[str, Any] = {
        **_names(resource),
        "birth_date": resource.day(resource.get("birthDate"), "birthDate"),
        "sex": _sex(resource),
        "ssn": next((i["value"] for i in identifiers if i.get("system") in SSN or i.get("type") == "SS"), None),
        "mrn": _record_number(identifiers),
        **_reached_at(resource),
        **_address(resource),
        **_death(resource),
        "active": resource.get("active") if isinstance(resource.get("active"), bool) else None,
        "identifiers": identifiers,
        **_links(resource),
        "is_test": "HTEST" in _labels(resource) or None,
        "is_confidential": bool(_CONFIDENTIAL & _labels(resource)) or None,
    }
    _note_masked(resource)
    return (resource.record("patients", fields, patient=resource.ref),)


def _ended(resource: Resource, element: Mapping[str, Any]) -> bool:
    """Whether a period is over. There is no clock here: over by the record's own last change, else any end counts."""
    period = element.get("period")
    end = text(period.get("end")) if isinstance(period, dict) else None
    if end is None:
        return False
    return resource.updated_at is None or end[:10] <= resource.updated_at[:10]


def _names(resource: Resource) -> dict[str, Any]:
    current: list[tuple[int, int, dict[str, Any]]] = []
    former: list[tuple[int, int, dict[str, Any]]] = []
    for place, name in enumerate(resource.rows("name")):
        use = text(name.get("use"))
        is_former = use in _FORMER_USES or _ended(resource, name)
        (former if is_former else current).append((_NAME_RANK.get(use, 3), place, name))
    if not current:
        current, former = former, []
    if not current:
        return {}
    best = min(current, key=lambda entry: entry[:2])[2]
    fields = _parts(resource, best)
    earlier = [family for _, _, name in former if (family := text(name.get("family"))) != fields["family_name"]]
    fields["former_name"] = ";".join(dict.fromkeys(family for family in earlier if family))
    return fields


def _parts(resource: Resource, name: Mapping[str, Any]) -> dict[str, Any]:
    given, family, suffix = texts(name.get("given")), text(name.get("family")), texts(name.get("suffix"))
    whole = text(name.get("text"))
    if not given and not family and whole:
        resource.note("name", "is one text; its parts are a guess")
        before, comma, after = whole.partition(",")
        pieces = after.split() if comma else before.split()[:-1]
        family = before.strip() if comma else (before.split() or [""])[-1]
        given = pieces
    return {
        "given_name": given[0] if given else None,
        "middle_name": " ".join(given[1:]),
        "family_name": family,
        "suffix": " ".join(suffix),
    }


def _sex(resource: Resource) -> str | None:
    known = {"male": "male", "female": "female", "other": "other", "unknown": ""}
    return resource.word(resource.get("gender"), known, "gender")


def _identifiers(resource: Resource) -> list[dict[str, str]]:
    found = []
    for one in resource.rows("identifier"):
        value = text(one.get("value"))
        if value is None:
            continue
        kind = next((c.code for c in codings(one.get("type"))), None)
        use = "old" if _ended(resource, one) else text(one.get("use"))
        parts = {"value": value, "system": text(one.get("system")), "type": kind, "use": use}
        found.append({key: part for key, part in parts.items() if part})
    return found


def _record_number(identifiers: list[dict[str, str]]) -> str | None:
    own = [
        one
        for one in identifiers
        if one.get("system") not in SSN and one.get("type") not in _FOREIGN_TYPES and one.get("use") != "old"
    ]
    for fits in (lambda i: i.get("type") == "MR", lambda i: i.get("use") == "usual", lambda _: True):
        if found := next((one["value"] for one in own if fits(one)), None):
            return found
    return None


def _reached_at(resource: Resource) -> dict[str, str]:
    found: dict[str, list[tuple[int, int, int, str]]] = {"phone": [], "email": []}
    for place, one in enumerate(resource.rows("telecom")):
        value, system = text(one.get("value")), text(one.get("system"))
        if value is None or system in ("fax", "pager", "url"):
            continue
        kind = "email" if system == "email" or (system is None and "@" in value) else "phone"
        use = "old" if _ended(resource, one) else text(one.get("use"))
        rank = one.get("rank")
        by_rank = rank if isinstance(rank, int) and use != "old" else 99
        found[kind].append((by_rank, _PHONE_RANK.get(use, 3), place, value.replace(";", ",")))
    return {kind: ";".join(dict.fromkeys(entry[3] for entry in sorted(listed))) for kind, listed in found.items()}


def _address(resource: Resource) -> dict[str, Any]:
    listed = []
    for place, one in enumerate(resource.rows("address")):
        use = "old" if _ended(resource, one) else text(one.get("use"))
        listed.append((_ADDRESS_RANK.get(use, 2), text(one.get("type")) == "postal", place, one))
    if not listed:
        return {}
    best = min(listed, key=lambda entry: entry[:3])[3]
    lines = texts(best.get("line"))
    street = " ".join(lines)
    if not (street or best.get("city") or best.get("postalCode")) and text(best.get("text")):
        resource.note("address", "is one text")
        street = text(best.get("text")) or ""
    return {
        "street": street,
        "city": text(best.get("city")),
        "state": text(best.get("state")),
        "zip": text(best.get("postalCode")),
    }


def _death(resource: Resource) -> dict[str, Any]:
    on = resource.day(resource.get("deceasedDateTime"), "deceasedDateTime")
    stated = resource.get("deceasedBoolean")
    return {"deceased_on": on, "is_deceased": True if on else stated if isinstance(stated, bool) else None}


def _links(resource: Resource) -> dict[str, Any]:
    by_type: dict[str, list[str]] = {}
    for link in resource.rows("link"):
        found = resource.to(link.get("other"), "link.other")
        if found:
            by_type.setdefault(text(link.get("type")) or "", []).append(found)
    survivors = by_type.get("replaced-by", [])
    if len(survivors) > 1:
        resource.note("link", "names more than one record that replaces this one")
    return {
        "merged_into": survivors[0] if survivors else None,
        "replaces": by_type.get("replaces"),
        "see_also": by_type.get("seealso"),
    }


def _labels(resource: Resource) -> set[str]:
    """Codes of the labels and tags on the record."""
    meta = resource.get("meta")
    labels = [*rows(meta.get("security")), *rows(meta.get("tag"))] if isinstance(meta, dict) else []
    return {str(label.get("code")) for label in labels}


def _note_masked(resource: Resource) -> None:
    for key, value in resource.body.items():
        if not key.startswith("_"):
            continue
        for extension in (e for one in rows(value) for e in rows(one.get("extension"))):
            if "data-absent-reason" in str(extension.get("url")) and extension.get("valueCode") == "masked":
                resource.note(key[1:], "is hidden at the source")


NORMALISER = Normaliser("fhir-r4", "Patient", read, entities=("patients",))
