"""One file per raw kind: raw payload in, canonical records out. Repeatable, and never raises on odd data.

A module exposes NORMALISER. `read` gives records whose `fields` have the names of `matching.records`, values as JSON
(dates ISO, money cents, moments as ISO text with or without offset, references as `Kind/id`), and notes on what it
could not understand. It raises BadInput only when the record cannot be used at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.connectors._port import RawItem


@dataclass(frozen=True, slots=True)
class CanonicalRecord:
    """One canonical record, not yet stored. `entity` is plural; `ref` is Kind/id; `on` the business date (ISO)."""

    entity: str
    ref: str
    fields: Mapping[str, Any]
    patient: str | None = None
    on: str | None = None
    source: str | None = None
    updated_at: str | None = None
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Normaliser:
    """`form` and `kind` say which raw items it reads; the id is both."""

    form: str
    kind: str
    read: Callable[[RawItem], tuple[CanonicalRecord, ...]]
    order: int = 0

    @property
    def id(self) -> str:
        """Unique over all normalisers."""
        return f"{self.form}/{self.kind}"
