"""Finds the normaliser of a raw item and lets it read."""

from __future__ import annotations

from functools import cache

import core.ingest.normalise as package
from core.connectors._port import RawItem
from core.ingest.normalise import ANY_KIND, CanonicalRecord, Normaliser
from core.registry import discover
from matching.records import ENTITIES


def read_item(item: RawItem) -> tuple[CanonicalRecord, ...]:
    """The canonical records of a raw item; none for a kind that nobody reads yet. Raises BadInput."""
    normaliser = normaliser_of(item.form, item.kind)
    return normaliser.read(item) if normaliser else ()


def normaliser_of(form: str, kind: str) -> Normaliser | None:
    """Who reads this kind of this form."""
    known = _all()
    return known.get(f"{form}/{kind}") or known.get(f"{form}/{ANY_KIND}")


@cache
def entities_of(kind: str) -> tuple[str, ...]:
    """The entities that a raw kind (a resource type, or an entity of the table format) becomes."""
    if kind in ENTITIES:
        return (kind,)
    return tuple(dict.fromkeys(entity for n in _all().values() if n.kind == kind for entity in n.entities))


@cache
def _all() -> dict[str, Normaliser]:
    return discover(package, "NORMALISER")
