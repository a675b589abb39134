"""Sets of people whose truth is known, as files that `chartmend dedupe` reads: found by what is in them.

- A CSV file with a column `truth_id`: equal values are one person. A column `relation` may name twins, sr and jr. Two
  files whose names end in a and b are linked with one another.
- Two CSV files with a column `Match Id`, one of them with `Expected Result`: each case against the record that it names
  in the other file.
- A file of JSON lines `{"expect": ..., "a": {...}, "b": {...}}`: each a against its b.

The last two have three labels: a match, one that a person must look at, none. No truth reaches the matcher: columns
that hold it are left out of the files that it gets.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from linkage_scores import Found, People

TRUTH, RELATION = "truth_id", "relation"
CASE, ANSWER, EXPECTED = "Test Case #", "Match Id", "Expected Result"
# ID is the same for a test case and its record, also where the answer is that they are two people.
_HIDDEN = frozenset({TRUTH, RELATION, "dup_kind", EXPECTED, "ID"})
_IDS = ("id", "rec_id", "unique_id")
_LABELS = {"match": "match", "possible match": "possible", "no match": "not", "not a match": "not"}
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class LabelledSet:
    """One file or two with their columns of ids, and either whose each record is or the labels of some pairs."""

    name: str
    files: tuple[Path, ...]
    ids: tuple[tuple[str, ...], ...]
    id_names: tuple[str, ...]
    people: People | None = None
    labels: Mapping[tuple[str, str], str] | None = None

    @property
    def size(self) -> int:
        return sum(map(len, self.ids))

    def said(self, pairs: Path) -> dict[tuple[str, str], float]:
        """The written probabilities by the ids of the pair."""
        return {(row["id_a"], row["id_b"]): float(row["probability"]) for row in rows_of(pairs)}

    def found(self, pairs: Path, columns: Sequence[str] = ("id_a", "id_b", "probability")) -> Found:
        """The pairs of a result file, by the places of their records."""
        first, last = self._places(0), self._places(len(self.files) - 1)
        listed = [[row[column] for column in columns] for row in rows_of(pairs)]
        return Found(
            np.array([first[a] for a, _, _ in listed], np.int64),
            np.array([last[b] for _, b, _ in listed], np.int64),
            np.array([float(p) for _, _, p in listed], np.float64),
        )

    def apart(self, clusters: np.ndarray, held: Collection[int]) -> set[tuple[str, str]]:
        """The labelled pairs whose records stand in two clusters, or in one that waits for a person."""
        first, last = self._places(0), self._places(len(self.files) - 1)
        return {
            (a, b)
            for a, b in self.labels or ()
            if clusters[first[a]] != clusters[last[b]] or clusters[first[a]] in held
        }

    def clusters(self, file: Path) -> np.ndarray:
        """The cluster of each record, which are written in the records' order."""
        numbers = np.array([int(row["cluster"]) for row in rows_of(file)], np.int64)
        assert len(numbers) == self.size, f"{file} has {len(numbers)} of {self.size} records"
        return numbers

    def _places(self, file: int) -> dict[str, int]:
        before = sum(map(len, self.ids[:file]))
        return {name: before + place for place, name in enumerate(self.ids[file])}


def rows_of(file: Path) -> Rows:
    """The rows of a CSV file. A cell too many is dropped."""
    with file.open(newline="", encoding="utf-8-sig") as text:
        return [{name: cell or "" for name, cell in row.items() if name is not None} for row in csv.DictReader(text)]


def whose(name: str, files: Sequence[Path], folder: Path) -> LabelledSet:
    """A set from files with `truth_id`, whose copies without it go to the folder."""
    tables = [rows_of(file) for file in files]
    id_names = [next(one for one in _IDS if one in table[0]) for table in tables]
    rows = [row for table in tables for row in table]
    person = np.unique([row[TRUTH] for row in rows], return_inverse=True)[1]
    relation = np.array([row[RELATION] for row in rows]) if RELATION in rows[0] else None
    people = People(person, np.repeat(np.arange(len(tables)), list(map(len, tables))), relation)
    return _set(name, tables, id_names, folder, people=people)


def cases(file: Path, answers: Path, folder: Path) -> LabelledSet:
    """A set from test cases and the records that they are held against."""
    against, tested = rows_of(answers), rows_of(file)
    labels = {(row[ANSWER], row[CASE]): _label(row[EXPECTED]) for row in tested}
    shown = [{name: cell for name, cell in row.items() if name != ANSWER} for row in tested]
    return _set(file.stem, [against, shown], [ANSWER, CASE], folder, labels=labels)


def json_pairs(file: Path, folder: Path) -> LabelledSet:
    """A set from pairs in JSON lines. A pair without one of the three labels is compared, but not counted."""
    listed = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    names = sorted({name for pair in listed for side in "ab" for name in pair[side]})
    tables = [
        [
            {"row": str(row), **{name: str(pair[side].get(name, "")) for name in names}}
            for row, pair in enumerate(listed)
        ]
        for side in "ab"
    ]
    labels = {
        (str(row), str(row)): _label(pair["expect"])
        for row, pair in enumerate(listed)
        if pair["expect"].lower() in _LABELS
    }
    return _set(file.stem, tables, ["row", "row"], folder, labels=labels)


def sets_in(places: Iterable[Path], folder: Path) -> Iterator[LabelledSet]:
    """All sets in these files and folders. Files that are none of the known kinds are passed over."""
    files = [file for place in places for file in (sorted(place.iterdir()) if place.is_dir() else [place])]
    headers = {file: _header(file) for file in files if file.suffix == ".csv"}
    answers = next((file for file, names in headers.items() if ANSWER in names and EXPECTED not in names), None)
    for file in files:
        names = headers.get(file, ())
        other = file.with_name(f"{file.stem[:-1]}b.csv")
        if file.suffix == ".jsonl":
            yield json_pairs(file, folder)
        elif EXPECTED in names and answers:
            yield cases(file, answers, folder)
        elif TRUTH in names and file.stem.endswith("a") and other in headers:
            yield whose(file.stem[:-1], [file, other], folder)
        elif TRUTH in names and not (file.stem.endswith("b") and file.with_name(f"{file.stem[:-1]}a.csv") in headers):
            yield whose(file.stem, [file], folder)


def _set(
    name: str,
    tables: Sequence[Rows],
    id_names: Sequence[str],
    folder: Path,
    **truth: People | Mapping[tuple[str, str], str],
) -> LabelledSet:
    files = []
    for number, table in enumerate(tables):
        files.append(folder / f"{name}_{number}.csv")
        with files[-1].open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(
                file, [column for column in table[0] if column not in _HIDDEN], extrasaction="ignore"
            )
            writer.writeheader()
            writer.writerows(table)
    ids = tuple(tuple(row[column] for row in table) for column, table in zip(id_names, tables, strict=True))
    return LabelledSet(name, tuple(files), ids, tuple(id_names), **truth)


def _header(file: Path) -> Sequence[str]:
    with file.open(newline="", encoding="utf-8-sig") as text:
        return next(csv.reader(text), [])


def _label(text: str) -> str:
    return _LABELS[text.lower().replace("_", " ")]
