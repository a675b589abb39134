"""Finding duplicates beside Splink: the same people, one run, ratios of time and memory, F1 and calibration.

Everything counts, from opening the CSV file to the written pairs. Sizes: CHARTMEND_BENCH_PEOPLE (else 10000,100000; a
million takes Splink minutes). Files with a column `truth_id` beside them: CHARTMEND_BENCH_FILES, joined by the path
separator; for them only our own figures, since Splink needs a model per file.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from people_maker import make_people

import dev

SIZES = [int(size) for size in os.environ.get("CHARTMEND_BENCH_PEOPLE", "10000,100000").split(",")]
FILES = [name for name in os.environ.get("CHARTMEND_BENCH_FILES", "").split(os.pathsep) if name]
SPLINK = Path(__file__).parent / "splink"
OURS_AT, SPLINKS_AT = 0.9, 0.95  # what each takes without being told
BANDS = (0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1.01)


@dataclass(frozen=True)
class Found:
    """Pairs by position, their probabilities, whether they are true; groups as one number per record."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    probability: NDArray[np.float64]
    is_true: NDArray[np.bool_]
    clusters: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Truth:
    """Whose each record is, by the record's id."""

    place: dict[str, int]
    person: NDArray[np.int64]

    @classmethod
    def of(cls, file: Path, column: str) -> Truth:
        with file.open(newline="", encoding="utf-8-sig") as text:
            rows = [(row[column], row["truth_id"]) for row in csv.DictReader(text)]
        person = np.unique([truth for _, truth in rows], return_inverse=True)[1]
        return cls({name: place for place, (name, _) in enumerate(rows)}, person)

    @property
    def pairs(self) -> int:
        return pairs_within(self.person)

    def found(self, file: Path, columns: tuple[str, str, str], clusters: Path | None = None) -> Found:
        with file.open(newline="", encoding="utf-8") as text:
            rows = [(row[columns[0]], row[columns[1]], float(row[columns[2]])) for row in csv.DictReader(text)]
        a = np.array([self.place[one] for one, _, _ in rows], np.int64)
        b = np.array([self.place[other] for _, other, _ in rows], np.int64)
        listed = None
        if clusters is not None:
            listed = np.zeros(len(self.person), np.int64)
            with clusters.open(newline="", encoding="utf-8") as text:
                for row in csv.DictReader(text):
                    listed[self.place[row["id"]]] = int(row["cluster"])
        return Found(a, b, np.array([p for _, _, p in rows]), self.person[a] == self.person[b], listed)


def pairs_within(labels: NDArray[np.int64]) -> int:
    sizes = np.unique(labels, return_counts=True)[1].astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def f1(hits: int, found: int, true: int) -> float:
    return 2 * hits / (found + true) if found + true else 0.0


def at(found: Found, least: float, true: int) -> float:
    kept = found.probability >= least
    return f1(int(found.is_true[kept].sum()), int(kept.sum()), true)


def best(found: Found, true: int) -> float:
    order = np.argsort(-found.probability)
    hits = np.cumsum(found.is_true[order])
    return float((2 * hits / (np.arange(1, len(hits) + 1) + true)).max()) if len(hits) else 0.0


def of_groups(found: Found, truth: Truth) -> float:
    assert found.clusters is not None
    both = np.unique(np.stack([found.clusters, truth.person]), axis=1, return_inverse=True)[1].ravel()
    return f1(pairs_within(both), pairs_within(found.clusters), truth.pairs)


def calibration(found: Found) -> str:
    """Per band of probability: pairs, what the model says, what is true."""
    parts = []
    for low, high in itertools.pairwise(BANDS):
        inside = (found.probability >= low) & (found.probability < high)
        if inside.any():
            said, true = found.probability[inside].mean(), found.is_true[inside].mean()
            parts.append(f"{low}-{min(high, 1.0)}: {int(inside.sum())} said {said:.3f} true {true:.3f}")
    return "; ".join(parts)


