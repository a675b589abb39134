"""How good linkage is, by the defaults nobody has to tune: precision, recall, F1, calibration, time and memory.

It ends with tables in the form of the README.

CHARTMEND_BENCH_FILES names labelled files or folders of them (see `labelled_people`), joined by the path separator.
Without it, people are made in several settings.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from labelled_people import LabelledSet, sets_in, whose
from linkage_scores import (
    AUTOMATIC,
    LABELS,
    LINKED,
    LISTED,
    TIERS,
    calibration,
    false_relatives,
    joined,
    largest_gap,
    of_clusters,
    of_pairs,
    three_states,
)
from measured import Run, dedupe
from people_maker import make_people

PLACES = [Path(name) for name in os.environ.get("CHARTMEND_BENCH_FILES", "").split(os.pathsep) if name]
# Name -> records, share of duplicates, how much goes wrong in one, seed.
MADE = {
    "10,000": (10_000, 0.1, 1.0, 1),
    "30,000": (30_000, 0.1, 1.0, 2),
    "30,000, 2 % duplicates": (30_000, 0.02, 1.0, 3),
    "30,000, 30 % duplicates": (30_000, 0.3, 1.0, 4),
    "30,000, 1.6 times the errors": (30_000, 0.1, 1.6, 5),
    "100,000": (100_000, 0.1, 1.0, 6),
}
HEADS = (
    "people",
    "records",
    "true pairs",
    "F1 of pairs",
    "F1 of clusters",
    "automatic: precision",
    "recall",
    "to review per 100 true",
    "recall with review",
    "largest gap",
    "false relatives per 1,000: pairs / joined unseen",
)


def sets(folder: Path) -> Iterator[LabelledSet]:
    """The sets that are asked for, each made when its turn comes."""
    if PLACES:
        yield from sets_in(PLACES, folder)
        return
    for name, (count, duplicates, errors, seed) in MADE.items():
        file = folder / "people.csv"
        make_people(file, count, seed, duplicates=duplicates, errors=errors)
        yield whose(name, [file], folder)


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
def test_quality(tmp_path: Path) -> None:
    rows = []
    three: list[str] = []
    for labelled in sets(tmp_path):
        run = dedupe(labelled, tmp_path)
        if labelled.people is None:
            three += of_three_states(labelled, run)
        else:
            rows.append(of_people(labelled, run))
    assert rows or three, f"no labelled people in {', '.join(map(str, PLACES))}"
    print("\n\n" + "\n".join([*(table(rows) if rows else ()), "", *three]))


def of_people(labelled: LabelledSet, run: Run) -> tuple[str, ...]:
    """Print the figures of one set; gives its row of the table."""
    people, found, clusters = labelled.people, labelled.found(run.pairs), labelled.clusters(run.clusters)
    assert people is not None
    linked, automatic, listed = (of_pairs(found, people, least) for least in (LINKED, AUTOMATIC, LISTED))
    grouped, bands = of_clusters(clusters, people), calibration(found, people)
    to_review = 100 * (listed.found - automatic.found) / max(people.true_pairs, 1)
    print(
        f"\n{labelled.name}: {labelled.size:,} records, {people.true_pairs:,} true pairs, "
        f"{run.seconds:.1f} s, {run.peak} MB\n"
        f"  pairs from {LINKED}: {linked}\n"
        f"  clusters: {grouped}\n"
        f"  automatic, from {AUTOMATIC}: precision {automatic.precision:.4f}, recall {automatic.recall:.4f}\n"
        f"  to review: {to_review:.1f} pairs per 100 true; recall with them {listed.recall:.4f}"
    )
    relatives = false_relatives(found, people)
    unseen = false_relatives(joined(found, clusters, run.held), people)
    for words, share in relatives.items():
        print(f"  false links of {words} per 1,000: {share:.2f} of pairs, {unseen[words]:.2f} joined without a look")
    for band in bands:
        print(f"  {band.low:4}-{band.high:<4} {band.pairs:7,} pairs, said {band.said:.3f}, true {band.true:.3f}")
    return (
        labelled.name,
        f"{labelled.size:,}",
        f"{people.true_pairs:,}",
        f"{linked.f1:.4f}",
        f"{grouped.f1:.4f}",
        f"{automatic.precision:.4f}",
        f"{automatic.recall:.4f}",
        f"{to_review:.1f}",
        f"{listed.recall:.4f}",
        f"{largest_gap(bands):.3f}",
        f"{sum(relatives.values()):.1f} / {sum(unseen.values()):.1f}" if relatives else "",
    )


def of_three_states(labelled: LabelledSet, run: Run) -> list[str]:
    """How often each label met each tier, and how sure the surest pair is that is labelled none."""
    assert labelled.labels is not None
    said = labelled.said(run.pairs)
    counts = three_states(labelled.labels, said, labelled.apart(labelled.clusters(run.clusters), run.held))
    above = sum(label == LABELS[-1] and said.get(pair, 0.0) >= AUTOMATIC for pair, label in labelled.labels.items())
    surest = max((said.get(pair, 0.0) for pair, label in labelled.labels.items() if label == LABELS[-1]), default=0.0)
    return [
        f"| {labelled.name} | {' | '.join(TIERS)} |",
        "|---" * (len(TIERS) + 1) + "|",
        *(f"| {label} | {' | '.join(str(counts[label, tier]) for tier in TIERS)} |" for label in LABELS),
        "",
        f"Labelled {LABELS[-1]}: {above} from {AUTOMATIC}, the surest {surest:.4f}",
        "",
    ]


def table(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows in the form of a README."""
    return [f"| {' | '.join(HEADS)} |", "|---" * len(HEADS) + "|", *(f"| {' | '.join(row)} |" for row in rows)]
