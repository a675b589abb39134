"""What a list of pairs and clusters is worth, where the truth is known: figures, no files and no clock.

Probabilities are a matcher's own. A pair that blocking never looked at counts as missed.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Pair = tuple[str, str]
# What the product takes without being told: the least that is listed, that joins clusters, that needs nobody's eye.
LISTED, LINKED, AUTOMATIC = 0.1, 0.9, 0.99
BANDS = (LISTED, 0.3, 0.5, 0.7, LINKED, AUTOMATIC, 1.0)
ENOUGH = 100  # pairs in a band, for its gap to say something
LABELS = ("match", "possible", "not")
TIERS = ("automatic", "review", "none")
_RELATED = {"twins": {"twin"}, "fathers and sons": {"sr", "jr"}}


@dataclass(frozen=True)
class Score:
    """Pairs that were found, that are true, and that are both."""

    hits: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        return self.hits / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.hits / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.hits / (self.found + self.true) if self.found + self.true else 1.0

    def __str__(self) -> str:
        return f"precision {self.precision:.4f}, recall {self.recall:.4f}, F1 {self.f1:.4f}"


@dataclass(frozen=True)
class Band:
    """Pairs whose probability lies from `low` up to `high`: how many, what was said of them, what is true."""

    low: float
    high: float
    pairs: int
    said: float
    true: float

    @property
    def gap(self) -> float:
        return abs(self.said - self.true)


@dataclass(frozen=True)
class People:
    """Whose each record is, and in which file it stands (0 or 1; all 0 where there is one).

    `relation` is "twin", "sr" or "jr" for those who are easily confused, None where nobody knows.
    """

    person: Numbers
    file: Numbers
    relation: NDArray[np.str_] | None = None

    @property
    def is_across(self) -> bool:
        """Whether only pairs across two files count."""
        return bool(self.file.any())

    @property
    def true_pairs(self) -> int:
        return self.pairs_within(self.person)

    def pairs_within(self, labels: Numbers) -> int:
        """Pairs of records with equal labels, across the files where there are two."""
        if not self.is_across:
            return _pairs(labels)
        return _pairs(labels) - sum(_pairs(labels[self.file == file]) for file in (0, 1))


@dataclass(frozen=True)
class Found:
    """Pairs by the places of their records, and how probable each is."""

    a: Numbers
    b: Numbers
    probability: NDArray[np.float64]

    def is_true(self, people: People) -> NDArray[np.bool_]:
        return np.asarray(people.person[self.a] == people.person[self.b])


def of_pairs(found: Found, people: People, least: float) -> Score:
    """Pairs of at least this probability."""
    kept = found.probability >= least
    return Score(int(found.is_true(people)[kept].sum()), int(kept.sum()), people.true_pairs)


def at_best(found: Found, people: People) -> float:
    """F1 of pairs at the threshold that somebody would choose who knew the truth."""
    order = np.argsort(-found.probability)
    hits = np.cumsum(found.is_true(people)[order])
    return float((2 * hits / (np.arange(1, len(hits) + 1) + people.true_pairs)).max()) if len(hits) else 0.0


def of_clusters(clusters: Numbers, people: People) -> Score:
    """Pairs that stand in one cluster; `clusters` is one number per record."""
    both = np.unique(np.stack([clusters, people.person]), axis=1, return_inverse=True)[1].ravel()
    return Score(people.pairs_within(both), people.pairs_within(clusters), people.true_pairs)


def calibration(found: Found, people: People) -> list[Band]:
    """The bands that hold any pairs."""
    is_true = found.is_true(people)
    bands = []
    for low, high in itertools.pairwise(BANDS):
        inside = (found.probability >= low) & ((found.probability < high) | (high == BANDS[-1]))
        if inside.any():
            said, true = float(found.probability[inside].mean()), float(is_true[inside].mean())
            bands.append(Band(low, high, int(inside.sum()), said, true))
    return bands


def largest_gap(bands: Sequence[Band]) -> float:
    """Between what is said and what is true, over the bands with enough pairs."""
    return max((band.gap for band in bands if band.pairs >= ENOUGH), default=0.0)


def joined(found: Found, clusters: Numbers, held: Collection[int]) -> Found:
    """The pairs that stand in one cluster which waits for nobody's eye (`held` do)."""
    one, other = clusters[found.a], clusters[found.b]
    kept = np.flatnonzero((one == other) & ~np.isin(one, list(held)))
    return Found(found.a[kept], found.b[kept], found.probability[kept])


def false_relatives(found: Found, people: People) -> dict[str, float]:
    """Wrong links of two people who are easily confused, per 1,000 links. Empty where relations are not known."""
    if people.relation is None:
        return {}
    kept = found.probability >= LINKED
    wrong = kept & ~found.is_true(people)
    links = max(int(kept.sum()), 1)
    return {
        words: 1000
        * int((wrong & _is_one_of(people, found.a, kinds) & _is_one_of(people, found.b, kinds)).sum())
        / links
        for words, kinds in _RELATED.items()
    }


def three_states(
    labels: Mapping[Pair, str], said: Mapping[Pair, float], held: Collection[Pair] = ()
) -> Counter[tuple[str, str]]:
    """How often each label met each tier. A pair that was not listed has the tier none; `held` are never automatic."""
    return Counter((label, _tier(said.get(pair, 0.0), pair in held)) for pair, label in labels.items())


def _tier(probability: float, is_held: bool) -> str:
    if probability < LISTED:
        return TIERS[2]
    return TIERS[0] if probability >= AUTOMATIC and not is_held else TIERS[1]


def _is_one_of(people: People, places: Numbers, kinds: set[str]) -> NDArray[np.bool_]:
    assert people.relation is not None
    return np.isin(people.relation[places], list(kinds))


def _pairs(labels: Numbers) -> int:
    sizes = np.unique(labels, return_counts=True)[1].astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())
