"""Pairs of the store scored again as they stand, under any plan, for questions about the model. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.match.people import people_of, records
from core.match.run import nicknames
from matching.apart import two_of_one_index
from matching.clean.columns import columns_of
from matching.compare._base import Comparator
from matching.model import Model
from matching.plan import Plan
from matching.registries import comparators
from matching.score import Scores, levels_of, score
from matching.verdicts import AskedPairs, Verdicts, raised

_AT_ONCE = 20_000  # pairs or records
_OWN_NUMBERS = "identifiers"
_NO_LACK = frozenset({_OWN_NUMBERS, "suffix"})  # most people have no suffix: without one nothing is missing

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs of living records, all arrays of one length: the places they were asked at, the model's probability, the
    tier ("" below all), and whether the pair would join its records without asking."""

    places: Ids
    probability: NDArray[np.float64]
    tier: list[str]
    may_link: NDArray[np.bool_]


def score_again(connection: Connection, model: Model, plan: Plan, a: Ids, b: Ids) -> Scored:
    """Score pairs of patient ids as if nobody had said anything about them. Pairs with a record that is gone are left
    out."""
    parts = [
        _scored(connection, model, plan, a[start : start + _AT_ONCE], b[start : start + _AT_ONCE])
        for start in range(0, max(len(a), 1), _AT_ONCE)
    ]
    return Scored(
        np.concatenate([part.places + number * _AT_ONCE for number, part in enumerate(parts)]),
        np.concatenate([part.probability for part in parts]),
        [tier for part in parts for tier in part.tier],
        np.concatenate([part.may_link for part in parts]),
    )


def _scored(connection: Connection, model: Model, plan: Plan, a: Ids, b: Ids) -> Scored:
    table = people_of(records(connection, np.unique(np.r_[a, b]))).table
    places = np.flatnonzero(np.isin(a, table.keys) & np.isin(b, table.keys))
    one, other = (np.searchsorted(table.keys, side[places]) for side in (a, b))
    one, other = np.minimum(one, other), np.maximum(one, other)
    columns = columns_of(table, nicknames(), model.frequencies)
    levels = levels_of(columns, comparators(), one, other)
    count = len(places)
    asked = AskedPairs(
        pattern=np.arange(count),
        label=np.zeros(count, np.int8),
        is_hint=np.zeros(count, np.bool_),
        hinted=np.full(count, np.nan),
        dated=(columns.birth[one, 0] > 0) & (columns.birth[other, 0] > 0),
        two_of_index=two_of_one_index(table, one, other),
    )
    # Everything is wanted, also what the plan would not raise.
    found = raised(asked, _verdicts(levels, model, plan), model.classes, replace(plan, unsure=0.0))
    below = found.probability < plan.unsure
    tiers = ["" if is_below else tier for tier, is_below in zip(found.tier, below.tolist(), strict=True)]
    return Scored(places, found.probability, tiers, found.may_link)


def _verdicts(levels: NDArray[np.int8], model: Model, plan: Plan) -> Verdicts:
    if not len(levels):
        nothing = np.zeros(0, np.float64)
        return Verdicts.of(levels, Scores(nothing, nothing, np.zeros(0, np.int64)), plan)
    return Verdicts.of(levels, score(levels, model), plan)


@dataclass(frozen=True, slots=True)
class Alone:
    """Records held against identical copies of themselves: ids, the probability and tier of each with its copy, and the
    fields that it lacks."""

    ids: Ids
    probability: NDArray[np.float64]
    tier: list[str]
    missing: list[tuple[str, ...]]


def score_copies(connection: Connection, model: Model, plan: Plan, after: int = 0) -> Iterator[Alone]:
    """Living records with an id above `after`, by id and in portions, each against a copy under another record number:
    somebody registered twice has two."""
    fields = comparators()
    own = list(fields).index(_OWN_NUMBERS)
    while True:
        ids = _next_ids(connection, after)
        if not len(ids):
            return
        after = int(ids[-1])
        table = people_of(records(connection, ids)).table
        columns = columns_of(table, nicknames(), model.frequencies)
        rows = np.arange(len(table))
        levels = levels_of(columns, fields, rows, rows)
        levels[:, own] = 0
        probability = _verdicts(levels, model, plan).probability
        dated = (columns.birth[:, 0] > 0) | (not plan.birth_date_needed)
        tiers = [
            plan.tier(p) if is_dated or not plan.tier(p) else "unsure"
            for p, is_dated in zip(probability.tolist(), dated.tolist(), strict=True)
        ]
        yield Alone(table.keys, probability, tiers, _missing(levels, fields))


def _next_ids(connection: Connection, after: int) -> Ids:
    query = "SELECT id FROM patients WHERE gone_at IS NULL AND id > ? ORDER BY id LIMIT ?"
    return np.array(connection.exec_driver_sql(query, (after, _AT_ONCE)).scalars().all(), np.int64)


def _missing(levels: NDArray[np.int8], fields: Mapping[str, Comparator]) -> list[tuple[str, ...]]:
    unknown = levels == 0
    return [
        tuple(name for name, is_so in zip(fields, row, strict=True) if is_so and name not in _NO_LACK)
        for row in unknown.tolist()
    ]
