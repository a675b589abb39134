"""Finding duplicate people in one file, or the people that two files share: the whole run, without a store."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.dedupe.fields import table_of
from core.dedupe.headings import BAD_MAP, place_of
from core.dedupe.outputs import Table, check_places, write_tables
from core.dedupe.review import review_table
from core.dedupe.rows import Skipped
from core.dedupe.sheet import Sheet, read_sheet, understand
from core.errors import BadInput
from core.jobs import Job
from core.match.progress import progress_of
from core.resources import read_json
from matching.link_people import Linkage, Pairs, link
from matching.people import PeopleTable
from matching.plan import DEFAULT_PLAN, Plan

PAIRS_HEADER = ("id_a", "id_b", "probability", "weight", "tier")
CLUSTERS_HEADER = ("id", "cluster")
_SKIPPED_SHOWN = 20
# Clusters of a spreadsheet are a proposal, by which nothing is merged: they may rest on other fields than birth dates.
_PLAN = replace(DEFAULT_PLAN, birth_date_needed=False)
_MARKS = ("a:", "b:")
OpenJob = Callable[[str], AbstractContextManager[Job]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: one file or two, and where the results go.

    `id_names` is empty, or names the column of all files, or one per file. `maps` is column name -> part (see
    `headings.read_maps`). `threshold` is the lowest probability listed (None: the plan's); where it is higher than
    what joins records anyway, it is also what joins them into clusters. `today` places years of two digits, and
    `date_order` says which comes first in birth dates (see `birth_dates`; "": find out).
    """

    files: tuple[Path, ...]
    out: Path
    today: date
    clusters: Path | None = None
    review: Path | None = None
    id_names: tuple[str, ...] = ()
    maps: Mapping[str, str] = field(default_factory=dict)
    threshold: float | None = None
    date_order: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A cluster that a person should look at first, and why."""

    cluster: int
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found. `inside` counts pairs within one of two files, which are not listed."""

    records: int
    compared_pairs: int
    scored_pairs: int
    pairs: int
    tiers: Mapping[str, int]
    inside: int
    clusters: int
    held: tuple[Held, ...]
    seconds: float
    skipped: int
    first_skipped: tuple[Skipped, ...]
    columns: Mapping[str, Any]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The contract's form."""
        return {
            "records": self.records,
            "compared_pairs": self.compared_pairs,
            "scored_pairs": self.scored_pairs,
            "pairs": self.pairs,
            "tiers": dict(self.tiers),
            "pairs_inside_one_file": self.inside,
            "clusters": self.clusters,
            "held": [{"cluster": one.cluster, "reason": one.reason} for one in self.held],
            "seconds": self.seconds,
            "skipped_count": self.skipped,
            "skipped": [{"file": one.file, "line": one.line, "reason": one.reason} for one in self.first_skipped],
            "columns": dict(self.columns),
        }


def dedupe(request: Request, open_job: OpenJob, tell: Callable[[Sequence[str]], None]) -> Outcome:
    """Read, compare and write. `tell` gets lines for people as soon as a file is understood.

    Raises BadInput where a file cannot be used or a result not be written; then nothing was written.
    """
    began = time.perf_counter()
    check_places(request.files, [path for path in (request.out, request.clusters, request.review) if path])
    sheets = _read(request, open_job, tell)
    table = table_of([sheet.people for sheet in sheets])
    with open_job("Comparing") as job:
        linkage = link(
            table,
            plan=_plan(request.threshold),
            nicknames=read_json("matching/nicknames.json"),
            progress=progress_of(job, len(table)),
        )
        job.check()
    boundary = len(sheets[0].ids) if len(sheets) > 1 else None
    pairs, inside = _listed(linkage.pairs, request.threshold, boundary)
    cluster, held = _clusters(len(table), linkage)
    with open_job("Writing"):
        _write(request, sheets, table, pairs, cluster=cluster, held=held)
    skipped = [one for sheet in sheets for one in sheet.aside.first]
    tiers = Counter(pairs.tier)
    return Outcome(
        records=len(table),
        compared_pairs=linkage.report.compared_pairs,
        scored_pairs=linkage.report.scored_pairs,
        pairs=len(pairs),
        tiers={tier: tiers[tier] for tier in ("strong", "likely", "unsure")},
        inside=inside,
        clusters=int(cluster.max()),
        held=held,
        seconds=round(time.perf_counter() - began, 3),
        skipped=sum(sheet.aside.count for sheet in sheets),
        first_skipped=tuple(skipped[:_SKIPPED_SHOWN]),
        columns={str(sheet.path): sheet.as_json() for sheet in sheets},
        notes=tuple(_notes(sheets, request)),
    )


