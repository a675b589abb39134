"""Finding duplicates beside Splink: the same people, one run, ratios of time and memory, F1 and calibration.

Everything counts, from opening the CSV file to the written pairs. Sizes: CHARTMEND_BENCH_PEOPLE (else 10000,100000; a
million takes Splink minutes). More figures on more people, of ours alone: test_quality.py.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from labelled_people import whose
from linkage_scores import LINKED, at_best, calibration, of_clusters, of_pairs
from measured import dedupe, measured
from people_maker import make_people

import dev

SIZES = [int(size) for size in os.environ.get("CHARTMEND_BENCH_PEOPLE", "10000,100000").split(",")]
SPLINK = Path(__file__).parent / "splink"
SPLINKS_AT = 0.95  # what it takes without being told


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
    labelled = whose(f"{count} people", [file], tmp_path)
    people = labelled.people
    assert people is not None
    run = dedupe(labelled, tmp_path)
    ours, groups = labelled.found(run.pairs), of_clusters(labelled.clusters(run.clusters), people)
    out = tmp_path / "splink.csv"
    their_seconds, their_peak = measured([splink(), SPLINK / "run.py", labelled.files[0], out], tmp_path)
    theirs = labelled.found(out, ("id_l", "id_r", "match_probability"))
    print(f"\n{count} records, {people.true_pairs} true pairs")
    for name, found, least, cost in (
        ("Chartmend", ours, LINKED, f"{run.seconds:.1f} s, {run.peak} MB, F1 of clusters {groups.f1:.4f}"),
        ("Splink", theirs, SPLINKS_AT, f"{their_seconds:.1f} s, {their_peak} MB"),
    ):
        bands = "; ".join(
            f"{band.low}-{band.high}: {band.pairs} said {band.said:.3f} true {band.true:.3f}"
            for band in calibration(found, people)
        )
        print(
            f"  {name} {cost}, F1 of pairs {of_pairs(found, people, least).f1:.4f} "
            f"(best threshold {at_best(found, people):.4f})\n    {bands}"
        )
    print(f"  {their_seconds / run.seconds:.1f} times as fast, {run.peak / their_peak:.2f} of the memory")
