"""A whole kind of file checked by a mapping, before anything is kept: what is ready, what is odd, what must be fixed.

A row is judged as the pull will judge it: by the same conversion, and by the reader of the table format.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from core.connectors._file_pull import root_of
from core.connectors._files import READ_TROUBLE, Broken, Leaf, leaves, source_files, why_broken
from core.connectors._port import RawItem, Settings
from core.dedupe.headings import compact
from core.errors import BadInput
from core.ingest.normalise.table_rows import read as read_table_row
from core.jobs import Job
from core.sheets.mapping import FileMapping, signature_of
from core.sheets.reader import Sheet, SheetRow
from core.sheets.rows import Fault, RowConverter

SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
FORM = "table"
SAMPLE_ROWS = 2_000
_KEPT = 1_000  # problems that are kept to be looked at; all are counted
_STEP = 500  # rows between two looks at the job


@dataclass(frozen=True, slots=True)
class SheetKind:
    """Files of one folder with the same headings. `rows` are the first of them, `files` their names."""

    names: tuple[str, ...]
    files: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def signature(self) -> str:
        """What their mapping is found by."""
        return signature_of(self.names)

    def samples(self, place: int, count: int = 3) -> tuple[str, ...]:
        """The first different values of a column."""
        found = dict.fromkeys(row[place].strip() for row in self.rows if row[place].strip())
        return tuple(found)[:count]

    def words(self, place: int) -> tuple[str, ...]:
        """The different values of a column among the rows that were looked at, the most frequent first."""
        return tuple(word for word, _ in Counter(row[place].strip() for row in self.rows if row[place].strip())
                     .most_common(50))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in a folder: kinds of files, and files that cannot be read, each with the reason."""

    kinds: tuple[SheetKind, ...]
    unreadable: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is odd in a row: its file, its line (from 1), its column's heading ("" for the whole row), and what.

    `is_bad`: the row cannot be used before it is fixed; else the row is taken, and the cell counts as unknown.
    """

    file: str
    line: int
    column: str
    reason: str
    is_bad: bool

    def sentence(self) -> str:
        """For a person."""
        return f"Column {self.column} {self.reason}." if self.column else self.reason


@dataclass(slots=True)
class Checked:
    """The outcome: numbers of rows, and the first problems of each sort."""

    rows: int = 0
    ready: int = 0
    must_fix: int = 0
    warnings: int = 0
    problems: list[Problem] = field(default_factory=list)
    words: dict[str, Counter[str]] = field(default_factory=dict)  # field -> words without a meaning

    def add(self, problem: Problem) -> None:
        """Keep a problem; not more than a thousand of a sort."""
        kept = sum(one.is_bad == problem.is_bad for one in self.problems) if len(self.problems) >= _KEPT else 0
        if kept < _KEPT:
            self.problems.append(problem)


def position_of(file: str, line: int) -> str:
    """Where a row stands, as the quarantine names it."""
    return f"{file} line {line}"


def look_through(settings: Settings, job: Job) -> Folder:
    """Which kinds of files a folder holds. Raises BadInput where it is not there."""
    found: dict[str, list[Any]] = {}
    unreadable: list[tuple[str, str]] = []
    for leaf in _leaves(settings):
        job.check()
        if isinstance(leaf, Broken):
            unreadable.append((leaf.name, leaf.reason))
            continue
        try:
            sheet = Sheet(leaf.stream, leaf.name)
            names = sheet.layout.names
            kind = found.setdefault(signature_of(names), [names, [], []])
            kind[1].append(leaf.name)
            for row in sheet.rows():
                if len(kind[2]) >= SAMPLE_ROWS:
                    break
                if not row.reason:
                    kind[2].append(tuple(row.cells))
        except BadInput as why:
            unreadable.append((leaf.name, why.what))
        except READ_TROUBLE as why:
            unreadable.append((leaf.name, why_broken(leaf.name, why).reason))
    kinds = tuple(SheetKind(names, tuple(files), tuple(rows)) for names, files, rows in found.values())
    return Folder(kinds, tuple(unreadable))


def check_files(settings: Settings, mapping: FileMapping, today: date, job: Job) -> Checked:
    """Judge every row of every file with the mapping's headings. Raises Cancelled."""
    checked = Checked()
    for leaf, sheet in _sheets_of(settings, mapping.signature):
        converter = RowConverter(mapping, today)
        try:
            for row in sheet.rows():
                _judge(row, leaf.name, converter, checked)
                if checked.rows % _STEP == 0:
                    job.advance(_STEP, text=leaf.name)
                    job.check()
        except (BadInput, *READ_TROUBLE) as why:
            reason = why.what if isinstance(why, BadInput) else why_broken(leaf.name, why).reason
            checked.must_fix += 1
            checked.add(Problem(leaf.name, checked.rows, "", reason, is_bad=True))
    return checked


