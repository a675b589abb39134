"""One-to-one assignment with the greatest total score: the Hungarian method, in the form with potentials.

Small inputs only (a person's visits of a few days); larger ones are taken greedily, best score first.
"""

from __future__ import annotations

from collections.abc import Mapping

LARGEST = 60


def assign(scores: Mapping[tuple[int, int], float], rows: int, columns: int) -> dict[int, int]:
    """Row -> column, each used at most once, with the greatest sum. Pairs that are not in `scores` are forbidden.

    Ties go to lower numbers: order rows and columns by what should win.
    """
    if not scores:
        return {}
    if rows > LARGEST or columns > LARGEST:
        return _greedy(scores)
    size = max(rows, columns)
    # Cost 1 - score; a forbidden pair costs more than any allowed one can bring.
    cost = [[1.0 - scores[i, j] if (i, j) in scores else 3.0 for j in range(size)] for i in range(size)]
    return {i: j for i, j in _hungarian(cost).items() if (i, j) in scores}


def _greedy(scores: Mapping[tuple[int, int], float]) -> dict[int, int]:
    found: dict[int, int] = {}
    taken: set[int] = set()
    for (i, j), _ in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def _hungarian(cost: list[list[float]]) -> dict[int, int]:
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
