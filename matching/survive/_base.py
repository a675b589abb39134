"""The shape of a survivorship rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matching.plan import Plan


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record's value of one field. `rank` is how far down the owners of the field its system stands (0 first)."""

    index: int
    system: str
    value: str
    compared: str  # the value without differences of format
    updated_at: str
    rank: int
    verified: bool


@dataclass(frozen=True, slots=True)
class SurvivorshipRule:
    """Narrows the candidates of a field. `keep` returns those that pass (all of them when the rule says nothing)."""

    id: str
    order: int
    words: str
    keep: Callable[[str, list[Candidate], Plan], list[Candidate]]
