"""Scoring: levels to agreement patterns, a table to the model before learning, model to weights and probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matching.classes import PairClass, chance_of, tilted
from matching.clean.columns import Columns, Frequencies, frequencies_of
from matching.compare._base import Comparator, Rows
from matching.model import Model
from matching.parallel import on_all_cores
from matching.progress import Progress, silent
from matching.texts import coded

Floats = NDArray[np.float64]
Pattern = NDArray[np.int8]  # (patterns, fields): levels in the order of the comparators

FLOOR = 1e-9
# A class by chance may have this many times the pairs that independence of the fields would make, and half a pair more.
_CHANCE_SLACK, _CHANCE_LEAST = 1.5, 0.5
_STRETCH = 1_000_000  # pairs
_RANDOM_PAIRS, _BELIEF_IN_BUILT_IN = 100_000, 1500.0


@dataclass(frozen=True, slots=True)
class Patterns:
    """Distinct agreement patterns with how often each occurs, and each pair's pattern."""

    levels: Pattern
    count: Floats
    of_pair: Rows
    label: NDArray[np.int8]  # 0 open, 1 said to be one person, 2 said to be two


@dataclass(frozen=True, slots=True)
class Scores:
    """Per pair or pattern: log2 odds of one person, its probability, and the most likely class."""

    weight: Floats
    probability: Floats
    best: NDArray[np.int64]


def levels_of(
    columns: Columns, comparators: Mapping[str, Comparator], a: Rows, b: Rows, progress: Progress = silent
) -> Pattern:
    """All comparators over all pairs of record positions."""
    found = np.zeros((len(a), len(comparators)), dtype=np.int8)

    def fill(place: int, comparator: Comparator, part: slice) -> None:
        found[part, place] = comparator.compare(columns, a[part], b[part])

    # In stretches: what a comparison needs on the way is several times as large as what it gives.
    parts = [slice(start, start + _STRETCH) for start in range(0, len(a), _STRETCH)]
    steps = [partial(fill, *at, part) for part in parts for at in enumerate(comparators.values())]
    for done, _ in enumerate(on_all_cores(steps, len(a)), 1):
        progress("comparing", done / len(steps))
    return found


def patterns_of(levels: Pattern, comparators: Mapping[str, Comparator], label: NDArray[np.int8]) -> Patterns:
    """Collapse pairs to distinct patterns (label included)."""
    code = codes_of(levels, comparators, label)
    first, found = coded(code.view(np.uint64))
    order = np.argsort(code[first])
    place = np.empty(len(first), dtype=np.int64)
    place[order] = np.arange(len(first))
    of_pair, first = place[found], first[order]
    count = np.bincount(of_pair, minlength=len(first))
    return Patterns(levels[first], count.astype(np.float64), of_pair, label[first])


def codes_of(levels: Pattern, comparators: Mapping[str, Comparator], label: NDArray[np.int8]) -> Rows:
    """One number per pair that stands for its levels and its label."""
    code = label.astype(np.int64)
    for place, comparator in enumerate(comparators.values()):
        code = code * (len(comparator.levels) + 1) + levels[:, place]
    return code


def patterns_from(codes: Rows, count: Rows, comparators: Mapping[str, Comparator]) -> Patterns:
    """Patterns from codes, each once and in order, and their numbers of pairs: as `patterns_of` gives them."""
    levels = np.zeros((len(codes), len(comparators)), dtype=np.int8)
    rest = codes
    for place, comparator in reversed(list(enumerate(comparators.values()))):
        rest, levels[:, place] = np.divmod(rest, len(comparator.levels) + 1)
    return Patterns(levels, count.astype(np.float64), np.arange(len(codes)), rest.astype(np.int8))