def measured(command: list[str | Path], folder: Path) -> tuple[float, int]:
    """Seconds and peak MB of a command, asked of a small process that waits for it."""
    wait = (
        "import json,resource,subprocess,sys,time\n"
        "began=time.perf_counter()\n"
        "done=subprocess.run(sys.argv[2:],stdout=subprocess.DEVNULL,stderr=open(sys.argv[1]+'.err','w'))\n"
        "peak=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
        "peak//=1024*1024 if sys.platform=='darwin' else 1024\n"
        "open(sys.argv[1],'w').write(json.dumps([time.perf_counter()-began,peak,done.returncode]))\n"
    )
    report = folder / "measured.json"
    subprocess.run([sys.executable, "-c", wait, report, *command], check=True, cwd=Path(dev.ROOT))
    seconds, peak, code = json.loads(report.read_text())
    assert code in (0, 3), report.with_suffix(".json.err").read_text()[-2000:]
    return float(seconds), int(peak)


def dedupe(file: Path, column: str, folder: Path) -> tuple[Path, Path, float, int]:
    pairs, clusters = folder / "pairs.csv", folder / "clusters.csv"
    command = [sys.executable, "-m", "desktop", "dedupe", file, "--id", column, "--out", pairs, "--clusters", clusters]
    return pairs, clusters, *measured(command, folder)


def splink() -> Path:
    """The Python of Splink's own environment, made at first use."""
    lock = SPLINK / "requirements.lock"
    venv = dev.TOOLS / "peers" / f"splink-{hashlib.sha256(lock.read_bytes()).hexdigest()[:8]}"
    with dev.only_one(dev.TOOLS / "peers.lock"):
        if not (venv / "complete").exists():
            dev.install_locked(venv, lock)
            (venv / "complete").touch()
    return dev.venv_python(venv)


@pytest.mark.benchmark
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("count", SIZES)
def test_duplicates_beside_splink(tmp_path: Path, count: int) -> None:
    file = tmp_path / "people.csv"
    make_people(file, count, seed=count + 1)
    truth = Truth.of(file, "id")
    pairs, clusters, seconds, peak = dedupe(file, "id", tmp_path)
    ours = truth.found(pairs, ("id_a", "id_b", "probability"), clusters)
    out = tmp_path / "splink.csv"
    their_seconds, their_peak = measured([splink(), SPLINK / "run.py", file, out], tmp_path)
    theirs = truth.found(out, ("id_l", "id_r", "match_probability"))
    print(
        f"\n{count} records, {truth.pairs} true pairs\n"
        f"  Chartmend {seconds:.1f} s, {peak} MB, F1 of pairs {at(ours, OURS_AT, truth.pairs):.4f} "
        f"(best threshold {best(ours, truth.pairs):.4f}), of groups {of_groups(ours, truth):.4f}\n"
        f"    {calibration(ours)}\n"
        f"  Splink {their_seconds:.1f} s, {their_peak} MB, F1 of pairs {at(theirs, SPLINKS_AT, truth.pairs):.4f} "
        f"(best threshold {best(theirs, truth.pairs):.4f})\n    {calibration(theirs)}\n"
        f"  {their_seconds / seconds:.1f} times as fast, {peak / their_peak:.2f} of the memory"
    )


@pytest.mark.benchmark
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("setting", [(30_000, 0.1, 1.0), (30_000, 0.02, 1.0), (30_000, 0.1, 1.6)], ids=str)
def test_other_practices(tmp_path: Path, setting: tuple[int, float, float]) -> None:
    count, duplicates, errors = setting
    for seed in (1, 2):
        file = tmp_path / f"people{seed}.csv"
        make_people(file, count, seed, duplicates=duplicates, errors=errors)
        show(file, "id", tmp_path)


@pytest.mark.benchmark
@pytest.mark.timeout(3000)
@pytest.mark.skipif(not FILES, reason="no labelled files named in CHARTMEND_BENCH_FILES")
def test_labelled_files(tmp_path: Path) -> None:
    for name in FILES:
        show(Path(name), "rec_id", tmp_path)


def show(file: Path, column: str, folder: Path) -> None:
    truth = Truth.of(file, column)
    pairs, clusters, seconds, peak = dedupe(file, column, folder)
    ours = truth.found(pairs, ("id_a", "id_b", "probability"), clusters)
    print(
        f"\n{file.name}: {len(truth.person)} records, {truth.pairs} true pairs, {seconds:.1f} s, {peak} MB, "
        f"F1 of pairs {at(ours, OURS_AT, truth.pairs):.4f}, of groups {of_groups(ours, truth):.4f}\n"
        f"    {calibration(ours)}"
    )
