"""One spreadsheet file, read: who is in it, under which ids, from which columns, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.dedupe.fields import People, people_of
from core.dedupe.headings import Headings, recognise
from core.dedupe.layout import DELIMITERS, Layout, layout_of
from core.dedupe.rows import Rows, SetAside, read_rows
from core.errors import BadInput
from core.jobs import Job
from matching.texts import Texts

NO_ROWS, NO_ID = "CM-DUP-07", "CM-DUP-08"
# A column that repeats more often than this is no id, whatever it is called.
_REPEATS_AT_LEAST, _REPEATS_SHARE = 10, 0.1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's records in their order, with their ids and the lines (from 1) they begin on.

    `id_place` is the id's column, None where records go by their line.
    """

    path: Path
    layout: Layout
    headings: Headings
    id_place: int | None
    ids: list[str]
    lines: NDArray[np.int64]
    people: People
    aside: SetAside
    notes: tuple[str, ...]

    @property
    def id_name(self) -> str | None:
        """What the id's column is called."""
        return None if self.id_place is None else self.headings.names[self.id_place]

    def as_json(self) -> dict[str, object]:
        """Which columns were used for what, and the sentences on how they were read."""
        left_out = self.headings.left_out(self.id_place)
        return {"id": self.id_name, "used": self.headings.named(), "ignored": list(left_out), "notes": self.said()}

    def said(self) -> list[str]:
        """Sentences on how the file was read."""
        return [*self.headings.notes, *self.notes, *self.people.notes]

    def words(self) -> list[str]:
        """Lines for people: how the file was understood."""
        rows = [("id", self.id_name or "none; a record goes by the line it stands on")]
        named = self.headings.named()
        rows += [(part.replace("_", " "), " + ".join(names)) for part, names in named.items()]
        # Of columns named alike a note says which one counts.
        used = {self.id_name, *(name for names in named.values() for name in names)}
        if left_out := [name for name in dict.fromkeys(self.headings.left_out(self.id_place)) if name not in used]:
            rows.append(("not used", ", ".join(left_out)))
        width = max(len(title) for title, _ in rows)
        return [
            f"{self.path}: {len(self.ids):,} records, cells separated by {DELIMITERS[self.layout.delimiter]}.",
            *(f"  {title:{width}}  {text}" for title, text in rows),
            *(f"  {note}" for note in self.said()),
        ]


def understand(path: Path, id_name: str | None, maps: Mapping[str, str]) -> tuple[Layout, Headings]:
    """How a file is laid out and what its columns are. Raises BadInput where it is no table of people.

    `id_name` names the column of the ids, `maps` says of columns what they hold (see `headings.read_maps`).
    """
    layout = layout_of(path, [*maps, *([id_name] if id_name else [])])
    return layout, recognise(layout.names, str(path), maps, id_name)


def read_sheet(path: Path, layout: Layout, headings: Headings, job: Job, *, today: date, date_order: str) -> Sheet:
    """Read a file that was understood. Raises BadInput where it has no rows, or the column that was named is no id.

    `today` and `date_order` are for the birth dates (see `birth_dates`).
    """
    wanted = {place for places in headings.used.values() for place in places} | set(headings.ids)
    rows = read_rows(path, layout, sorted(wanted), job)
    repeated = _drop_headings(rows, headings)
    id_place, notes = _named_id(rows, headings) if headings.is_id_named else _found_id(rows, headings)
    if not len(rows):
        first = rows.aside.first
        why = f"none of its rows can be read: line {first[0].line}: {first[0].reason}" if first else "it has no rows."
        raise BadInput(f"{path} names columns, but {why}", todo="Check that it was saved completely.", code=NO_ROWS)
    ids = list(map(str, rows.lines.tolist())) if id_place is None else list(rows.columns[id_place])
    if repeated:
        notes.append(f"{repeated:,} {'line repeats' if repeated == 1 else 'lines repeat'} the headings, as pages do.")
    if rows.early:
        notes.append(f"{rows.early:,} rows end early; the cells they lack at their end count as blank.")
    columns = {part: [rows.columns[place] for place in places] for part, places in headings.used.items()}
    people = people_of(columns, rows.lines, str(path), today, date_order)
    return Sheet(path, layout, headings, id_place, ids, rows.lines, people, rows.aside, tuple(notes))


def _drop_headings(rows: Rows, headings: Headings) -> int:
    """Drop rows that say of every column what it is called. How many there were."""
    is_heading = np.ones(len(rows), dtype=bool)
    for place, column in rows.columns.items():
        codes = [code for code, value in enumerate(column.values) if value.strip() == headings.names[place]]
        is_heading &= np.isin(column.codes, codes) if codes else False
        if not is_heading.any():
            return 0
    rows.keep(np.flatnonzero(~is_heading))
    return int(is_heading.sum())


def _named_id(rows: Rows, headings: Headings) -> tuple[int, list[str]]:
    """Set aside the rows without an id, or with one that came before."""
    place = headings.ids[0]
    if _is_id(rows.columns[place]):
        return place, []
    came: dict[str, int] = {}
    kept, repeats = [], []
    for row, (value, line) in enumerate(zip(rows.columns[place], rows.lines.tolist(), strict=True)):
        if not value.strip():
            rows.aside.add(line, "Its id is empty.")
        elif value in came:
            repeats.append(line)
            rows.aside.add(line, f"Its id stands on line {came[value]} already; the first row counts.")
        else:
            came[value] = line
            kept.append(row)
    if len(repeats) > max(_REPEATS_AT_LEAST, _REPEATS_SHARE * len(rows)):
        raise BadInput(
            f"{headings.names[place]} is no id in {rows.aside.file}: "
            f"{len(repeats):,} of {len(rows):,} rows repeat one that came before.",
            todo="Name another column, or leave --id out: records then go by the line they stand on.",
            place=f"first on line {repeats[0]}",
            code=NO_ID,
        )
    rows.keep(np.array(kept, dtype=np.int64))
    return place, []


def _found_id(rows: Rows, headings: Headings) -> tuple[int | None, list[str]]:
    """The best column that looks like an id and is one."""
    notes: list[str] = []
    for place in headings.ids:
        if _is_id(rows.columns[place]):
            return place, notes
        notes.append(f"{headings.names[place]} is not taken as the id: it is empty or repeated in some rows.")
    return None, notes


def _is_id(column: Texts) -> bool:
    """Whether no value is blank or comes twice."""
    return len(column.values) == len(column) and all(map(str.strip, column.values))
