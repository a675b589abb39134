"""`python -m core.spark PEOPLE OUT`: linkage of a whole network's people as a job on Apache Spark.

Start it with spark-submit, which says where the cluster is, or with `--master`. The driver and the workers need this
package and its extra `spark`, nothing of the window or the store.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Sequence

import orjson
from pyspark.sql import DataFrame, SparkSession

from core.resources import read_json
from matching.model import Model
from matching.pairs import Judgement
from matching.spark.link import link_on_spark

_MORE = """\
PEOPLE is a Parquet or CSV file or folder that Spark can read, with the columns key (a whole number, unique), system,
golden ("index|id" where a source's own patient index says who somebody is) and any of: given_name, middle_name,
family_name, suffix, former_name, birth_date, sex, ssn, phone, email, street, city, state, zip, deceased_on,
identifiers.

OUT becomes a folder with the Parquet folders pairs and groups (one row per member: person, key, held), and the text
folders model and report (JSON).
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core.spark",
        description="Find which records are one person, on Apache Spark.",
        epilog=_MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("people", metavar="PEOPLE")
    parser.add_argument("out", metavar="OUT")
    parser.add_argument("--judged", metavar="TABLE", help="what people said about pairs: columns a, b and same")
    parser.add_argument("--model", metavar="FOLDER", help="a model of an earlier run, where learning starts")
    parser.add_argument("--checkpoints", metavar="FOLDER", help="keeps steps where the loss of a computer cannot")
    parser.add_argument("--master", help="the cluster, where spark-submit does not say it")
    return parser


def _read(session: SparkSession, path: str) -> DataFrame:
    if path.rstrip("/").endswith((".csv", ".csv.gz")):
        return session.read.csv(path, header=True)
    return session.read.parquet(path)


def _judged(session: SparkSession, path: str | None) -> list[Judgement]:
    if path is None:
        return []
    rows = _read(session, path).selectExpr("cast(a as bigint)", "cast(b as bigint)", "cast(same as boolean)")
    return [Judgement(*row) for row in rows.collect()]


def _model(session: SparkSession, path: str | None) -> Model | None:
    return Model.from_dict(orjson.loads(session.read.text(path).collect()[0][0])) if path else None


def main(arguments: Sequence[str]) -> int:
    """Run the job; returns the exit code. Spark's own errors (a missing file, a full disk) are not caught."""
    options = _parser().parse_args(arguments)
    builder = SparkSession.builder.appName("chartmend-linkage")
    session = (builder.master(options.master) if options.master else builder).getOrCreate()
    try:
        if options.checkpoints:
            session.sparkContext.setCheckpointDir(options.checkpoints)
        found = link_on_spark(
            _read(session, options.people),
            model=_model(session, options.model),
            judged=_judged(session, options.judged),
            nicknames=read_json("matching/nicknames.json"),
        )
        out = options.out.rstrip("/")
        found.pairs.write.parquet(f"{out}/pairs")
        found.groups.write.parquet(f"{out}/groups")
        for name, value in (("model", found.model.to_dict()), ("report", dataclasses.asdict(found.report))):
            text = orjson.dumps(value).decode()
            session.createDataFrame([(text,)], "value string").coalesce(1).write.text(f"{out}/{name}")
    finally:
        session.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
