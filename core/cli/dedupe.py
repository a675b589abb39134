"""`chartmend dedupe`: finds duplicate people in one CSV file, or the people that two files share. Needs no store."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli._port import DONE, PARTIAL, USAGE, Call, Command

if TYPE_CHECKING:
    from core.dedupe.run import Outcome

_SHOWN = 8
_MORE = """\
Columns are found by their names (first_name, surname, dob, postcode ...), the delimiter, the encoding and the form of
birth dates by what is in the file; what was understood is said before comparing. Rows that cannot be read are listed
and left out (exit code 3).

With two files, pairs across the files are listed: id_a stands in FILE, id_b in FILE2. Each file may hold duplicates
of its own: they are joined in the clusters, but not listed as pairs. Record numbers (mrn) are compared inside one file
only, or, where both files have a column named source, inside one source.

Clusters join pairs of at least 0.9 (or the threshold, where it is higher), unless the whole group speaks against it.
"""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _MORE
    parser.add_argument("files", nargs="+", metavar="FILE", help="a CSV file, or two")
    parser.add_argument(
        "--id",
        action="append",
        default=[],
        metavar="COLUMN",
        dest="ids",
        help="the column that names a record (twice: for the first and the second file); else a column named id, "
        "rec_id, patient_id ..., else the line it stands on",
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="THEIRS=OURS",
        dest="maps",
        help="what a column holds, as in Vorname=given_name, or that it is to be left out: note=ignore",
    )
    parser.add_argument(
        "--date-order",
        choices=("month-first", "day-first"),
        help="how 3/4/1985 is meant among the birth dates; else what the other dates of the column show",
    )
    parser.add_argument("--out", required=True, type=Path, metavar="PAIRS.csv", help="where the pairs go")
    parser.add_argument("--clusters", type=Path, metavar="FILE", help="where each record's cluster (person) goes")
    parser.add_argument(
        "--review", type=Path, metavar="FILE", help="where the pairs go with both records in full, for a person to read"
    )
    parser.add_argument(
        "--threshold", type=_share, metavar="P", help="the lowest probability of a pair to be listed (default 0.1)"
    )


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("a probability is a number from 0 to 1")
    return value


def _run(call: Call) -> int:
    from core.clock import Clock  # noqa: PLC0415
    from core.dedupe.birth_dates import DAY_FIRST, MONTH_FIRST  # noqa: PLC0415
    from core.dedupe.headings import read_maps  # noqa: PLC0415
    from core.dedupe.run import Request, dedupe  # noqa: PLC0415  (numpy only when it is needed)

    files, ids = call.args.files, call.args.ids
    if len(files) > 2 or len(ids) > len(files):
        _tell(["dedupe takes one file or two, and --id at most once for each."])
        return USAGE
    request = Request(
        files=tuple(map(Path, files)),
        out=call.args.out,
        today=Clock(fixed_today=call.today).today(),
        clusters=call.args.clusters,
        review=call.args.review,
        id_names=tuple(ids),
        maps=read_maps(call.args.maps),
        threshold=call.args.threshold,
        date_order={"month-first": MONTH_FIRST, "day-first": DAY_FIRST}.get(call.args.date_order, ""),
    )
    outcome = dedupe(request, call.job, _tell)
    _tell(_afterwards(outcome, has_clusters=bool(request.clusters or request.review)))
    call.answer(outcome.as_json(), _summary(outcome, request.out))
    return PARTIAL if outcome.skipped else DONE


def _afterwards(outcome: Outcome, *, has_clusters: bool) -> Iterable[str]:
    yield from outcome.notes
    if outcome.inside:
        yield f"Pairs inside one of the files, not listed: {outcome.inside:,}. Run it on that file alone to see them."
    if outcome.skipped:
        yield f"Rows left out: {outcome.skipped:,}."
        yield from _left_out(outcome)
    if outcome.held and has_clusters:
        yield "In some clusters something speaks against one person. Look at these first:"
        reasons = dict.fromkeys(one.reason for one in outcome.held)
        for reason in reasons:
            clusters = [one.cluster for one in outcome.held if one.reason == reason]
            more = f" and {len(clusters) - _SHOWN:,} more" if len(clusters) > _SHOWN else ""
            yield f"  {reason} Cluster {', '.join(map(str, clusters[:_SHOWN]))}{more}."


def _left_out(outcome: Outcome) -> Iterable[str]:
    """The lines left out, those with one reason together."""
    reasons: dict[tuple[str, str], list[int]] = {}
    for one in outcome.first_skipped:
        reasons.setdefault((one.file, one.reason), []).append(one.line)
    for (file, reason), lines in reasons.items():
        word = "line" if len(lines) == 1 else "lines"
        yield f"  {file} {word} {', '.join(map(str, lines))}: {reason}"
    if outcome.skipped > len(outcome.first_skipped):
        yield f"  and {outcome.skipped - len(outcome.first_skipped):,} more."


def _summary(outcome: Outcome, out: Path) -> list[str]:
    tiers = ", ".join(f"{count:,} {tier}" for tier, count in outcome.tiers.items())
    people = f"{outcome.records:,} records, {outcome.clusters:,} people"
    return [f"{people}; {outcome.pairs:,} pairs ({tiers}) in {out}. It took {outcome.seconds:.1f} s."]


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr)


COMMAND = Command("dedupe", 58, "Find duplicate people in one or two CSV files", _arguments, _run)
