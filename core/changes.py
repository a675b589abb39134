"""What a use case touched: returned by every write, told to the window once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changes(Generic[T]):
    """Areas that changed (people, visits, findings, outbox, connections, settings, audit) and the use case's answer."""

    areas: frozenset[str]
    value: T
