"""Runs the cases on Spark and writes what came out as JSON. Arguments: address of the cluster, file to write."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
from cases import FEW, FEW_COLUMNS, Case, cases, chains
from labelled import NICKNAMES
from pyspark.sql import DataFrame, SparkSession

from matching.model import Model
from matching.parallel import threads
from matching.people import FIELDS
from matching.plan import DEFAULT_PLAN
from matching.spark import work
from matching.spark.components import components
from matching.spark.link import link_on_spark

COLUMNS = ("system", "golden", *FIELDS)


def started(master: str) -> SparkSession:
    """A session that stays on this computer."""
    builder = SparkSession.builder.master(master).appName("test")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.executorEnv.PYTHONPATH": os.environ["PYTHONPATH"],
        "spark.sql.shuffle.partitions": "3",
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def frame(session: SparkSession, rows: list[dict[str, object]]) -> DataFrame:
    """Rows as Spark reads them, unknown values as null."""
    fields = {name: pa.array([row.get(name) or None for row in rows], pa.string()) for name in COLUMNS}
    return session.createDataFrame(pa.table({"key": pa.array([row["key"] for row in rows], pa.int64()), **fields}))


def outcome(session: SparkSession, case: Case, models: dict[str, Model]) -> tuple[dict[str, object], Model]:
    """What linkage found, as plain values."""
    found = link_on_spark(
        frame(session, case.rows).repartition(5),
        plan=case.plan,
        model=models.get(case.after or ""),
        judged=case.judged,
        hints=case.hints,
        nicknames=NICKNAMES,
    )
    plain = {
        "pairs": sorted([list(row) for row in found.pairs.collect()]),
        "groups": sorted([list(row) for row in found.groups.select("person", "key", "held").collect()]),
        "model": found.model.to_dict(),
        "report": dataclasses.asdict(found.report),
    }
    return plain, found.model


def of_few(session: SparkSession, rows: list[tuple[object, ...]]) -> dict[str, object]:
    """What linkage found among typed records."""
    few = link_on_spark(session.createDataFrame(rows, FEW_COLUMNS))
    return {"pairs": [list(row) for row in few.pairs.collect()], "model": few.model.to_dict()}


def refused(session: SparkSession, keys: list[int | None]) -> str:
    """What is said about records with these keys."""
    try:
        link_on_spark(session.createDataFrame([(key, "Ann") for key in keys], "key bigint, given_name string"))
    except ValueError as error:
        return str(error)
    return ""


def threads_at_work() -> list[int]:
    """How many threads each step of a worker may use, asked while it takes its batches."""
    seen: list[int] = []

    def no_batches() -> Iterator[pa.RecordBatch]:
        seen.append(threads())
        yield from ()

    steps = (
        work.count_values,
        partial(work.hash_records, shared=None),
        partial(work.pair_up, cap=1),
        partial(work.compare_pairs, shared=None),
        partial(work.raise_pairs, judge=SimpleNamespace(value=(None, None)), classes=(), plan=DEFAULT_PLAN),
        partial(work.group_people, shared=None, model=None, judged=None),
    )
    for step in steps:
        list(step(no_batches()))
    return seen


def main(master: str, target: str) -> None:
    """Everything in one session: starting one takes longer than a case."""
    session = started(master)
    found: dict[str, object] = {}
    models: dict[str, Model] = {}
    try:
        for name, case in cases().items():
            found[name], models[name] = outcome(session, case, models)
            print(name, flush=True)
        found["few"] = [of_few(session, rows) for rows in FEW]
        stars = components(session.createDataFrame(chains(), "a bigint, b bigint"))
        found["chains"] = [list(row) for row in stars.select("node", "component").collect()]
        found["twice"] = refused(session, [1, 2, 1])
        found["threads"] = threads_at_work()
        found["missing"] = refused(session, [1, None])
    finally:
        session.stop()
    Path(target).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
