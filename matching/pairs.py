"""Scored pairs and what people said about pairs: the values that linkage takes and gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DECIDED = "decided"
HINTED = "hinted"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person (or a source system) said about two records. Always honoured."""

    a: int
    b: int
    same: bool


@dataclass(frozen=True, slots=True)
class Hint:
    """A pair that a source's own patient index calls a candidate, with its probability (None: not said).

    It is asked about as it stands and never joins by itself.
    """

    a: int
    b: int
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Pairs:
    """Scored pairs as arrays of one length, keys with a < b, in the order of keys.

    `tier` is strong, likely or unsure; `looks_like` the id of its class, "decided" or "hinted"; `may_link`
    says whether the pair joins its records without asking (sure enough, and both birth dates known, or decided).
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    probability: NDArray[np.float64]
    weight: NDArray[np.float64]
    tier: list[str]
    looks_like: list[str]
    may_link: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.a)

    def at(self, places: NDArray[np.int64]) -> Pairs:
        """The pairs at these places, in this order."""
        listed = places.tolist()
        return Pairs(
            self.a[places],
            self.b[places],
            self.probability[places],
            self.weight[places],
            [self.tier[place] for place in listed],
            [self.looks_like[place] for place in listed],
            self.may_link[places],
        )

    def joined(self, other: Pairs) -> Pairs:
        """Both sets in the order of keys; the pairs must be different ones."""
        both = Pairs(
            np.concatenate([self.a, other.a]),
            np.concatenate([self.b, other.b]),
            np.concatenate([self.probability, other.probability]),
            np.concatenate([self.weight, other.weight]),
            self.tier + other.tier,
            self.looks_like + other.looks_like,
            np.concatenate([self.may_link, other.may_link]),
        )
        return both.at(np.lexsort((both.b, both.a)))
