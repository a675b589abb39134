"""Pairs to groups: the records of one person, honouring decisions, split where a chain joined two people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.apart import Apart
from matching.clean.columns import Columns
from matching.compare._base import Comparator, Rows
from matching.model import Model
from matching.pairs import Judgement, Pairs
from matching.people import PeopleTable
from matching.score import levels_of, score
from matching.stops import STOP_WORDS, conflicts

# One pair counts at most this much (log2 odds) for or against joining two sets of records.
_MOST_SAID = 12.0
# Larger groups are not split record by record; they wait for a person.
_LARGEST_SPLIT = 60


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one person, by key. `held` says why a person must look first, else ""."""

    members: tuple[int, ...]
    held: str = ""


@dataclass(slots=True)
class _Sets:
    """Sets of rows that grow together, never joining two rows that were said to be two people."""

    members: dict[int, set[int]]
    of: dict[int, int]
    apart: Apart

    def join(self, a: int, b: int, *, is_decided: bool) -> None:
        """Put the sets of two rows together, unless what is known forbids it. A decision is only stopped by another."""
        one, other = self.of[a], self.of[b]
        if one == other:
            return
        forbids = self.apart.is_said if is_decided else self.apart.forbids
        if forbids(self.members[one], self.members[other]):
            return
        if len(self.members[one]) < len(self.members[other]):
            one, other = other, one
        for row in self.members[other]:
            self.of[row] = one
        self.members[one] |= self.members.pop(other)


def groups_of(
    table: PeopleTable,
    columns: Columns,
    *,
    comparators: Mapping[str, Comparator],
    model: Model,
    pairs: Pairs,
    judged: Sequence[Judgement],
) -> tuple[Group, ...]:
    """Groups of two and more, ordered by their lowest key. `table` is ordered by key, as `columns` is."""
    same, apart = _decisions(table, judged)
    linked = np.flatnonzero(pairs.may_link)
    order = linked[np.lexsort((pairs.b[linked], pairs.a[linked], -pairs.weight[linked]))]
    edges = list(
        zip(
            np.searchsorted(table.keys, pairs.a[order]).tolist(),
            np.searchsorted(table.keys, pairs.b[order]).tolist(),
            strict=True,
        )
    )
    sets = _sets_over(same, edges, apart)
    torn = {row for a, b in same if sets.of[a] != sets.of[b] for row in (a, b)}
    components = sorted(sorted(members) for members in sets.members.values() if len(members) > 1)
    settled = _split_large(
        components, edges, same=same, apart=apart, columns=columns, comparators=comparators, model=model
    )
    return _with_holds(settled, table, columns, comparators, decided=set(same), torn=torn)


def _decisions(table: PeopleTable, judged: Sequence[Judgement]) -> tuple[list[tuple[int, int]], Apart]:
    row = {key: place for place, key in enumerate(table.keys.tolist())}
    last: dict[tuple[int, int], bool] = {}
    for one in judged:
        if one.a in row and one.b in row and one.a != one.b:
            a, b = sorted((row[one.a], row[one.b]))
            last[a, b] = one.same
    apart = Apart.of(table, (pair for pair, is_same in last.items() if not is_same))
    return sorted(pair for pair, is_same in last.items() if is_same), apart


def _sets_over(decided: Sequence[tuple[int, int]], edges: Sequence[tuple[int, int]], apart: Apart) -> _Sets:
    sets = _Sets({}, {}, apart)
    for place, (a, b) in enumerate((*decided, *edges)):
        for row in (a, b):
            if row not in sets.of:
                sets.of[row] = row
                sets.members[row] = {row}
        sets.join(a, b, is_decided=place < len(decided))
    return sets


