"""The shape of a comparator, and comparing text once per distinct pair of values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from matching.clean.columns import Columns
from matching.parallel import threads
from matching.texts import Codes, coded

Rows = NDArray[np.int64]
Levels = NDArray[np.int8]  # 0 unknown, else 1 + place in Comparator.levels
UNKNOWN = 0
_WORTH_THREADS = 5_000


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison.

    `m` and `u` are the built-in shares of this level among pairs of one person and among unrelated pairs (of those
    where both values are known); data moves them. `words` follow the field's label in a chart, `clause` is the part
    of a sentence. `side` says how people read it.
    """

    id: str
    side: Literal["same", "near", "differs"]
    m: float
    u: float
    words: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Comparator:
    """A field's comparison. `compare(columns, a, b)` gives levels for the record positions a and b, pair by pair.

    The first `bands` levels all mean "the same", from rare to frequent values; `band_shares(columns)` is the share of
    records in each. Fields whose shares are `fixed` are not learned from data; `firm` says how strongly the shares
    among different people hold against data (chance agreement of birth dates follows from the calendar).
    `most_differs` is the largest share of "differs" that may be learned for one person.
    """

    id: str
    order: int
    label: str
    levels: tuple[Level, ...]
    compare: Callable[[Columns, Rows, Rows], Levels]
    bands: int = 1
    band_shares: Callable[[Columns], NDArray[np.float64]] | None = None
    fixed: bool = False
    firm: float = 0.0
    most_differs: float = 1.0

    def place(self, level_id: str) -> int:
        """The code of a level."""
        for place, level in enumerate(self.levels):
            if level.id == level_id:
                return place + 1
        raise KeyError(level_id)


def by_distinct_pair(left: Codes, right: Codes, count: int, compare: Callable[[Codes, Codes], Levels]) -> Levels:
    """Compare each distinct unordered pair of codes once; unknown (-1) on a side gives UNKNOWN."""
    levels = np.zeros(len(left), dtype=np.int8)
    same = np.flatnonzero((left >= 0) & (left == right))
    if len(same):
        of_code = np.zeros(count, dtype=np.int8)
        codes = np.unique(left[same])
        of_code[codes] = compare(codes, codes)
        levels[same] = of_code[left[same]]
    known = np.flatnonzero((left >= 0) & (right >= 0) & (left != right))
    low = np.minimum(left[known], right[known]).astype(np.int64)
    high = np.maximum(left[known], right[known]).astype(np.int64)
    first, place = coded((low * count + high).view(np.uint64))
    if len(first):
        levels[known] = compare(low[first].astype(np.int32), high[first].astype(np.int32))[place]
    return levels


def jaro_winkler(values: list[str], a: Codes, b: Codes) -> NDArray[np.float32]:
    """Similarity 0..1 of values by code, pair by pair, the same both ways."""
    return _Unlike.of(values, a, b).jaro_winkler()


def edits(values: list[str], a: Codes, b: Codes) -> NDArray[np.int32]:
    """Edits between values (insert, delete, replace, swap neighbours), counted up to 3."""
    return _Unlike.of(values, a, b).edits()


def alike(values: list[str], a: Codes, b: Codes) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """`jaro_winkler` and `edits`, for less than both: fetching the texts takes as long as comparing them."""
    unlike = _Unlike.of(values, a, b)
    return unlike.jaro_winkler(), unlike.edits()


@dataclass(frozen=True, slots=True)
class _Unlike:
    """Which of `size` pairs are of two values, and these."""

    size: int
    places: Rows
    left: list[str]
    right: list[str]

    @classmethod
    def of(cls, values: list[str], a: Codes, b: Codes) -> _Unlike:
        places = np.flatnonzero(a != b)
        left, right = ([values[code] for code in codes[places].tolist()] for codes in (a, b))
        return cls(len(a), places, left, right)

    def jaro_winkler(self) -> NDArray[np.float32]:
        found = np.ones(self.size, dtype=np.float32)
        measure = JaroWinkler.similarity
        found[self.places] = cpdist(self.left, self.right, scorer=measure, dtype=np.float32, workers=self._workers())
        return found

    def edits(self) -> NDArray[np.int32]:
        found = np.zeros(self.size, dtype=np.int32)
        found[self.places] = cpdist(
            self.left, self.right, scorer=OSA.distance, score_cutoff=2, dtype=np.int32, workers=self._workers()
        )
        return found

    def _workers(self) -> int:
        """Threads for so many comparisons: starting them costs more than a few thousand comparisons do."""
        return threads() if len(self.places) > _WORTH_THREADS else 1


def one_digit_apart(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Rows of digits that differ in one place, or by two neighbours swapped."""
    differs = a != b
    count = differs.sum(axis=1)
    first = np.argmax(differs, axis=1)
    rows = np.arange(len(a))
    second = np.minimum(first + 1, a.shape[1] - 1)
    swapped = (
        (count == 2) & differs[rows, second] & (a[rows, first] == b[rows, second]) & (a[rows, second] == b[rows, first])
    )
    return np.asarray((count == 1) | swapped, dtype=bool)


# Frequency of a value among other records, from rare to frequent: below the first edge is band 0, and so on.
BAND_EDGES = (0.0001, 0.0008, 0.004, 0.012)
_HALF_COUNT, _SMOOTHING = 0.5, 300


def bands_of(counts: NDArray[np.int64], size: int) -> NDArray[np.int8]:
    """The frequency band of each value. The two records that agree do not speak for its frequency."""
    share = (np.maximum(counts - 2, 0) + _HALF_COUNT) / (size + _SMOOTHING)
    return np.searchsorted(np.array(BAND_EDGES), share, side="right").astype(np.int8)


def shares_of_bands(counts: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """The share of records in each band, with a little of every band kept."""
    inside = np.bincount(bands_of(counts, size), weights=counts, minlength=len(BAND_EDGES) + 1)
    weights = inside + 0.02 * max(1.0, float(inside.sum())) / len(inside)
    return np.asarray(weights / weights.sum(), dtype=np.float64)
