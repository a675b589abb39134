"""Pairs to compare: buckets of equal hashes, each in one place, made into pairs by the code of one desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from matching.block._pairs import Candidates, Cut
from matching.link_people import asked_pairs
from matching.pairs import Hint, Judgement
from matching.people import PeopleTable
from matching.registries import blocking_keys
from matching.spark.arrow import RECORD
from matching.spark.prepare import Numbered, partitions, settled
from matching.spark.work import HASHED, MET, hash_records, pair_up

# A record has some thirty hashes; a partition of about a million is quick to sort and small to hold.
_RECORDS_PER_PARTITION = 30_000
_SAID = "a bigint, b bigint, keys bigint, label tinyint, is_hint boolean, hinted double"


@dataclass(frozen=True, slots=True)
class Met:
    """Pairs by key (a < b), each once, with `label`, `is_hint` and `hinted`; and what was found and left out."""

    pairs: DataFrame
    compared: int
    per_key: dict[str, int]
    cuts: tuple[Cut, ...]


def met(numbered: Numbered, shared: Any, cap: int, judged: Sequence[Judgement], hints: Sequence[Hint]) -> Met:
    """Who meets whom, with the pairs that people and indexes spoke about. `shared` is a broadcast of Shared."""
    session = numbered.people.sparkSession
    hashed = numbered.people.select("key", *RECORD).mapInArrow(partial(hash_records, shared=shared), HASHED)
    parts = partitions(session, numbered.size, _RECORDS_PER_PARTITION)
    in_buckets = hashed.repartition(parts, "place", "hash")
    made = settled(in_buckets.mapInArrow(partial(pair_up, cap=cap), MET))
    found = made.filter("a IS NOT NULL").select(
        "a", "b", "keys", F.lit(0).cast("tinyint").alias("label"), F.lit(False).alias("is_hint"),
        F.lit(None).cast("double").alias("hinted"),
    )  # fmt: skip
    said = _said(numbered.people, judged, hints)
    if said:
        found = found.unionByName(session.createDataFrame(said, _SAID))
    pairs = settled(
        found.groupBy("a", "b").agg(
            F.bit_or("keys").alias("keys"),
            F.max("label").alias("label"),
            F.max("is_hint").alias("is_hint"),
            F.coalesce(F.max("hinted"), F.lit(float("nan"))).alias("hinted"),
        )
    )
    per_key, compared = _numbers(pairs)
    return Met(pairs.drop("keys"), compared, per_key, _cuts(made))


def _said(people: DataFrame, judged: Sequence[Judgement], hints: Sequence[Hint]) -> list[tuple[Any, ...]]:
    """Decisions and hints about records that are there, by the code of one desk over just those records."""
    named = sorted({key for said in (judged, hints) for one in said for key in (one.a, one.b)})
    if not named:
        return []
    wanted = people.sparkSession.createDataFrame([(key,) for key in named], "key bigint")
    present = [one["key"] for one in people.select("key").join(F.broadcast(wanted), "key", "left_semi").collect()]
    table = PeopleTable.of([{"key": key} for key in sorted(present)])
    nothing = Candidates(np.zeros(0, np.int64), np.zeros(0, np.int64), {}, ())
    asked = asked_pairs(table, nothing, judged, hints)
    rows = zip(
        table.keys[asked.a].tolist(),
        table.keys[asked.b].tolist(),
        asked.label.tolist(),
        asked.is_hint.tolist(),
        asked.hinted.tolist(),
        strict=True,
    )
    return [(a, b, 0, label, hint, None if p != p else p) for a, b, label, hint, p in rows]  # noqa: PLR0124  (nan)


def _numbers(pairs: DataFrame) -> tuple[dict[str, int], int]:
    bits = [F.sum(F.shiftright("keys", place).bitwiseAND(F.lit(1))) for place in range(len(blocking_keys()))]
    *each, compared = pairs.agg(*bits, F.count_if(F.col("keys") != 0)).collect()[0]
    return {key: int(count or 0) for key, count in zip(blocking_keys(), each, strict=True)}, int(compared)


def _cuts(made: DataFrame) -> tuple[Cut, ...]:
    ids = list(blocking_keys())
    cut = made.filter("a IS NULL").groupBy("place")
    rows = cut.agg(F.sum("buckets"), F.max("largest"), F.sum("left_out")).collect()
    return tuple(Cut(ids[place], buckets, largest, left_out) for place, buckets, largest, left_out in sorted(rows))
