"""What both engines are asked; read by the tests and by the job, each in its own environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from crowd import crowd
from labelled import febrl, population

from matching.pairs import Hint, Judgement
from matching.plan import Plan

Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Case:
    """One run. `after` names the case whose model is where learning starts."""

    rows: Rows
    plan: Plan = field(default_factory=Plan)
    judged: tuple[Judgement, ...] = ()
    hints: tuple[Hint, ...] = ()
    after: str | None = None


def cases() -> dict[str, Case]:
    """By name."""
    people = population()[0]
    spoken = (
        Judgement(0, 1, same=True),
        Judgement(2, 3, same=True),
        Judgement(1, 2, same=True),
        Judgement(3, 0, same=False),  # against the chain before it
        Judgement(10, 11, same=True),
        Judgement(11, 10, same=False),  # the last word counts
        Judgement(5, 10**9, same=True),  # one record is gone
    )
    hints = (Hint(20, 400), Hint(21, 401, 0.97), Hint(0, 1, 0.2), Hint(7, 10**9, 0.5))
    return {
        "labelled": Case(people, judged=spoken, hints=hints),
        "survey": Case(febrl()[0], after="labelled"),
        "crowd": Case(crowd(5000, seed=4)),
        # Nearly every bucket is too large here: each is split as far as it goes.
        "crowded": Case(crowd(1200, seed=5), Plan(largest_bucket=3, birth_date_needed=False, link=0.8)),
    }


FEW: tuple[list[tuple[object, ...]], ...] = (
    [],
    [(5, "Ann", "Lee", date(1984, 3, 7), ["617-555-0142", None])],
    [
        (7, "Ann", "Lee", date(1984, 3, 7), ["617-555-0199", "617-555-0142"]),
        (5, "Ann", "Lee", date(1984, 3, 7), ["617-555-0142", None]),
    ],
)
"""No record, one, two; typed as FEW_COLUMNS."""
FEW_COLUMNS = "key int, given_name string, family_name string, birth_date date, phone array<string>"


def chains() -> list[tuple[int, int]]:
    """Edges of a long path with its nodes in no order, a ring, a hub and single edges."""
    order = [(place * 7919) % 401 for place in range(401)]
    path = pairwise(order)
    ring = [(1000 + place, 1000 + (place * 37 + 37) % 64) for place in range(64)]
    hub = [(2000, 2000 + place) for place in range(1, 50)] + [(2049, 1999)]
    single = [(3000 + 2 * place, 3001 + 2 * place) for place in range(20)]
    return [(min(edge), max(edge)) for edge in (*path, *ring, *hub, *single) if edge[0] != edge[1]]
