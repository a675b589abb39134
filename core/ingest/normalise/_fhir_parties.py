"""What practitioners, organizations and locations share: numbers, names, addresses."""

from __future__ import annotations

from typing import Any

from core.ingest.normalise._fhir import NPI, Resource, codings, rows, text, texts


def npi_of(value: Any) -> str | None:
    """The NPI among identifiers, by its system or its type."""
    for one in rows(value):
        is_npi = one.get("system") == NPI or any(c.code == "NPI" for c in codings(one.get("type")))
        if is_npi and (found := text(one.get("value"))):
            return found
    return None


def name_of(resource: Resource) -> dict[str, Any]:
    """A person's name: whole, given and family."""
    name = next((n for n in resource.rows("name") if n.get("use") not in ("old", "maiden")), {})
    given, family = " ".join(texts(name.get("given"))), text(name.get("family"))
    whole = text(name.get("text")) or " ".join(part for part in (given, family) if part)
    return {"name": whole, "given_name": given, "family_name": family}


def address_of(value: Any) -> dict[str, Any]:
    """Street, city, state and zip of an address."""
    one = next(iter(rows(value)), {})
    return {
        "street": " ".join(texts(one.get("line"))),
        "city": text(one.get("city")),
        "state": text(one.get("state")),
        "zip": text(one.get("postalCode")),
    }