def _split_large(
    components: list[list[int]],
    edges: list[tuple[int, int]],
    *,
    same: list[tuple[int, int]],
    apart: Apart,
    columns: Columns,
    comparators: Mapping[str, Comparator],
    model: Model,
) -> list[list[int]]:
    """Join the records of each component of three and more again, by what all pairs between two sets say together."""
    asked = [members for members in components if 3 <= len(members) <= _LARGEST_SPLIT]
    if not asked:
        return components
    inside = [np.triu_indices(len(members), 1) for members in asked]
    a = np.concatenate([np.array(rows)[left] for rows, (left, _) in zip(asked, inside, strict=True)])
    b = np.concatenate([np.array(rows)[right] for rows, (_, right) in zip(asked, inside, strict=True)])
    weights = np.clip(score(levels_of(columns, comparators, a, b), model).weight, -_MOST_SAID, _MOST_SAID)
    direct, decided = set(edges) | {(b, a) for a, b in edges}, set(same)
    settled = [members for members in components if not 3 <= len(members) <= _LARGEST_SPLIT]
    start = 0
    for rows, (left, right) in zip(asked, inside, strict=True):
        inner = weights[start : start + len(left)]
        start += len(left)
        if inner.min() > 0 and not apart.concerns(rows):  # every way of joining ends in one
            settled.append(rows)
            continue
        weight = np.zeros((len(rows), len(rows)))
        weight[left, right] = weight[right, left] = inner
        settled += _rejoined(rows, weight, direct, decided, apart)
    return sorted(settled)


def _rejoined(
    rows: list[int],
    weight: NDArray[np.float64],
    direct: set[tuple[int, int]],
    decided: set[tuple[int, int]],
    apart: Apart,
) -> list[list[int]]:
    """Agglomerate by mean weight while it speaks for one person and a direct link exists; decisions first."""
    place, listed = {row: index for index, row in enumerate(rows)}, weight.tolist()
    start = _sets_over([(a, b) for a, b in sorted(decided) if a in place and b in place], [], apart)
    clusters = [sorted(members) for members in start.members.values()]
    clusters += [[row] for row in rows if row not in start.of]
    clusters.sort()
    while len(clusters) > 1:
        best: tuple[float, int, int] | None = None
        for i, one in enumerate(clusters):
            for j in range(i + 1, len(clusters)):
                other = clusters[j]
                if not any((a, b) in direct for a in one for b in other):
                    continue
                if apart.forbids(set(one), set(other)):
                    continue
                mean = sum(listed[place[a]][place[b]] for a in one for b in other) / (len(one) * len(other))
                if mean > 0 and (best is None or mean > best[0]):
                    best = (mean, i, j)
        if best is None:
            break
        _, i, j = best
        clusters[i] = sorted(clusters[i] + clusters.pop(j))
    return [members for members in clusters if len(members) > 1]


def _with_holds(
    groups: list[list[int]],
    table: PeopleTable,
    columns: Columns,
    comparators: Mapping[str, Comparator],
    *,
    decided: set[tuple[int, int]],
    torn: set[int],
) -> tuple[Group, ...]:
    """Mark groups with a pair inside that speaks against one person, unless a person decided that pair."""
    pairs = [
        (number, a, b)
        for number, rows in enumerate(groups)
        if len(rows) <= _LARGEST_SPLIT
        for place, a in enumerate(rows)
        for b in rows[place + 1 :]
        if (a, b) not in decided
    ]
    held = {number: STOP_WORDS["large_group"] for number, rows in enumerate(groups) if len(rows) > _LARGEST_SPLIT} | {
        number: STOP_WORDS["decisions_disagree"] for number, rows in enumerate(groups) if torn & set(rows)
    }
    if pairs:
        number_of, a, b = (np.array(part, dtype=np.int64) for part in zip(*pairs, strict=True))
        for code, found in conflicts(_levels_by_field(columns, comparators, a, b)).items():
            for number in number_of[found].tolist():
                held.setdefault(number, STOP_WORDS[code])
    keys = table.keys
    return tuple(Group(tuple(keys[rows].tolist()), held.get(number, "")) for number, rows in enumerate(groups))


def _levels_by_field(
    columns: Columns, comparators: Mapping[str, Comparator], a: Rows, b: Rows
) -> dict[str, NDArray[np.int8]]:
    levels = levels_of(columns, comparators, a, b)
    return {name: levels[:, place] for place, name in enumerate(comparators)}
