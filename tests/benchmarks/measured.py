"""What a command costs: seconds from start to end, and the most memory it ever held."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labelled_people import LabelledSet

import dev

_WAIT = (
    "import json,resource,subprocess,sys,time\n"
    "began=time.perf_counter()\n"
    "done=subprocess.run(sys.argv[2:],stdout=open(sys.argv[1]+'.out','w'),stderr=open(sys.argv[1]+'.err','w'))\n"
    "peak=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
    "peak//=1024*1024 if sys.platform=='darwin' else 1024\n"
    "open(sys.argv[1],'w').write(json.dumps([time.perf_counter()-began,peak,done.returncode]))\n"
)


@dataclass(frozen=True)
class Run:
    """What `chartmend dedupe` left behind: its files, the clusters that wait for a person, seconds and peak MB."""

    pairs: Path
    clusters: Path
    held: frozenset[int]
    seconds: float
    peak: int


def measured(command: Sequence[str | Path], folder: Path) -> tuple[float, int]:
    """Seconds and peak MB of a command, asked of a small process that waits for it. It must end well, or in part.

    What it printed stands in `measured.json.out`.
    """
    report = folder / "measured.json"
    subprocess.run([sys.executable, "-c", _WAIT, report, *command], check=True, cwd=Path(dev.ROOT))
    seconds, peak, code = json.loads(report.read_text())
    assert code in (0, 3), report.with_suffix(".json.err").read_text()[-2000:]
    return float(seconds), int(peak)


def dedupe(labelled: LabelledSet, folder: Path) -> Run:
    """Run `chartmend dedupe` on a set."""
    pairs, clusters = folder / "pairs.csv", folder / "clusters.csv"
    command: list[str | Path] = [sys.executable, "-m", "desktop", "dedupe", "--json", *labelled.files]
    for name in labelled.id_names:
        command += ["--id", name]
    seconds, peak = measured([*command, "--out", pairs, "--clusters", clusters], folder)
    answer = json.loads((folder / "measured.json.out").read_text())
    return Run(pairs, clusters, frozenset(one["cluster"] for one in answer["held"]), seconds, peak)
