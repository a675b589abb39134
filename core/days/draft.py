"""A charge as a person drafts it: lines that are checked, warned about, and put in place of a finding's proposal."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import BadInput

CODE = re.compile(r"[0-9]{4}[0-9A-Z]|[A-V][0-9]{4}")
MODIFIER = re.compile(r"[0-9A-Z]{2}")
ORIGINS = ("documented", "template", "typed")
MOST_MODIFIERS, MOST_POINTERS = 4, 4
_OF_A_LINE = frozenset({"code", "modifiers", "units", "amount", "diagnoses"})


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line. `diagnoses` in the order they are pointed to, `amount` in cents (None: no fee known).

    `origin` says where the code came from: the visit's documentation, a template the person chose, or their keyboard.
    """

    code: str
    units: float = 1
    modifiers: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    amount: int | None = None
    origin: str = "typed"


@dataclass(frozen=True, slots=True)
class Warned:
    """What a coder should look at. `id`: no-fee, no-diagnosis, twice, not-documented, billed-already."""

    id: str
    code: str


def check_lines(lines: Sequence[DraftLine], diagnoses: Collection[str]) -> None:
    """Raise BadInput for what no billing system would take. `diagnoses` are those of the visit."""
    if not lines:
        raise BadInput("A charge needs at least one line.", code="CM-DRF-01")
    for number, line in enumerate(lines, 1):
        place = f"line {number}"
        if not CODE.fullmatch(line.code):
            raise BadInput(f"Line {number}: a code has five characters, like 99213 or G0008.", place=place,
                           code="CM-DRF-02")  # fmt: skip
        if len(line.modifiers) > MOST_MODIFIERS or not all(MODIFIER.fullmatch(one) for one in line.modifiers):
            raise BadInput(f"Line {number}: up to four modifiers of two characters each.", place=place,
                           code="CM-DRF-03")  # fmt: skip
        if not 0 < line.units <= 999:
            raise BadInput(f"Line {number}: units are more than 0 and at most 999.", place=place, code="CM-DRF-04")
        if line.amount is not None and line.amount < 0:
            raise BadInput(f"Line {number}: a fee is not below zero.", place=place, code="CM-DRF-05")
        if len(line.diagnoses) > MOST_POINTERS or not set(line.diagnoses) <= set(diagnoses):
            raise BadInput(f"Line {number}: up to four diagnoses, all of this visit.", place=place, code="CM-DRF-06")
        if line.origin not in ORIGINS:
            raise BadInput(f"Line {number}: where its code came from is not known.", place=place, code="CM-DRF-07")


def warnings_of(
    lines: Sequence[DraftLine], documented: Collection[str], billed: Collection[str], fees: Mapping[str, int]
) -> tuple[Warned, ...]:
    """What may be refused or questioned; the person who codes decides. `billed`: codes of that day's other charges."""
    found, seen = [], set()
    for line in lines:
        if not CODE.fullmatch(line.code):
            continue
        if line.amount is None and line.code not in fees:
            found.append(Warned("no-fee", line.code))
        if not line.diagnoses:
            found.append(Warned("no-diagnosis", line.code))
        if (line.code, line.modifiers) in seen:
            found.append(Warned("twice", line.code))
        if line.code not in documented:
            found.append(Warned("not-documented", line.code))
        if line.code in billed:
            found.append(Warned("billed-already", line.code))
        seen.add((line.code, line.modifiers))
    return tuple(dict.fromkeys(found))


def as_proposals(proposal: Mapping[str, Any], lines: Sequence[DraftLine]) -> tuple[dict[str, Any], ...]:
    """A new charge per line: patient, visit, day and provider as the finding proposes them, the rest from the line."""
    whole = [change for change in proposal["changes"] if change["field"] not in _OF_A_LINE]
    return tuple({**proposal, "changes": [*whole, *_changes(line)]} for line in lines)


def origins(lines: Sequence[DraftLine]) -> dict[str, str]:
    """What is kept with the decision: each code, and where it came from."""
    return {f"line {number}": f"{line.code} ({line.origin})" for number, line in enumerate(lines, 1)}


def _changes(line: DraftLine) -> list[dict[str, Any]]:
    fields: list[tuple[str, Any]] = [
        ("code", line.code),
        ("units", line.units),
        ("modifiers", list(line.modifiers) or None),
        ("amount", line.amount),
        ("diagnoses", [{"code": code, "rank": rank} for rank, code in enumerate(line.diagnoses, 1)] or None),
    ]
    return [{"field": name, "before": None, "after": value} for name, value in fields if value is not None]
