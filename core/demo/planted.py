"""What was planted in the demo practice: the truth that findings are measured against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Planted:
    """One planted situation. A trap looks like a fault and is none: nothing may be reported for it.

    `entities` are records as "EHR/Patient/id"; `rules` are the rule ids that may truly report it.
    """

    kind: str
    subtype: str
    entities: tuple[str, ...]
    why: str
    rules: tuple[str, ...] = ()
    is_trap: bool = False
    details: dict[str, Any] = field(default_factory=dict)


def trap(kind: str, entities: Sequence[str], why: str) -> Planted:
    """Something that looks like a fault and is none."""
    return Planted(kind, "", tuple(entities), why, is_trap=True)


def as_truth(planted: Sequence[Planted]) -> dict[str, list[dict[str, Any]]]:
    """Faults (numbered) and traps as plain values for a JSON file."""
    faults = [
        {
            "id": f"F{number:05d}",
            "type": item.kind,
            "subtype": item.subtype,
            "entities": list(item.entities),
            "rules": list(item.rules),
            "why": item.why,
            **item.details,
        }
        for number, item in enumerate((item for item in planted if not item.is_trap), start=1)
    ]
    traps = [{"type": item.kind, "entities": list(item.entities), "why": item.why} for item in planted if item.is_trap]
    return {"faults": faults, "traps": traps}
