"""Runs linkage on Spark once, for the tests that compare it with the engine of one desk."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "people")]

from spark_runner import SparkError, run_on_spark  # noqa: E402

# Two executors in processes of their own, each with one core and a GiB: nothing is shared as in one process.
CLUSTER = "local-cluster[2,1,1024]"


@pytest.fixture(scope="session")
def on_spark(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came out of every case, run once on two executors."""
    folder = tmp_path_factory.mktemp("spark")
    try:
        run_on_spark([str(HERE / "spark_job.py"), CLUSTER, str(folder / "found.json")], folder)
    except SparkError as error:
        pytest.fail(str(error), pytrace=False)
    return json.loads((folder / "found.json").read_text(encoding="utf-8"))
