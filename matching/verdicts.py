"""From scored patterns to what is raised: tier, kind and whether a pair may join its records by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.compare._base import Rows
from matching.pairs import DECIDED, HINTED
from matching.plan import Plan
from matching.registries import comparators
from matching.score import Floats, Pattern, Scores
from matching.stops import NAME_UNKNOWN, conflicts

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Per pattern: its probability, its weight (log2 odds), its most likely class, and whether it joins its records.

    `most` is the most that may be said of it: a pair with an unknown name is never sure.
    """

    probability: Floats
    weight: Floats
    best: NDArray[np.int64]
    joins: Flags
    most: Floats

    @classmethod
    def of(cls, levels: Pattern, scored: Scores, plan: Plan) -> Verdicts:
        """Of patterns and their scores."""
        # Records that have no known field in common say nothing about each other.
        known = levels.any(axis=1)
        # What shows a stop sign (twins, two numbers) joins by itself only where everything else is strong.
        by_field = {name: levels[:, place] for place, name in enumerate(comparators())}
        found = conflicts(by_field)
        most = most_of(found, plan)
        # An unknown name does not raise what is needed: such a group waits for a person anyway.
        warned = np.logical_or.reduce([shown for code, shown in found.items() if code != NAME_UNKNOWN])
        needed = np.where(warned, max(plan.strong, plan.link), plan.link)
        probability = np.where(known, scored.probability, 0.0)
        return cls(np.minimum(probability, most), scored.weight, scored.best, probability >= needed, most)


def most_of(found: Mapping[str, Flags], plan: Plan) -> Floats:
    """The highest probability that may be said of each pair, from the stop signs of `matching.stops.conflicts`."""
    return np.where(found[NAME_UNKNOWN], plan.review_most, 1.0)


@dataclass(frozen=True, slots=True)
class AskedPairs:
    """Per pair what counts besides its pattern.

    `pattern` is its place among the patterns; `label` 0 open, 1 said to be one person, 2 said to be two; `is_hint`
    marks what an index calls a candidate, `hinted` the probability it gives (nan: none); `dated` that both birth
    years are known; `two_of_index` that one patient index knows the two as two people.
    """

    pattern: Rows
    label: NDArray[np.int8]
    is_hint: Flags
    hinted: Floats
    dated: Flags
    two_of_index: Flags


@dataclass(frozen=True, slots=True)
class Raised:
    """What is worth raising: `places` among the pairs that were asked, and per place what `Pairs` holds."""

    places: Rows
    probability: Floats
    weight: Floats
    tier: list[str]
    looks_like: list[str]
    may_link: Flags


def raised(asked: AskedPairs, verdicts: Verdicts, classes: Sequence[str], plan: Plan) -> Raised:
    """Every tier and every hint, without pairs that were said to be two people. `classes` are the model's."""
    ours = verdicts.probability[asked.pattern]
    hinted = np.minimum(asked.hinted, verdicts.most[asked.pattern])
    probability = np.where(asked.label == 1, 1.0, np.where(np.isnan(asked.hinted), ours, hinted))
    kept = np.flatnonzero(((probability >= plan.unsure) | asked.is_hint) & (asked.label != 2))
    pattern, probability, is_hint = asked.pattern[kept], probability[kept], asked.is_hint[kept]
    said = asked.label[kept] == 1
    dated = asked.dated[kept] | (not plan.birth_date_needed)
    tiers = [
        (plan.tier(p) if sure else "") or "unsure"
        for p, sure in zip(probability.tolist(), (dated | said).tolist(), strict=True)
    ]
    looks_like = [
        DECIDED if was else HINTED if hint else classes[place]
        for place, was, hint in zip(verdicts.best[pattern].tolist(), said.tolist(), is_hint.tolist(), strict=True)
    ]
    waits = is_hint | asked.two_of_index[kept]
    may_link = said | (dated & ~waits & verdicts.joins[pattern])
    return Raised(kept, probability, verdicts.weight[pattern], tiers, looks_like, may_link)
