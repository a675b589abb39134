"""Learning the model: EM over agreement patterns, the shares drawn towards what was believed before.

Of a large table the rarest patterns are thinned out, each left one standing for several: first a small choice is
learned to the end, then a larger one for a few rounds. The choice depends on the patterns alone, not on their order.

Few pairs of one person that differ much look like kin, and twins are what a table of unrelated people would have to
explain them by. So kin must show themselves: where people's homes are known and next to nobody shares one with a
relative, there are hardly any twins either, and the model is learned again without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.classes import PairClass
from matching.compare._base import Comparator
from matching.model import Model
from matching.score import FLOOR, Floats, Pattern, Patterns, likelihoods

# How strongly the built-in shares hold against what the data say, in pairs.
_MATCH_STRENGTH, _MATCH_STRENGTH_PER_RECORD = 100.0, 0.002
_OTHER_STRENGTH, _OTHER_STRENGTH_PER_RECORD = 50.0, 0.0005
# A decided pair counts as up to so many open ones. What all of a side (one person, two people) add is at most this part
# of how strongly that side's built-in shares hold: decided pairs are a choice of the unsure ones, and may be wrong.
_LABEL_MOST, _LABELS_PART = 10.0, 0.25
_STILL = 1e-4
# (patterns, rounds) of the two stages.
_STAGES = ((12_000, 80), (60_000, 8))
# Pairs of kin at one address that a table with households in it has at least, per record. Where more than a few are
# expected, yet less than a part of them is found, kin may only have a part of the pairs expected before.
_HOME = "street"
_KIN_PER_RECORD, _KIN_EXPECTED, _KIN_FOUND, _KIN_LEFT = 0.02, 10.0, 0.25, 0.01


@dataclass(frozen=True, slots=True)
class _Field:
    """A field's patterns sorted by level, so that sums per level are sums of runs."""

    name: str
    size: int  # levels
    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    present: NDArray[np.int64]  # levels that occur, less one; unknown values are left out

    @classmethod
    def of(cls, name: str, size: int, levels: NDArray[np.int8]) -> _Field:
        order = np.argsort(levels, kind="stable")
        order = order[np.searchsorted(levels[order], 1) :]
        listed = levels[order]
        starts = np.flatnonzero(np.r_[True, listed[1:] != listed[:-1]]) if len(listed) else np.zeros(0, np.int64)
        return cls(name, size, order, starts, listed[starts].astype(np.int64) - 1)

    def sums(self, weighted: Floats) -> Floats:
        """(levels, classes): the weights of the patterns with each level."""
        found = np.zeros((self.size, weighted.shape[1]))
        if len(self.starts):
            found[self.present] = np.add.reduceat(weighted[self.order], self.starts, axis=0)
        return found


@dataclass(frozen=True, slots=True)
class _Sample:
    """Patterns to learn from, each with the number of pairs it stands for."""

    levels: Pattern
    count: Floats
    label: NDArray[np.int8]
    fields: tuple[_Field, ...]

    @classmethod
    def of(cls, patterns: Patterns, most: int, comparators: Mapping[str, Comparator]) -> _Sample:
        kept, count = _thinned(patterns, most)
        levels = patterns.levels[kept]
        fields = tuple(
            _Field.of(name, len(one.levels), levels[:, place]) for place, (name, one) in enumerate(comparators.items())
        )
        return cls(levels, count, patterns.label[kept], fields)


