"""From pairs to probabilities: levels on the workers, the model on the driver, over patterns.

However many the records, the patterns are few (a hundred thousand or a million): EM over them is a matter of seconds
on one computer, and the same code as on one desk.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from matching.classes import PairClass
from matching.em import learn
from matching.model import Model
from matching.plan import Plan
from matching.registries import comparators
from matching.score import Pattern, Patterns, codes_of, patterns_from, random_pairs, score, starting_model
from matching.spark.arrow import RECORD, numbers
from matching.spark.prepare import Counted, Numbered, settled
from matching.spark.work import RAISED, compare_pairs, raise_pairs
from matching.verdicts import Verdicts

_COMPARED = (
    "a bigint, b bigint, label tinyint, is_hint boolean, hinted double, code bigint, dated boolean, "
    "two_of_index boolean"
)
_RANDOM = "a bigint, b bigint, at bigint, label tinyint, code bigint, dated boolean, two_of_index boolean"


def with_records(pairs: DataFrame, people: DataFrame, *, are_few: bool = False) -> DataFrame:
    """Pairs with both records, as structs `one` and `other`. Few pairs go to the people, not the people to them."""
    record = F.struct(*RECORD)
    one = people.select(F.col("key").alias("a"), record.alias("one"))
    other = people.select(F.col("key").alias("b"), record.alias("other"))
    half = (F.broadcast(pairs) if are_few else pairs).join(one, "a")
    return (F.broadcast(half) if are_few else half).join(other, "b").select(*pairs.columns, "one", "other")


def compared(pairs: DataFrame, people: DataFrame, shared: Any) -> DataFrame:
    """The pairs with the code of their levels. `shared` is a broadcast of Shared."""
    ordered = with_records(pairs.select("a", "b", "label", "is_hint", "hinted"), people)
    return settled(ordered.mapInArrow(partial(compare_pairs, shared=shared), _COMPARED))


def learned(
    asked: DataFrame,
    *,
    numbered: Numbered,
    counted: Counted,
    shared: Any,
    classes: tuple[PairClass, ...],
    start: Model | None,
) -> tuple[Model, Patterns]:
    """The model of these pairs, and their patterns in the order of their codes (of_pair is of no use)."""
    fields = comparators()
    found = asked.groupBy("code").count().toArrow()
    codes, count = numbers(found["code"]), numbers(found["count"])
    order = np.argsort(codes)
    patterns = patterns_from(codes[order], count[order], fields)
    prior = starting_model(counted.columns(), fields, classes, _random_levels(numbered, shared))
    prior = replace(prior, frequencies=counted.frequencies)
    return learn(patterns, start or prior, prior, fields, classes), patterns


def _random_levels(numbered: Numbered, shared: Any) -> Pattern:
    """The levels of the pairs that one desk would take as random ones, in its order."""
    people = numbered.people
    a, b = random_pairs(numbered.size)
    rows = pa.table({"at": np.arange(len(a)), "row_a": a, "row_b": b})
    chosen = people.sparkSession.createDataFrame(rows)
    one = people.select(F.col("row").alias("row_a"), F.col("key").alias("a"))
    other = people.select(F.col("row").alias("row_b"), F.col("key").alias("b"))
    pairs = F.broadcast(F.broadcast(chosen).join(one, "row_a")).join(other, "row_b")
    pairs = pairs.select("a", "b", "at", F.lit(0).cast("tinyint").alias("label"))
    levelled = with_records(pairs, people, are_few=True).mapInArrow(partial(compare_pairs, shared=shared), _RANDOM)
    found = levelled.select("at", "code").toArrow()
    codes = numbers(found["code"])[np.argsort(numbers(found["at"]))]
    return patterns_from(codes, np.ones(len(codes), np.int64), comparators()).levels


def raised_pairs(asked: DataFrame, patterns: Patterns, model: Model, plan: Plan) -> DataFrame:
    """What is worth raising, as `Pairs` on one desk."""
    codes = codes_of(patterns.levels, comparators(), patterns.label)
    verdicts = Verdicts.of(patterns.levels, score(patterns.levels, model), plan)
    judge = asked.sparkSession.sparkContext.broadcast((codes, verdicts))
    step = partial(raise_pairs, judge=judge, classes=model.classes, plan=plan)
    return settled(asked.mapInArrow(step, RAISED))
