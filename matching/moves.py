"""What another plan would do to pairs that are scored already: which tier each is in, and which would move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.pairs import DECIDED, HINTED
from matching.plan import Plan

TIERS = ("", "unsure", "likely", "strong")
"""By rising probability; "" is below all of them: not raised."""

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Move:
    """Pairs that would go from one tier into another; "" is out of sight. `places` among the pairs, in order."""

    before: str
    after: str
    places: Places


def moves(
    probability: NDArray[np.float64], tier: Sequence[str], looks_like: Sequence[str], before: Plan, after: Plan
) -> tuple[Move, ...]:
    """All moves, from the strongest tier down. Arguments are those of `Pairs`, all of one length.

    Decided pairs and candidates of a patient index stay as they are. A pair that `before` held back among the unsure
    ones (no birth date) stays there.
    """
    fixed = np.array([kind in (DECIDED, HINTED) for kind in looks_like], dtype=bool)
    now = np.array([TIERS.index(one) for one in tier], dtype=np.int64)
    free, then = _places(probability, before), _places(probability, after)
    then = np.where((now < free) & (then > now), now, then)
    then = np.where(fixed, now, then)
    found = []
    for one in range(len(TIERS) - 1, -1, -1):
        for other in range(len(TIERS) - 1, -1, -1):
            places = np.flatnonzero((now == one) & (then == other))
            if one != other and len(places):
                found.append(Move(TIERS[one], TIERS[other], places))
    return tuple(found)


def _places(probability: NDArray[np.float64], plan: Plan) -> Places:
    edges = np.array([plan.unsure, plan.likely, plan.strong])
    return np.searchsorted(edges, probability, side="right").astype(np.int64)
