"""One file per raw kind: raw payload in, canonical records out. Repeatable, and never raises on odd data.

A module exposes NORMALISER. `read` gives records whose `fields` have the names of `matching.records`, values as JSON
(dates ISO, money cents, moments as ISO text with or without offset, references as `Kind/id`), and notes on what it
could not understand. It raises BadInput only when the record cannot be used at all. A kind without a normaliser is
kept raw, and becomes records as soon as there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.connectors._port import RawItem

ANY_KIND = "*"


@dataclass(frozen=True, slots=True)
class CanonicalRecord:
    """One canonical record, not yet stored. `entity` is plural; `ref` is Kind/id; `on` the business date (ISO).

    `unmapped` names fields that the source sent and we do not read: listed once per connection, not per record.
    """

    entity: str
    ref: str
    fields: Mapping[str, Any]
    patient: str | None = None
    on: str | None = None
    source: str | None = None
    updated_at: str | None = None
    notes: tuple[str, ...] = field(default=())
    unmapped: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Normaliser:
    """`form` and `kind` say which raw items it reads; the id is both.

    The kind ANY_KIND reads every kind of its form that has no normaliser of its own: for a form whose kinds differ
    only in their list of fields. `entities` are what it can give, empty where that depends on the kind.
    """

    form: str
    kind: str
    read: Callable[[RawItem], tuple[CanonicalRecord, ...]]
    order: int = 0
    entities: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Unique over all normalisers."""
        return f"{self.form}/{self.kind}"