def bad_rows(settings: Settings, mapping: FileMapping, today: date, job: Job) -> Iterator[tuple[str, SheetRow, str]]:
    """Every row that cannot be used, with its file and why."""
    for leaf, sheet in _sheets_of(settings, mapping.signature):
        converter = RowConverter(mapping, today)
        with suppress(BadInput, *READ_TROUBLE):  # the check itself says that the rest cannot be read
            for row in sheet.rows():
                job.check()
                bad = row.reason or _why_bad(row, converter, leaf.name)
                if bad:
                    yield leaf.name, row, bad


def write_rejects(settings: Settings, mapping: FileMapping, target: Path, today: date, job: Job) -> int:
    """Write the rows that cannot be used into a file of its own, with file, line and reason; gives how many.

    Raises BadInput where it would lie in the folder that is read, or cannot be written.
    """
    root = root_of(settings).resolve()
    if target.resolve().is_relative_to(root):
        raise BadInput("The rejected rows cannot lie in the folder that is read.", todo="Choose another folder.",
                       code="CM-CSV-05")  # fmt: skip
    count = 0
    try:
        with target.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["file", "line", "reason", *(column.name for column in mapping.columns)])
            for file, row, reason in bad_rows(settings, mapping, today, job):
                writer.writerow([file, row.line, reason, *(row.cells or [row.raw.strip()])])
                count += 1
    except OSError as why:
        raise BadInput("The file of rejected rows cannot be written.", todo="Choose another folder.",
                       code="CM-CSV-06") from why  # fmt: skip
    return count


def said(fault: Fault, mapping: FileMapping) -> tuple[str, str]:
    """A fault as (heading of its column, what is wrong with it), or as ("", a sentence on the row)."""
    if fault.place is None:
        return "", f"This row {fault.reason}."
    return mapping.columns[fault.place].name, fault.reason


def _judge(row: SheetRow, file: str, converter: RowConverter, checked: Checked) -> None:
    checked.rows += 1
    if row.reason:
        checked.must_fix += 1
        checked.add(Problem(file, row.line, "", row.reason, is_bad=True))
        return
    found = converter.convert(row.cells)
    problems = [Problem(file, row.line, *said(fault, converter.mapping), fault.is_bad) for fault in found.faults]
    _note_words(row, found.faults, converter.mapping, checked.words)
    if found.bad is None:
        problems += [
            Problem(file, row.line, "", reason, is_bad)
            for reason, is_bad in _read(found.row, converter.mapping, file, row.line)
            # What was said of a column already is not said again of its field.
            if is_bad or not found.faults
        ]
    if any(problem.is_bad for problem in problems):
        checked.must_fix += 1
    else:
        checked.ready += 1
        checked.warnings += bool(problems)
    for problem in problems:
        checked.add(problem)


def _note_words(row: SheetRow, faults: Sequence[Fault], mapping: FileMapping, words: dict[str, Counter[str]]) -> None:
    for fault in faults:
        target = mapping.target_of(fault.place) if fault.place is not None else None
        if target is not None and target.kind == "word" and fault.place is not None:
            words.setdefault(target.id, Counter())[row.cells[fault.place].strip()] += 1


def _why_bad(row: SheetRow, converter: RowConverter, file: str) -> str:
    found = converter.convert(row.cells)
    if found.bad is not None:
        return Problem(file, row.line, *said(found.bad, converter.mapping), is_bad=True).sentence()
    return next((reason for reason, is_bad in _read(found.row, converter.mapping, file, row.line) if is_bad), "")


def _read(row: Mapping[str, Any], mapping: FileMapping, file: str, line: int) -> list[tuple[str, bool]]:
    """What the reader of the table format says of a row: (words, whether the row cannot be used)."""
    item = RawItem(FORM, mapping.entity, str(row["id"]), orjson.dumps(row), position_of(file, line))
    try:
        (record,) = read_table_row(item)
    except BadInput as why:
        return [(why.what, True)]
    return [(f"{note.replace('_', ' ').capitalize()}.", False) for note in record.notes]


def _leaves(settings: Settings) -> Iterator[Leaf | Broken]:
    files, broken, _ = source_files(root_of(settings), SUFFIXES)
    yield from broken
    for file in files:
        yield from leaves(file, SUFFIXES)


def _sheets_of(settings: Settings, signature: str) -> Iterator[tuple[Leaf, Sheet]]:
    """The open files with these headings."""
    for leaf in _leaves(settings):
        if isinstance(leaf, Broken):
            continue
        try:
            sheet = Sheet(leaf.stream, leaf.name)
        except (BadInput, *READ_TROUBLE):  # the look through the folder names it
            continue
        if signature_of(sheet.layout.names) == signature:
            yield leaf, sheet


def unknown_words(checked: Checked, mapping: FileMapping) -> dict[str, tuple[str, ...]]:
    """Field -> words of its column that nobody gave a meaning, the most frequent first."""
    given = {name: {compact(their) for their in pairs} for name, pairs in mapping.words.items()}
    return {
        name: tuple(word for word, _ in counts.most_common() if compact(word) not in given.get(name, set()))
        for name, counts in checked.words.items()
    }
