"""Pairs with both records in full, for a person who goes through them in a spreadsheet program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.dedupe.sheet import Sheet
from matching.pairs import Pairs
from matching.people import FIELDS, PeopleTable

_FIRST = ("pair", "probability", "tier", "cluster", "note", "id", "file", "line")
# A spreadsheet program would run what begins like this as a formula. Phone numbers may begin with a plus.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d (.])")


def review_table(
    pairs: Pairs,
    table: PeopleTable,
    sheets: Sequence[Sheet],
    *,
    cluster: NDArray[np.int64],
    notes: Mapping[int, str],
) -> tuple[tuple[str, ...], Iterable[Sequence[object]]]:
    """Header and rows: two rows a pair, in the order of the pairs, with what every field was understood as.

    `table` holds the records of all sheets one after another, its keys being their places; `cluster` is each record's,
    and `notes` say of some clusters why a person should look first.
    """
    shown = [name for name in FIELDS if any(name in sheet.people.fields for sheet in sheets)]
    header = (*_FIRST, *("record_numbers" if name == "identifiers" else name for name in shown))
    return header, _rows(pairs, table, sheets, shown=shown, cluster=cluster.tolist(), notes=notes)


def _rows(
    pairs: Pairs,
    table: PeopleTable,
    sheets: Sequence[Sheet],
    *,
    shown: Sequence[str],
    cluster: Sequence[int],
    notes: Mapping[int, str],
) -> Iterable[Sequence[object]]:
    ids = [one for sheet in sheets for one in sheet.ids]
    lines = np.concatenate([sheet.lines for sheet in sheets])
    files = np.repeat(np.arange(len(sheets)), [len(sheet.ids) for sheet in sheets])
    columns = [getattr(table, name) for name in shown]
    for number, (a, b, probability, tier) in enumerate(
        zip(pairs.a.tolist(), pairs.b.tolist(), pairs.probability.tolist(), pairs.tier, strict=True), 1
    ):
        note = notes.get(cluster[a], "") if cluster[a] == cluster[b] else ""
        for place in (a, b):
            cells = (ids[place], sheets[files[place]].path.name, *(column[place] for column in columns))
            one, file, *rest = map(_harmless, cells)
            yield number, f"{probability:.4f}", tier, cluster[place], note, one, file, int(lines[place]), *rest


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