def _read(request: Request, open_job: OpenJob, tell: Callable[[Sequence[str]], None]) -> list[Sheet]:
    names = request.id_names or (None,)
    # All files are looked at before the first is read: what is wrong with the second should not be heard minutes later.
    looks = [
        understand(path, names[min(number, len(names) - 1)], request.maps) for number, path in enumerate(request.files)
    ]
    for theirs in request.maps:
        if all(place_of(headings.names, theirs, "") is None for _, headings in looks):
            raise BadInput(f"There is no column named {theirs}.", todo="Check --map.", code=BAD_MAP)
    sheets = []
    for path, (layout, headings) in zip(request.files, looks, strict=True):
        with open_job("Reading") as job:
            sheet = read_sheet(path, layout, headings, job, today=request.today, date_order=request.date_order)
        tell(sheet.words())
        sheets.append(sheet)
    return sheets


def _plan(threshold: float | None) -> Plan:
    if threshold is None:
        return _PLAN
    return replace(_PLAN, unsure=min(_PLAN.unsure, threshold), link=max(_PLAN.link, threshold))


def _listed(pairs: Pairs, threshold: float | None, boundary: int | None) -> tuple[Pairs, int]:
    """The pairs to list, surest first, and how many are not because both records stand in one of two files.

    `boundary` is the first key of the second file, None where there is just one.
    """
    likely = pairs.probability >= (_PLAN.unsure if threshold is None else threshold)
    across = np.ones(len(pairs), dtype=bool) if boundary is None else (pairs.a < boundary) & (pairs.b >= boundary)
    kept = np.flatnonzero(likely & across)
    # Probabilities round to 1; weights still tell such pairs apart.
    order = np.lexsort((pairs.b[kept], pairs.a[kept], -pairs.weight[kept], -pairs.probability[kept]))
    return pairs.at(kept[order]), int((likely & ~across).sum())


def _clusters(size: int, linkage: Linkage) -> tuple[NDArray[np.int64], tuple[Held, ...]]:
    """Each record's cluster, numbered from 1 in the order of their first records, and those to look at first."""
    lowest = np.arange(size, dtype=np.int64)
    for group in linkage.groups:
        lowest[list(group.members)] = min(group.members)
    cluster = np.unique(lowest, return_inverse=True)[1] + 1
    held = tuple(Held(int(cluster[min(group.members)]), group.held) for group in linkage.groups if group.held)
    return cluster, held


def _write(
    request: Request,
    sheets: Sequence[Sheet],
    table: PeopleTable,
    pairs: Pairs,
    *,
    cluster: NDArray[np.int64],
    held: Sequence[Held],
) -> None:
    ids = [one for sheet in sheets for one in sheet.ids]
    marks = _MARKS if _is_mixed_up(sheets) else ("", "")
    marked = (mark + one for mark, sheet in zip(marks, sheets, strict=False) for one in sheet.ids)
    tables = [Table(request.out, PAIRS_HEADER, _pair_rows(pairs, ids))]
    if request.clusters:
        tables.append(Table(request.clusters, CLUSTERS_HEADER, zip(marked, cluster.tolist(), strict=True)))
    if request.review:
        notes = {one.cluster: one.reason for one in held}
        header, rows = review_table(pairs, table, sheets, cluster=cluster, notes=notes)
        tables.append(Table(request.review, header, rows, is_marked=True))
    write_tables(tables)


def _pair_rows(pairs: Pairs, ids: Sequence[str]) -> Iterable[Sequence[object]]:
    numbers = (pairs.a.tolist(), pairs.b.tolist(), pairs.probability.tolist(), pairs.weight.tolist())
    for a, b, probability, weight, tier in zip(*numbers, pairs.tier, strict=True):
        yield ids[a], ids[b], f"{probability:.6f}", f"{weight:.3f}", tier


def _is_mixed_up(sheets: Sequence[Sheet]) -> bool:
    """Whether an id stands in both files, so that it alone does not say which record is meant."""
    return len(sheets) > 1 and not set(sheets[0].ids).isdisjoint(sheets[1].ids)


def _notes(sheets: Sequence[Sheet], request: Request) -> Iterable[str]:
    if any("birth_date" not in sheet.people.fields for sheet in sheets):
        yield (
            "Without birth dates two people of one name are easily taken for one: look at the pairs before you rely on "
            "the clusters."
        )
    if request.clusters and _is_mixed_up(sheets):
        yield (
            f"Both files use the same ids, so in {request.clusters} those of the first file begin with a:, those of "
            "the second with b:."
        )
