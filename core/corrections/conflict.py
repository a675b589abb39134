"""Three ways per field: what it was when the person decided, what they want, what the system says now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.connectors._port import FieldChange
from core.corrections.kinds import is_same_value


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field that changed meanwhile to something that is neither the old nor the wanted value."""

    field: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """`open` changes still to be sent (based on the value now), those already `done`, and real `conflicts`."""

    open: tuple[FieldChange, ...]
    done: tuple[FieldChange, ...]
    conflicts: tuple[FieldConflict, ...]


def compare(changes: Iterable[FieldChange], now: Mapping[str, Any]) -> Comparison:
    """Hold approved changes against the record as it is now. Fields nobody asked to change never matter."""
    still_open, done, conflicts = [], [], []
    for change in changes:
        theirs = now.get(change.field)
        if is_same_value(theirs, change.after):
            done.append(change)
        elif is_same_value(theirs, change.before):
            still_open.append(change)
        else:
            conflicts.append(FieldConflict(change.field, change.before, change.after, theirs))
    return Comparison(tuple(still_open), tuple(done), tuple(conflicts))


def missed(changes: Iterable[FieldChange], now: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that do not carry the approved value after writing: empty means verified."""
    return tuple(change.field for change in changes if not is_same_value(now.get(change.field), change.after))
