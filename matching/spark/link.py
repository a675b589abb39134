"""Record linkage of people on Apache Spark: the same decisions as `matching.link_people.link`, over many computers.

Blocking, comparing, counting patterns and scoring are Spark's work, in batches that call the same code as on one desk;
the model is learned on the driver, from patterns. Groups are connected components, settled by the same code again.
The workers need this package, numpy, rapidfuzz and pyarrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from matching.classes import pair_classes
from matching.link_people import Report
from matching.model import Model
from matching.pairs import Hint, Judgement
from matching.plan import DEFAULT_PLAN, Plan
from matching.registries import blocking_keys, comparators
from matching.spark.blocking import met
from matching.spark.components import components
from matching.spark.prepare import counted, numbered, settled
from matching.spark.scoring import compared, learned, raised_pairs, with_records
from matching.spark.work import GROUPED, Shared, group_people


@dataclass(frozen=True, slots=True)
class SparkLinkage:
    """The outcome. `pairs` has what `Pairs` has: a, b, probability, weight, tier, looks_like, may_link.

    `groups` has a row per member of each group of two and more: `person` (the lowest key), `key` and `held`, which
    says why a person must look first. Every other record stands alone.
    """

    pairs: DataFrame
    groups: DataFrame
    model: Model
    report: Report


def link_on_spark(
    records: DataFrame,
    *,
    plan: Plan = DEFAULT_PLAN,
    model: Model | None = None,
    judged: Sequence[Judgement] = (),
    hints: Sequence[Hint] = (),
    nicknames: Mapping[str, Sequence[str]] | None = None,
) -> SparkLinkage:
    """Find which records are one person.

    `records` has `key` (whole numbers, unique), `system`, `golden` and any of the fields of a people table, as text,
    dates or lists of texts; null and absent mean unknown. Its session must be a classic one (Spark Connect has no
    broadcasts). The other arguments are those of `link`. Raises ValueError where keys are missing or not unique. Steps
    are kept in the session's checkpoint folder where it has one, else on the executors, where they are lost with an
    executor.
    """
    context = records.sparkSession.sparkContext
    classes = pair_classes(blocking_keys())
    start = model if model is not None and model.fits(comparators(), classes) else None
    everybody = numbered(records)
    counts = counted(everybody)
    shared = context.broadcast(Shared(nicknames or {}, counts.frequencies))
    found = met(everybody, shared, plan.largest_bucket, judged, hints)
    asked = compared(found.pairs, everybody.people, shared)
    current, patterns = learned(asked, numbered=everybody, counted=counts, shared=shared, classes=classes, start=start)
    pairs = raised_pairs(asked, patterns, current, plan)
    groups = _groups(pairs, everybody.people, shared, current, judged)
    report = Report(everybody.size, found.compared, pairs.count(), found.per_key, found.cuts)
    return SparkLinkage(pairs, groups, current, report)


def _groups(pairs: DataFrame, people: DataFrame, shared: Any, model: Model, judged: Sequence[Judgement]) -> DataFrame:
    """Linked pairs to groups: what decisions, conflicts and long chains make of each component."""
    linked = pairs.filter("may_link")
    stars = components(linked).withColumnRenamed("node", "b")
    context = pairs.sparkSession.sparkContext
    step = partial(group_people, shared=shared, model=context.broadcast(model), judged=context.broadcast(tuple(judged)))
    whole = with_records(linked.join(stars, "b"), people)
    ordered = whole.repartition(F.col("component")).sortWithinPartitions("component")
    return settled(ordered.mapInArrow(step, GROUPED))
