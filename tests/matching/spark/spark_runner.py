"""Runs Python with Spark in a virtual environment of its own: its dependencies are not ours."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import dev

HERE = Path(__file__).parent
# Where the job finds what it needs besides the program.
HELPERS = (HERE, HERE.parent / "people")
_LIMIT_S = 1500


class SparkError(Exception):
    """Spark could not be installed or started, or a job failed; the text says which and why."""


def _spark_python() -> Path:
    """The interpreter of an environment with Spark, installed on first use and kept in `.tools/peers`."""
    fingerprint = hashlib.sha256(dev.SPARK_LOCK.read_bytes()).hexdigest()[:8]
    venv = dev.TOOLS / "peers" / f"spark-{fingerprint}"
    is_complete = venv / "complete"
    with dev.only_one(dev.TOOLS / "peers.lock"):
        if not is_complete.exists():
            dev.install_locked(venv, dev.SPARK_LOCK)
            is_complete.touch()
    return dev.venv_python(venv)


def _require_java() -> None:
    java = shutil.which("java", path=str(Path(os.environ["JAVA_HOME"]) / "bin") if "JAVA_HOME" in os.environ else None)
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr if java else ""
    version = re.search(r'version "(\d+)', told)
    if not version or int(version[1]) < 17:
        raise SparkError("Spark needs Java 17 or newer: install one, or let JAVA_HOME name it.")


def run_on_spark(arguments: list[str], folder: Path) -> None:
    """Run Python with Spark in a folder, to its end. Raises SparkError with what it said last."""
    _require_java()
    try:
        python = _spark_python()
    except dev.SetupError as error:
        raise SparkError(f"Spark, on which these tests run, did not install: {error}") from error
    path = os.pathsep.join(map(str, (dev.ROOT, *HELPERS)))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
    environment |= {"PYTHONPATH": path, "PYSPARK_PYTHON": str(python), "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run(
        [python, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    if done.returncode:
        raise SparkError(f"The job ended with code {done.returncode}: {done.stderr[-3000:]}")
