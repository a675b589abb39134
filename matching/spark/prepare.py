"""Records ready for linkage: texts alone, a number each by the order of keys, and how often values occur among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  (as Spark's own documentation writes it)
from pyspark.sql.types import ArrayType, StructField

from matching.clean.carried import shared_limit
from matching.clean.columns import COUNT_KEPT, Columns, Frequencies, columns_of
from matching.people import PeopleTable
from matching.spark.arrow import RECORD
from matching.spark.work import COUNTED, count_values

# monotonically_increasing_id: the partition above, the row in it below.
_ROW_BITS = 33
_NAMES = ("given_name", "family_name")
_SHARED = ("phone", "email", "ssn")


@dataclass(frozen=True, slots=True)
class Numbered:
    """Records with `key`, RECORD and `row`, their place by the order of keys, from 0."""

    people: DataFrame
    size: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Frequencies as one desk counts them, and for each name the records that have it, rare names included."""

    frequencies: Frequencies
    records_of_names: Mapping[str, NDArray[np.int64]]

    def columns(self) -> Columns:
        """Columns without records that know these frequencies: what the model before learning is made from."""
        columns = columns_of(PeopleTable.of([]), {}, self.frequencies)
        names = replace(
            columns.names,
            given_count=self.records_of_names["given_name"],
            family_count=self.records_of_names["family_name"],
        )
        return replace(columns, size=self.frequencies.records, names=names)


def settled(frame: DataFrame) -> DataFrame:
    """The frame worked out once and kept: in the checkpoint folder where the session has one, else on the executors."""
    if not frame.sparkSession.sparkContext.getCheckpointDir():
        return frame.localCheckpoint()
    frame.persist()  # a checkpoint in a folder would otherwise work everything out a second time, to write it
    kept = frame.checkpoint()
    frame.unpersist()
    return kept


def partitions(session: SparkSession, rows: int, each: int) -> int:
    """How many partitions so many rows need, with about `each` rows in one; at least what the session is set to."""
    return max(int(session.conf.get("spark.sql.shuffle.partitions") or 1), -(-rows // each))


def numbered(records: DataFrame) -> Numbered:
    """Order the records by key. Raises ValueError where a key is missing or not unique."""
    session = records.sparkSession
    texts = [_as_text(records, name).alias(name) for name in RECORD]
    # Of equal keys none can lie in two ranges.
    placed = settled(
        records.select(F.col("key").cast("bigint").alias("key"), *texts)
        .repartitionByRange(partitions(session, 0, 1), "key")
        .sortWithinPartitions("key")
        .withColumn("place", F.monotonically_increasing_id())
    )
    part = F.shiftright("place", _ROW_BITS)
    counted = placed.groupBy(part.alias("part")).agg(
        F.count("*").alias("records"), F.count("key").alias("known"), F.countDistinct("key").alias("distinct")
    )
    rows = sorted(counted.collect())
    if any(one["known"] < one["records"] for one in rows):
        raise ValueError("records without a key")
    if any(one["distinct"] < one["records"] for one in rows):
        raise ValueError("keys are not unique")
    sizes = [one["records"] for one in rows]
    starts = [(one["part"], sum(sizes[:place])) for place, one in enumerate(rows)]
    offsets = session.createDataFrame(starts, "part bigint, start bigint")
    row = F.col("start") + F.col("place").bitwiseAND(F.lit((1 << _ROW_BITS) - 1))
    people = placed.join(F.broadcast(offsets), part == F.col("part"))
    return Numbered(people.select("key", *RECORD, row.alias("row")), sum(sizes))


def _as_text(records: DataFrame, name: str) -> Column:
    if name not in records.columns:
        return F.lit("")
    field: StructField = records.schema[name]
    column = F.col(name)
    if isinstance(field.dataType, ArrayType):
        column = F.array_join(column, ";", "")
    return F.coalesce(column.cast("string"), F.lit(""))


def counted(numbered_people: Numbered) -> Counted:
    """Count the values of all records: frequent names and shared values by value, rare names only how many they are."""
    fields = [*_NAMES, *_SHARED]
    parts = numbered_people.people.select(*fields).mapInArrow(count_values, COUNTED)
    whole = settled(parts.groupBy("field", "value").agg(F.sum("records").alias("records")))
    limit = shared_limit(numbered_people.size)
    frequent = F.col("field").isin(*_NAMES) & (F.col("records") >= COUNT_KEPT)
    kept: dict[str, dict[str, int]] = {field: {} for field in fields}
    for one in whole.filter(frequent | (F.col("field").isin(*_SHARED) & (F.col("records") > limit))).collect():
        kept[one["field"]][one["value"]] = one["records"]
    records_of = {name: [np.array(list(kept[name].values()), np.int64)] for name in _NAMES}
    rare = whole.filter(F.col("field").isin(*_NAMES) & (F.col("records") < COUNT_KEPT))
    for one in rare.groupBy("field", "records").count().collect():
        records_of[one["field"]].append(np.full(one["count"], one["records"], np.int64))
    frequencies = Frequencies(
        records=numbered_people.size,
        given_name=kept["given_name"],
        family_name=kept["family_name"],
        shared={name: frozenset(kept[name]) for name in _SHARED},
    )
    return Counted(frequencies, {name: np.concatenate(counts) for name, counts in records_of.items()})