def _thinned(patterns: Patterns, most: int) -> tuple[NDArray[np.int64], Floats]:
    """Which patterns to learn from, and how many pairs each stands for: the frequent ones, and every so many-th rare
    one with the weight of its neighbours."""
    everything = np.arange(len(patterns.count))
    if len(everything) <= most:
        return everything, patterns.count
    enough = np.partition(patterns.count, -(most // 2))[-(most // 2)]
    is_kept = (patterns.count > enough) | (patterns.label > 0)
    rare = np.flatnonzero(~is_kept)
    chosen = rare[:: max(1, -(-len(rare) // (most // 2)))]
    count = patterns.count.copy()
    count[chosen] *= patterns.count[rare].sum() / patterns.count[chosen].sum()
    is_kept[chosen] = True
    kept = np.flatnonzero(is_kept)
    return kept, count[kept]


@dataclass(frozen=True, slots=True)
class _Belief:
    """What is believed before looking, and how strongly it holds.

    `strength`, `counts` (pairs expected) and `kin` are (classes,); `least` (classes, classes): the part of one class
    that another has at least.
    """

    prior: Model
    strength: Floats
    counts: Floats
    least: Floats
    kin: NDArray[np.bool_]

    @classmethod
    def of(cls, prior: Model, classes: tuple[PairClass, ...]) -> _Belief:
        """From the model before learning."""
        counts = np.array([one.count for one in classes])
        return cls(
            prior=prior,
            strength=np.where(
                np.array(prior.is_match),
                max(_MATCH_STRENGTH, _MATCH_STRENGTH_PER_RECORD * prior.records),
                max(_OTHER_STRENGTH, _OTHER_STRENGTH_PER_RECORD * prior.records),
            ),
            counts=np.where(prior.most >= 0, np.minimum(counts, prior.most), counts),
            least=np.array([[one.share * (one.beside == other.id) for other in classes] for one in classes]),
            kin=np.array([one.kin for one in classes]),
        )

    def is_without_kin(self, model: Model, sample: _Sample, home: int, at_home: NDArray[np.bool_]) -> bool:
        """Whether a learned model finds next to no relatives at one address.

        `home` is the place of the field that tells where people live, `at_home` which of its codes mean one address.
        Where it is mostly unknown, nothing follows.
        """
        lives = sample.levels[:, home]
        known = float(sample.count[lives > 0].sum() / max(sample.count.sum(), 1.0))
        shared = at_home[lives]
        kin = responsibilities(sample.levels[shared], sample.label[shared], model)[:, self.kin].sum(axis=1)
        expected = _KIN_PER_RECORD * self.prior.records * known
        return expected >= _KIN_EXPECTED and float(kin @ sample.count[shared]) < _KIN_FOUND * expected

    def without_kin(self) -> _Belief:
        """The same, with hardly any pairs of kin."""
        most = np.where(self.kin, _KIN_LEFT * self.counts, self.prior.most)
        return replace(self, prior=replace(self.prior, most=most))


def learn(
    patterns: Patterns,
    start: Model,
    prior: Model,
    comparators: Mapping[str, Comparator],
    classes: tuple[PairClass, ...],
) -> Model:
    """EM over patterns. `start` is where to begin (an earlier model), `prior` what the shares are drawn towards."""
    belief = _Belief.of(prior, classes)
    by_label = label_weights(patterns, belief.strength, np.array(prior.is_match))
    home = list(comparators).index(_HOME)
    at_home = np.array([False, *(level.side != "differs" for level in comparators[_HOME].levels)])
    model, rounds, before = start, 0, 0
    for most, limit in _STAGES:
        sample = _Sample.of(patterns, most, comparators)
        sample = replace(sample, count=sample.count * by_label[sample.label])
        if len(sample.count) == before:  # all patterns were in the stage before
            break
        model, done = _settled(sample, model, belief, comparators, limit)
        rounds += done
        if not before and belief.is_without_kin(model, sample, home, at_home):
            belief = belief.without_kin()
            model, done = _settled(sample, model, belief, comparators, limit)
            rounds += done
        before = len(sample.count)
    return replace(
        model, frequencies=prior.frequencies, records=prior.records, pairs=int(patterns.count.sum()), rounds=rounds
    )


def _settled(
    sample: _Sample, model: Model, belief: _Belief, comparators: Mapping[str, Comparator], limit: int
) -> tuple[Model, int]:
    """The model after rounds of EM, until it is still or for `limit` of them; and how many."""
    for done in range(1, limit + 1):
        weighted = responsibilities(sample.levels, sample.label, model) * sample.count[:, None]
        moved = _next_model(weighted, sample, model, belief, comparators)
        change = max(float(np.abs(moved.prior - model.prior).max()), _largest_change(moved, model))
        model = moved
        if change < _STILL:
            return model, done
    return model, limit


def label_weights(patterns: Patterns, strength: Floats, is_match: NDArray[np.bool_]) -> Floats:
    """(3,): how many pairs one pair counts as when it is open, said to be one person, said to be two.

    `strength` is (classes,), in pairs. Pairs said to be one person never count less than open ones: where systems link
    their records themselves, these are most of what there is to learn from. Those said to be two are bounded as a
    whole: a hundred wrong ones would teach that people who agree in everything are two.
    """
    same, different = (float(patterns.count[patterns.label == label].sum()) for label in (1, 2))
    for_same = 1.0 + _LABELS_PART * float(strength[is_match].max()) / max(same, 1.0)
    for_different = _LABELS_PART * float(strength[~is_match].max()) / max(different, 1.0)
    return np.minimum([1.0, for_same, for_different], [1.0, _LABEL_MOST, _LABEL_MOST])


def responsibilities(levels: Pattern, label: NDArray[np.int8], model: Model) -> Floats:
    """Each pattern's share of each class; what a person said overrules."""
    joint = likelihoods(levels, model)
    is_match = np.array(model.is_match)
    if label.any():
        joint[np.ix_(label == 1, ~is_match)] = -np.inf
        joint[np.ix_(label == 2, is_match)] = -np.inf
    joint -= joint.max(axis=1, keepdims=True)
    shares = np.exp2(joint, out=joint)
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


def _next_model(
    weighted: Floats, sample: _Sample, model: Model, belief: _Belief, comparators: Mapping[str, Comparator]
) -> Model:
    prior = belief.prior
    shares = {}
    for field in sample.fields:
        name, comparator = field.name, comparators[field.name]
        if comparator.fixed:
            shares[name] = prior.shares[name]
            continue
        sums = field.sums(weighted)
        held = belief.strength + np.where(model.is_match, 0.0, comparator.firm * sums.sum(axis=0))
        counted = sums + prior.shares[name] * held
        shares[name] = _bounded(counted / counted.sum(axis=0, keepdims=True), comparator, model)
    sizes = weighted.sum(axis=0) + belief.counts
    sizes = np.where(prior.most >= 0, np.minimum(sizes, prior.most), sizes)
    sizes = np.maximum(sizes, belief.least @ sizes)
    return replace(model, prior=sizes / sizes.sum(), shares=shares)


def _bounded(shares: Floats, comparator: Comparator, model: Model) -> Floats:
    """One person's records may disagree only so often: what disagrees more often is something else."""
    differs = np.array([level.side == "differs" for level in comparator.levels])
    share = shares[differs].sum(axis=0)
    over = np.array(model.is_match) & (share > comparator.most_differs)
    factor = np.where(differs[:, None], comparator.most_differs / np.maximum(share, FLOOR), 0.0)
    rest = np.where(differs[:, None], 0.0, (1 - comparator.most_differs) / np.maximum(1 - share, FLOOR))
    return np.where(over, shares * (factor + rest), shares)


def _largest_change(one: Model, other: Model) -> float:
    return max(float(np.abs(one.shares[name] - other.shares[name]).max()) for name in one.shares)
