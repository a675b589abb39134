"""Scoring: levels to agreement patterns, patterns to a model (EM under a prior), model to weights and probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.classes import PairClass, chance_of, tilted
from matching.clean.columns import Columns, Frequencies, frequencies_of
from matching.compare._base import Comparator, Rows
from matching.model import Model

Floats = NDArray[np.float64]
Pattern = NDArray[np.int8]  # (patterns, fields): levels in the order of the comparators

# How strongly the built-in shares hold against what the data say, in pairs; and how many pairs count as data.
_MATCH_STRENGTH, _MATCH_STRENGTH_PER_RECORD = 200.0, 0.002
_OTHER_STRENGTH, _OTHER_STRENGTH_PER_RECORD = 50.0, 0.0005
_ROUNDS, _STILL = 80, 1e-4
_FLOOR = 1e-9
# A class by chance may have this many times the pairs that independence of the fields would make.
_CHANCE_SLACK = 1.5
_RANDOM_PAIRS, _BELIEF_IN_BUILT_IN = 200_000, 3000.0


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


def levels_of(columns: Columns, comparators: Mapping[str, Comparator], a: Rows, b: Rows) -> Pattern:
    """All comparators over all pairs of record positions."""
    found = np.zeros((len(a), len(comparators)), dtype=np.int8)
    for place, comparator in enumerate(comparators.values()):
        found[:, place] = comparator.compare(columns, a, b)
    return found


def patterns_of(levels: Pattern, comparators: Mapping[str, Comparator], label: NDArray[np.int8]) -> Patterns:
    """Collapse pairs to distinct patterns (label included)."""
    code = label.astype(np.int64)
    for place, comparator in enumerate(comparators.values()):
        code = code * (len(comparator.levels) + 1) + levels[:, place]
    _, first, of_pair, count = np.unique(code, return_index=True, return_inverse=True, return_counts=True)
    return Patterns(levels[first], count.astype(np.float64), of_pair, label[first])


def starting_model(columns: Columns, comparators: Mapping[str, Comparator], classes: tuple[PairClass, ...]) -> Model:
    """The built-in shares, fitted to this table: frequency bands, and how random pairs of it agree."""
    counted = frequencies_of(columns)
    match = {name: _match_base(comparator, columns) for name, comparator in comparators.items()}
    random = {name: _u(comparator) for name, comparator in comparators.items()}
    built_in = _assemble(comparators, classes, match, random, counted)
    random = _random_shares(columns, comparators, built_in)
    everybody = columns.size * (columns.size - 1) / 2
    most = [_CHANCE_SLACK * (1 + everybody * chance_of(comparators, random, c)) if c.by_chance else -1 for c in classes]
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
            [tilted(one, (match if c.is_match else random)[name], c.tilt.get(name, {})) for c in classes], axis=1
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


def _random_shares(columns: Columns, comparators: Mapping[str, Comparator], model: Model) -> dict[str, Floats]:
    """How random pairs of this table agree, without those that look like one person, leaning on the built-in shares."""
    a, b = _random_pairs(columns.size)
    levels = levels_of(columns, comparators, a, b)
    other = 1.0 - score(levels, model).probability
    shares = {}
    for place, (name, comparator) in enumerate(comparators.items()):
        counted = np.bincount(levels[:, place], weights=other, minlength=len(comparator.levels) + 1)[1:]
        believed = counted + _BELIEF_IN_BUILT_IN * _u(comparator)
        shares[name] = _u(comparator) if comparator.fixed else believed / believed.sum()
    return shares


def _random_pairs(size: int) -> tuple[Rows, Rows]:
    """All pairs of a small table, else evenly spread ones; the same for the same size."""
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
        table = np.vstack([np.zeros((1, shares.shape[1])), np.log2(np.maximum(shares, _FLOOR))])
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


def learn(
    patterns: Patterns,
    start: Model,
    prior: Model,
    comparators: Mapping[str, Comparator],
    classes: tuple[PairClass, ...],
) -> Model:
    """EM over patterns. `start` is where to begin (an earlier model), `prior` what the shares are drawn towards."""
    is_match = np.array(prior.is_match)
    strength = np.where(
        is_match,
        max(_MATCH_STRENGTH, _MATCH_STRENGTH_PER_RECORD * prior.records),
        max(_OTHER_STRENGTH, _OTHER_STRENGTH_PER_RECORD * prior.records),
    )
    believed_counts = np.array([c.count for c in classes])
    marks = {
        name: (patterns.levels[:, place, None] == np.arange(1, len(one.levels) + 1)).astype(np.float64)
        for place, (name, one) in enumerate(comparators.items())
    }
    model = start
    rounds = 0
    for _ in range(_ROUNDS):
        weighted = responsibilities(patterns, model) * patterns.count[:, None]
        moved = _next_model(
            weighted,
            marks,
            model=model,
            prior=prior,
            strength=strength,
            believed_counts=believed_counts,
            comparators=comparators,
        )
        change = max(float(np.abs(moved.prior - model.prior).max()), _largest_change(moved, model))
        model, rounds = moved, rounds + 1
        if change < _STILL:
            break
    return replace(
        model, frequencies=prior.frequencies, records=prior.records, pairs=int(patterns.count.sum()), rounds=rounds
    )


def responsibilities(patterns: Patterns, model: Model) -> Floats:
    """Each pattern's share of each class; what a person said overrules."""
    joint = likelihoods(patterns.levels, model)
    is_match = np.array(model.is_match)
    joint[np.ix_(patterns.label == 1, ~is_match)] = -np.inf
    joint[np.ix_(patterns.label == 2, is_match)] = -np.inf
    joint -= joint.max(axis=1, keepdims=True)
    shares = np.exp2(joint)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float64)


def _next_model(
    weighted: Floats,
    marks: Mapping[str, Floats],
    *,
    model: Model,
    prior: Model,
    strength: Floats,
    believed_counts: Floats,
    comparators: Mapping[str, Comparator],
) -> Model:
    shares = {}
    for name, mark in marks.items():
        if comparators[name].fixed:
            shares[name] = prior.shares[name]
            continue
        held = np.where(model.is_match, strength, strength + comparators[name].firm * mark.sum(axis=1) @ weighted)
        counted = mark.T @ weighted + prior.shares[name] * held
        shares[name] = _bounded(counted / counted.sum(axis=0, keepdims=True), comparators[name], model)
    sizes = weighted.sum(axis=0) + believed_counts
    sizes = np.where(prior.most >= 0, np.minimum(sizes, prior.most), sizes)
    return replace(model, prior=sizes / sizes.sum(), shares=shares)


def _bounded(shares: Floats, comparator: Comparator, model: Model) -> Floats:
    """One person's records may disagree only so often: what disagrees more often is something else."""
    differs = np.array([level.side == "differs" for level in comparator.levels])
    share = shares[differs].sum(axis=0)
    over = np.array(model.is_match) & (share > comparator.most_differs)
    factor = np.where(differs[:, None], comparator.most_differs / np.maximum(share, _FLOOR), 0.0)
    rest = np.where(differs[:, None], 0.0, (1 - comparator.most_differs) / np.maximum(1 - share, _FLOOR))
    return np.where(over, shares * (factor + rest), shares)


def _largest_change(one: Model, other: Model) -> float:
    return max(float(np.abs(one.shares[name] - other.shares[name]).max()) for name in one.shares)
