"""What Spark's workers do with a batch: the same code as on one desk, over the records and pairs at hand.

Every function takes the batches of a partition and gives batches, with the columns named beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

import numpy as np
import pyarrow as pa

from matching.apart import two_of_one_index
from matching.block._pairs import Cut, hashes_of, pairs_in_buckets, splits_of
from matching.clean.carried import value_counts
from matching.clean.columns import Columns, Frequencies, columns_of
from matching.compare._base import Rows
from matching.group import groups_of
from matching.model import Model
from matching.pairs import Judgement, Pairs
from matching.parallel import with_threads
from matching.people import PeopleTable
from matching.plan import Plan
from matching.registries import blocking_keys, comparators
from matching.score import codes_of, levels_of
from matching.spark.arrow import Batches, batch_of, gathered, numbers, people_of, people_of_pairs
from matching.verdicts import AskedPairs, Verdicts, raised

# Rows worked on at once: enough for numpy to pay, little enough for a worker's memory.
_RECORDS, _PAIRS = 50_000, 50_000

COUNTED = "field string, value string, records bigint"
SPLITS = tuple(f"split_{depth}" for depth in range(5))
HASHED = "place tinyint, hash bigint, key bigint, " + ", ".join(f"{name} bigint" for name in SPLITS)
_CUT = ("buckets", "largest", "left_out")
MET = "a bigint, b bigint, keys bigint, place tinyint, " + ", ".join(f"{name} bigint" for name in _CUT)
RAISED = "a bigint, b bigint, probability double, weight double, tier string, looks_like string, may_link boolean"
GROUPED = "person bigint, key bigint, held string"


P = ParamSpec("P")


def _alone(work: Callable[P, Batches]) -> Callable[P, Batches]:
    """With one thread: Spark gives every core of an executor a task of its own."""

    @wraps(work)
    def on_one_core(*args: P.args, **kwargs: P.kwargs) -> Batches:
        with with_threads(1):
            yield from work(*args, **kwargs)

    return on_one_core


@dataclass(frozen=True, slots=True)
class Shared:
    """What every worker must know to read a record as all others do."""

    nicknames: Mapping[str, Sequence[str]]
    frequencies: Frequencies

    def columns(self, table: PeopleTable) -> Columns:
        """The cleaned columns of a part of the people."""
        return columns_of(table, self.nicknames, self.frequencies)


@_alone
def count_values(batches: Batches) -> Batches:
    """Records to COUNTED: how many of them have each value that frequencies speak of."""
    for batch in gathered(batches, _RECORDS):
        for field, counts in value_counts(people_of(batch)).items():
            yield batch_of(
                {
                    "field": pa.array([field] * len(counts), pa.string()),
                    "value": pa.array(list(counts), pa.string()),
                    "records": pa.array(list(counts.values()), pa.int64()),
                }
            )


@_alone
def hash_records(batches: Batches, shared: Any) -> Batches:
    """Records to HASHED: one row per record, blocking key and hash, with what splits a bucket that is too large.

    `shared` is a broadcast of Shared, `place` the place of the key among the blocking keys.
    """
    for batch in gathered(batches, _RECORDS):
        columns = shared.value.columns(people_of(batch))
        keys, splits = numbers(batch["key"]), splits_of(columns)
        for place, key in enumerate(blocking_keys().values()):
            rows, hashes = hashes_of(key, columns)
            yield batch_of(
                {
                    "place": np.full(len(rows), place, np.int8),
                    "hash": hashes.view(np.int64),
                    "key": keys[rows],
                    **{name: split[rows] for name, split in zip(SPLITS, splits, strict=True)},
                }
            )


@_alone
def pair_up(batches: Batches, cap: int) -> Batches:
    """HASHED, with each bucket whole in one partition, to MET: pairs with the bit of their blocking key.

    What a key had to cut comes as a row without a pair.
    """
    for batch in gathered(batches, None):
        places, people = numbers(batch["place"]), numbers(batch["key"])
        order = np.lexsort((people, places))
        starts = np.searchsorted(places[order], np.arange(len(blocking_keys()) + 1))
        for place, key in enumerate(blocking_keys()):
            rows = order[starts[place] : starts[place + 1]]
            if len(rows):
                yield from _pairs_of_key(place, key, batch.take(rows), cap)


def _pairs_of_key(place: int, key: str, batch: pa.Table, cap: int) -> Batches:
    people, first, position = np.unique(numbers(batch["key"]), return_index=True, return_inverse=True)
    splits = [numbers(batch[name])[first] for name in SPLITS]
    pairs, cut = pairs_in_buckets(key, position, numbers(batch["hash"]).view(np.uint64), cap, splits)
    yield _met(people[pairs // len(people)], people[pairs % len(people)], place, None)
    if cut:
        yield _met(None, None, place, cut)


def _met(a: Rows | None, b: Rows | None, place: int, cut: Cut | None) -> pa.RecordBatch:
    size = 1 if a is None else len(a)
    numbers_of_cut = (None,) * 3 if cut is None else (cut.buckets, cut.largest, cut.pairs_left_out)
    return batch_of(
        {
            "a": pa.nulls(1, pa.int64()) if a is None else a,
            "b": pa.nulls(1, pa.int64()) if b is None else b,
            "keys": np.full(size, 0 if a is None else 1 << place, np.int64),
            "place": np.full(size, place, np.int8),
            **{name: pa.array([one] * size, pa.int64()) for name, one in zip(_CUT, numbers_of_cut, strict=True)},
        }
    )


@_alone
def compare_pairs(batches: Batches, shared: Any) -> Batches:
    """Pairs with their two records to what decides about them: the code of their levels instead of the records.

    Columns beside `one` and `other` pass; `code`, `dated` and `two_of_index` are new.
    """
    fields = comparators()
    for batch in gathered(batches, _PAIRS):
        table, a, b = people_of_pairs(batch)
        columns = shared.value.columns(table)
        levels = levels_of(columns, fields, a, b)
        passed = {name: batch[name] for name in batch.column_names if name not in ("one", "other")}
        yield batch_of(
            {
                **passed,
                "code": codes_of(levels, fields, numbers(batch["label"])),
                "dated": (columns.birth[a, 0] > 0) & (columns.birth[b, 0] > 0),
                "two_of_index": two_of_one_index(table, a, b),
            }
        )


@_alone
def raise_pairs(batches: Batches, judge: Any, classes: Sequence[str], plan: Plan) -> Batches:
    """Compared pairs to RAISED. `judge` is a broadcast of the codes of all patterns, in order, and their Verdicts."""
    codes: Rows
    verdicts: Verdicts
    codes, verdicts = judge.value
    for batch in gathered(batches, _PAIRS):
        asked = AskedPairs(
            pattern=np.searchsorted(codes, numbers(batch["code"])),
            label=numbers(batch["label"]),
            is_hint=numbers(batch["is_hint"]),
            hinted=numbers(batch["hinted"]),
            dated=numbers(batch["dated"]),
            two_of_index=numbers(batch["two_of_index"]),
        )
        found = raised(asked, verdicts, classes, plan)
        yield batch_of(
            {
                "a": numbers(batch["a"])[found.places],
                "b": numbers(batch["b"])[found.places],
                "probability": found.probability,
                "weight": found.weight,
                "tier": pa.array(found.tier, pa.string()),
                "looks_like": pa.array(found.looks_like, pa.string()),
                "may_link": found.may_link,
            }
        )


@_alone
def group_people(batches: Batches, shared: Any, model: Any, judged: Any) -> Batches:
    """Linked pairs with their records, each component whole and in one run of rows, to GROUPED: one row per member.

    `model` and `judged` are broadcasts. `person` is the lowest key of the group.
    """
    for batch in _whole_components(batches):
        table, _, _ = people_of_pairs(batch)
        groups = groups_of(
            table,
            shared.value.columns(table),
            comparators=comparators(),
            model=_model(model),
            pairs=_pairs(batch),
            judged=_inside(judged.value, table),
        )
        yield batch_of(
            {
                "person": pa.array([one.members[0] for one in groups for _ in one.members], pa.int64()),
                "key": pa.array([key for one in groups for key in one.members], pa.int64()),
                "held": pa.array([one.held for one in groups for _ in one.members], pa.string()),
            }
        )


def _model(model: Any) -> Model:
    value: Model = model.value
    return value


def _inside(judged: Sequence[Judgement], table: PeopleTable) -> list[Judgement]:
    if not judged:
        return []
    keys = set(table.keys.tolist())
    return [one for one in judged if one.a in keys and one.b in keys]


def _pairs(batch: pa.Table) -> Pairs:
    return Pairs(
        a=numbers(batch["a"]),
        b=numbers(batch["b"]),
        probability=numbers(batch["probability"]),
        weight=numbers(batch["weight"]),
        tier=batch["tier"].to_pylist(),
        looks_like=batch["looks_like"].to_pylist(),
        may_link=numbers(batch["may_link"]),
    )


def _whole_components(batches: Batches) -> Iterator[pa.Table]:
    """Tables that end where a component ends."""
    rest: pa.Table | None = None
    for batch in gathered(batches, _PAIRS):
        table = batch if rest is None else pa.concat_tables([rest, batch])
        component = numbers(table["component"])
        ready = int(np.searchsorted(component, component[-1]))  # rows are in the order of components
        if ready:
            yield table.slice(0, ready)
        rest = table.slice(ready)
    if rest is not None and rest.num_rows:
        yield rest