def starting_model(
    columns: Columns,
    comparators: Mapping[str, Comparator],
    classes: tuple[PairClass, ...],
    random_levels: Pattern | None = None,
) -> Model:
    """The built-in shares, fitted to this table: frequency bands, and how random pairs of it agree.

    `random_levels` are the levels of `random_pairs`, where another has compared them.
    """
    counted = frequencies_of(columns)
    if random_levels is None:
        random_levels = levels_of(columns, comparators, *random_pairs(columns.size))
    match = {name: _match_base(comparator, columns) for name, comparator in comparators.items()}
    random = {name: _u(comparator) for name, comparator in comparators.items()}
    built_in = _assemble(comparators, classes, match, random, counted)
    random = _random_shares(random_levels, comparators, built_in)
    everybody = columns.size * (columns.size - 1) / 2
    by_chance = [everybody * chance_of(comparators, random, c) if c.by_chance else -1.0 for c in classes]
    most = [_CHANCE_SLACK * (pairs + _CHANCE_LEAST) if pairs >= 0 else -1.0 for pairs in by_chance]
    model = _assemble(comparators, classes, match, random, counted)
    return replace(model, records=columns.size, most=np.array(most))


def _u(comparator: Comparator) -> Floats:
    shares = np.array([level.u for level in comparator.levels])
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _match_base(comparator: Comparator, columns: Columns) -> Floats:
    shares = np.array([level.m for level in comparator.levels])
    if comparator.band_shares:
        shares[: comparator.bands] = shares[: comparator.bands].sum() * comparator.band_shares(columns)
    return np.asarray(shares / shares.sum(), dtype=np.float64)


def _assemble(
    comparators: Mapping[str, Comparator],
    classes: tuple[PairClass, ...],
    match: Mapping[str, Floats],
    random: Mapping[str, Floats],
    counted: Frequencies,
) -> Model:
    shares = {
        name: np.stack(
            [
                tilted(one, (match if c.is_match or name in c.alike else random)[name], c.tilt.get(name, {}))
                for c in classes
            ],
            axis=1,
        )
        for name, one in comparators.items()
    }
    prior = np.array([c.count for c in classes])
    return Model(
        classes=tuple(c.id for c in classes),
        is_match=tuple(c.is_match for c in classes),
        levels={name: tuple(level.id for level in one.levels) for name, one in comparators.items()},
        prior=prior / prior.sum(),
        most=np.full(len(classes), -1.0),
        shares=shares,
        frequencies=counted,
    )


def _random_shares(levels: Pattern, comparators: Mapping[str, Comparator], model: Model) -> dict[str, Floats]:
    """How random pairs of a table agree, without those that look like one person, leaning on the built-in shares."""
    other = 1.0 - score(levels, model).probability
    shares = {}
    for place, (name, comparator) in enumerate(comparators.items()):
        counted = np.bincount(levels[:, place], weights=other, minlength=len(comparator.levels) + 1)[1:]
        believed = counted + _BELIEF_IN_BUILT_IN * _u(comparator)
        shares[name] = _u(comparator) if comparator.fixed else believed / believed.sum()
    return shares


def random_pairs(size: int) -> tuple[Rows, Rows]:
    """Positions of random pairs: all pairs of a small table, else evenly spread ones; the same for the same size."""
    if size * (size - 1) // 2 <= _RANDOM_PAIRS:
        a, b = np.triu_indices(size, 1)
        return a.astype(np.int64), b.astype(np.int64)
    place = np.arange(_RANDOM_PAIRS, dtype=np.int64)
    a = place % size
    step = 1 + (place * 7919 + place // size * 104729) % (size - 1)
    return a, (a + step) % size


def likelihoods(levels: Pattern, model: Model) -> Floats:
    """Log2 of prior times likelihood, per pattern and class. Unknown values say nothing."""
    total = np.tile(np.log2(model.prior), (len(levels), 1))
    for place, shares in enumerate(model.shares.values()):
        table = np.vstack([np.zeros((1, shares.shape[1])), np.log2(np.maximum(shares, FLOOR))])
        total += table[levels[:, place]]
    return total


def score(levels: Pattern, model: Model) -> Scores:
    """Weights and probabilities of patterns under a model."""
    joint = likelihoods(levels, model)
    is_match = np.array(model.is_match)
    weight = log2_sum(joint[:, is_match]) - log2_sum(joint[:, ~is_match])
    return Scores(weight, probability_of(weight), np.argmax(joint, axis=1))


def log2_sum(values: Floats) -> Floats:
    """Log2 of the sum over the last axis of powers of two."""
    top = values.max(axis=-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log2(np.exp2(values - top).sum(axis=-1)), dtype=np.float64)


def probability_of(weight: Floats) -> Floats:
    """Log2 odds to probability."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(weight, -1000, 1000))), dtype=np.float64)
