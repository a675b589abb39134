"""Numbered schema steps, forward only. A step is never edited once it has shipped; a new one follows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `order` is the schema number it leads to."""

    id: str
    order: int
    run: Callable[[Connection], None]
