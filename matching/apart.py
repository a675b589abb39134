"""What must not be joined: records that were said to be two people, and two people of one system's patient index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.compare._base import Rows
from matching.people import PeopleTable


@dataclass(frozen=True, slots=True)
class Apart:
    """Rows said to be two people, and per row the (index, id) that a system's own patient index knows it by."""

    said: Mapping[int, set[int]]
    golden: Mapping[int, tuple[str, str]]

    @classmethod
    def of(cls, table: PeopleTable, said: Iterable[tuple[int, int]]) -> Apart:
        """From a table and the pairs of its rows that were said to be two people."""
        both: dict[int, set[int]] = defaultdict(set)
        for a, b in said:
            both[a].add(b)
            both[b].add(a)
        return cls(dict(both), {row: _parts(table.golden[row]) for row in _labelled(table)})

    def is_said(self, one: Iterable[int], other: set[int]) -> bool:
        """Whether a decision forbids joining two sets of rows."""
        return any(self.said[row] & other for row in one if row in self.said)

    def concerns(self, rows: Iterable[int]) -> bool:
        """Whether anything is known about one of these rows."""
        return any(row in self.said or row in self.golden for row in rows)

    def forbids(self, one: set[int], other: set[int]) -> bool:
        """Whether two sets of rows must not join without a person: a decision, or two people of one index.

        A set holds two ids of an index only where a person put them together; either of them may then join it.
        """
        small, large = (one, other) if len(one) <= len(other) else (other, one)
        if self.is_said(small, large):
            return True
        if not self.golden:
            return False
        here, there = self._ids(small), self._ids(large)
        return any(not (here[index] <= there[index] or there[index] <= here[index]) for index in here.keys() & there)

    def _ids(self, rows: Iterable[int]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row in self.golden:
                index, number = self.golden[row]
                found[index].add(number)
        return found


def two_of_one_index(table: PeopleTable, a: Rows, b: Rows) -> NDArray[np.bool_]:
    """Per pair of rows whether one patient index knows them as two people."""
    golden = table.golden
    if not len(_labelled(table)):
        return np.zeros(len(a), dtype=np.bool_)
    parts = [*golden.each(_parts), ("", "")]
    index = np.unique([one for one, _ in parts], return_inverse=True)[1][golden.codes]
    number = np.unique([other for _, other in parts], return_inverse=True)[1][golden.codes]
    is_known = np.array([bool(other) for _, other in parts])[golden.codes]
    both: NDArray[np.bool_] = is_known[a] & is_known[b] & (index[a] == index[b]) & (number[a] != number[b])
    return both


def _labelled(table: PeopleTable) -> list[int]:
    return np.flatnonzero(table.golden.codes >= 0).tolist()


def _parts(label: str) -> tuple[str, str]:
    index, _, number = label.partition("|")
    return index, number
