"""One-to-one assignment with the greatest total score: the Hungarian method, in the form with potentials.

Small inputs only (a person's visits of a few days), one connected part at a time; a part larger than `LARGEST` is
taken greedily, best score first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

LARGEST = 60
_FORBIDDEN = 1.0  # as much as staying alone: what matters is the sum, not how many find a partner


def assign(scores: Mapping[tuple[int, int], float], rows: int, columns: int) -> dict[int, int]:
    """Row -> column, each used at most once, with the greatest sum. Pairs that are not in `scores` are forbidden.

    Ties go to lower numbers: order rows and columns by what should win.
    """
    found: dict[int, int] = {}
    for part in _parts(scores):
        listed, across = sorted({i for i, _ in part}), sorted({j for _, j in part})
        if len(listed) > LARGEST or len(across) > LARGEST:
            found |= _greedy({pair: scores[pair] for pair in part})
            continue
        size = max(len(listed), len(across))
        cost = [[_FORBIDDEN] * size for _ in range(size)]
        for i, j in part:
            cost[listed.index(i)][across.index(j)] = 1.0 - scores[i, j]
        for m, n in _hungarian(cost).items():
            if m < len(listed) and n < len(across) and (listed[m], across[n]) in scores:
                found[listed[m]] = across[n]
    assert all(i < rows and j < columns for i, j in found.items())
    return found


def _parts(scores: Mapping[tuple[int, int], float]) -> list[list[tuple[int, int]]]:
    """Allowed pairs by connected part: parts share no row and no column."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        parent.setdefault(node, node)
        while parent[node] != node:
            node = parent[node]
        return node

    for i, j in scores:
        a, b = sorted((root(("row", i)), root(("column", j))))
        parent[b] = a
    parts: defaultdict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for i, j in sorted(scores):
        parts[root(("row", i))].append((i, j))
    return list(parts.values())


def _greedy(scores: Mapping[tuple[int, int], float]) -> dict[int, int]:
    found: dict[int, int] = {}
    taken: set[int] = set()
    for (i, j), _ in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def _hungarian(cost: list[list[float]]) -> dict[int, int]:
    """Row -> column of the cheapest complete assignment of a square matrix, in O(n^3)."""
    size = len(cost)
    potential_row, potential_col = [0.0] * (size + 1), [0.0] * (size + 1)
    row_of, way = [0] * (size + 1), [0] * (size + 1)
    for row in range(1, size + 1):
        row_of[0] = row
        column = 0
        least = [float("inf")] * (size + 1)
        used = [False] * (size + 1)
        while True:
            used[column] = True
            current, delta, following = row_of[column], float("inf"), 0
            for j in range(1, size + 1):
                if used[j]:
                    continue
                reduced = cost[current - 1][j - 1] - potential_row[current] - potential_col[j]
                if reduced < least[j]:
                    least[j], way[j] = reduced, column
                if least[j] < delta:
                    delta, following = least[j], j
            for j in range(size + 1):
                if used[j]:
                    potential_row[row_of[j]] += delta
                    potential_col[j] -= delta
                else:
                    least[j] -= delta
            column = following
            if row_of[column] == 0:
                break
        while column:
            before = way[column]
            row_of[column] = row_of[before]
            column = before
    return {row_of[j] - 1: j - 1 for j in range(1, size + 1) if row_of[j]}
