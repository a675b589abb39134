"""From keys to candidate pairs: equal hashes meet; a bucket that is too large is split finer, never dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matching.block._base import NO_KEY, BlockingKey, Hashes, birth_year, combine, per_name
from matching.clean.columns import Columns
from matching.parallel import on_all_cores
from matching.progress import Progress, silent

Rows = NDArray[np.int64]
Positions = NDArray[np.int32] | NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cut:
    """What a key did with buckets that were too large: how many, the largest, and the pairs it did not make."""

    key: str
    buckets: int
    largest: int
    pairs_left_out: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of record positions (a < b), each once, in order."""

    a: Rows
    b: Rows
    per_key: dict[str, int]
    cuts: tuple[Cut, ...]


def candidates(
    columns: Columns,
    keys: Mapping[str, BlockingKey],
    cap: int,
    touching: NDArray[np.bool_] | None = None,
    progress: Progress = silent,
) -> Candidates:
    """All pairs that share a key. `cap`: the largest bucket compared whole; `touching`: one record must be such."""
    size = columns.size
    found: list[NDArray[np.int64]] = []
    per_key: dict[str, int] = {}
    cuts: list[Cut] = []
    finer = splits_of(columns)
    steps = [partial(_pairs_of_key, key, columns, cap, finer, touching) for key in keys.values()]
    for key, (pairs, cut) in zip(keys.values(), on_all_cores(steps, size), strict=True):
        per_key[key.id] = len(pairs)
        found.append(pairs)
        if cut:
            cuts.append(cut)
        progress("blocking", len(found) / len(keys))
    joined = _once(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    return Candidates(joined // max(size, 1), joined % max(size, 1), per_key, tuple(cuts))


def _once(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each number once, in order."""
    pairs.sort(kind="stable")  # which merges what is in order already
    return pairs[np.r_[True, pairs[1:] != pairs[:-1]]] if len(pairs) else pairs


def splits_of(columns: Columns) -> list[NDArray[np.int64]]:
    """What splits a bucket that is too large, one after the other; per record, -1 or 0 unknown."""
    names = columns.names
    return [
        birth_year(columns),
        per_name(names.given, names.compact_mark).astype(np.int64),
        columns.zip.marks.astype(np.int64),
        columns.birth[:, 1].astype(np.int64) * 32 + columns.birth[:, 2],
        per_name(names.family, names.compact_mark).astype(np.int64),
    ]


def _pairs_of_key(
    key: BlockingKey,
    columns: Columns,
    cap: int,
    finer: list[NDArray[np.int64]],
    touching: NDArray[np.bool_] | None,
) -> tuple[NDArray[np.int64], Cut | None]:
    rows, hashes = _in_order(_shared(key.hashes(columns)))
    if touching is not None:
        rows, hashes = _buckets_touched(rows, hashes, touching)
    pairs, cut = pairs_in_buckets(key.id, rows, hashes, cap, finer)
    if touching is not None and len(pairs):
        pairs = pairs[touching[pairs // columns.size] | touching[pairs % columns.size]]
    return pairs, cut


def hashes_of(key: BlockingKey, columns: Columns) -> tuple[Rows, Hashes]:
    """Each hash that a record has under a key, with the record's position."""
    arrays = key.hashes(columns)
    rows = np.concatenate([np.flatnonzero(hashes) for hashes in arrays])
    return rows, np.concatenate([array[array != 0] for array in arrays])


def pairs_in_buckets(
    key: str, rows: Positions, hashes: Hashes, cap: int, finer: list[NDArray[np.int64]]
) -> tuple[NDArray[np.int64], Cut | None]:
    """Pairs of records with one hash, each once, as low * size + high (size: the records that `finer` knows).

    `rows` are in order. Buckets do not see each other: of any whole buckets the pairs are the same as of all.
    """
    size = len(finer[0])
    made: list[NDArray[np.int64]] = []
    cut_count = largest = wanted = kept = 0
    for depth in range(len(finer) + 1):
        rows, hashes, starts, sizes = _runs(rows, hashes)
        large = sizes > cap
        made.append(_triangles(rows, starts[~large], sizes[~large], size))
        if not large.any():
            break
        big_rows = np.concatenate(
            [rows[start : start + count] for start, count in zip(starts[large], sizes[large], strict=True)]
        )
        big_hashes = np.repeat(hashes[starts[large]], sizes[large])
        if depth == 0:
            cut_count, largest = int(large.sum()), int(sizes.max())
            wanted = int((sizes[large] * (sizes[large] - 1) // 2).sum())
        if depth == len(finer):
            made.append(_windows(big_rows, big_hashes, cap, size))
            break
        # An unknown value is a bucket of its own here: the key itself is known.
        rows, hashes = (
            big_rows,
            combine(big_hashes.view(np.int64) >> 1 & 0x7FFFFFFFFFFFFFFF, finer[depth][big_rows] + 1),
        )
    kept = sum(len(part) for part in made[1:])
    cut = Cut(key, cut_count, largest, max(0, wanted - kept)) if cut_count else None
    return _once(np.concatenate(made)), cut


_SIEVE = 22  # bits
_RADIX_PAYS = 50_000


def _shared(arrays: Sequence[Hashes]) -> list[tuple[Positions, Hashes]]:
    """Of each array the rows and hashes without most hashes that only one record has: sorting the rest costs a
    fraction."""
    counts = np.bincount(_slots(arrays[0]), minlength=1 << _SIEVE)
    for hashes in arrays[1:]:
        counts += np.bincount(_slots(hashes), minlength=1 << _SIEVE)
    several = counts > 1
    del counts
    kept = [np.flatnonzero(several[_slots(hashes)] & (hashes != NO_KEY)) for hashes in arrays]
    # Four bytes a row do: memory is what many keys at once need.
    return [(rows.astype(np.int32), hashes[rows]) for rows, hashes in zip(kept, arrays, strict=True)]


def _slots(hashes: Hashes) -> Rows:
    slots = hashes >> np.uint64(1)
    slots &= np.uint64((1 << _SIEVE) - 1)
    return slots.view(np.int64)


def _in_order(parts: Sequence[tuple[Positions, Hashes]]) -> tuple[Positions, Hashes]:
    """All rows and hashes in the order of rows."""
    if len(parts) == 1:
        return parts[0]
    rows, hashes = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    order = np.argsort(rows, kind="stable")
    return rows[order], hashes[order]


def _buckets_touched(rows: Positions, hashes: Hashes, touching: NDArray[np.bool_]) -> tuple[Positions, Hashes]:
    wanted = np.unique(hashes[touching[rows]])
    inside = np.isin(hashes, wanted)
    return rows[inside], hashes[inside]


def _runs(rows: Positions, hashes: Hashes) -> tuple[Positions, Hashes, Rows, Rows]:
    """Sort by hash (then row) and find the runs of two and more: rows, hashes, starts, sizes."""
    order = _bucketed(hashes)
    rows, hashes = rows[order], hashes[order]
    if not len(rows):
        return rows, hashes, np.zeros(0, np.int64), np.zeros(0, np.int64)
    twice = np.r_[False, (hashes[1:] == hashes[:-1]) & (rows[1:] == rows[:-1])]
    rows, hashes = rows[~twice], hashes[~twice]
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]])
    sizes = np.diff(np.r_[starts, len(hashes)])
    several = sizes > 1
    return rows, hashes, starts[several], sizes[several]


def _bucketed(hashes: Hashes) -> Rows:
    """An order in which equal hashes stand together, those of one hash as they came."""
    if len(hashes) < _RADIX_PAYS:
        return np.argsort(hashes, kind="stable")
    # Sixteen bits at a time numpy sorts several times as fast as whole numbers.
    order = np.argsort((hashes >> np.uint64(32)).astype(np.uint16), kind="stable")
    order = order[np.argsort((hashes >> np.uint64(48)).astype(np.uint16)[order], kind="stable")]
    found = hashes[order]
    half = (found >> np.uint64(32)).astype(np.uint32)
    is_alike = half[1:] == half[:-1]
    clash = np.flatnonzero(is_alike & (found[1:] != found[:-1]))
    if len(clash):  # hashes that share half of their bits and may lie mixed
        group = np.cumsum(np.r_[False, ~is_alike])
        mixed = np.flatnonzero(np.isin(group, group[clash]))
        order[mixed] = order[mixed[np.lexsort((found[mixed], group[mixed]))]]
    return order


def _triangles(rows: Positions, starts: Rows, sizes: Rows, size: int) -> NDArray[np.int64]:
    """All pairs inside each run, as low * size + high."""
    made = [np.zeros(0, dtype=np.int64)]
    for count in np.unique(sizes).tolist():
        left, right = np.triu_indices(count, 1)
        members = rows[starts[sizes == count][:, None] + np.arange(count)].astype(np.int64)
        low = np.minimum(members[:, left], members[:, right])
        high = np.maximum(members[:, left], members[:, right])
        made.append((low * size + high).ravel())
    return np.concatenate(made)


def _windows(rows: Positions, hashes: Hashes, reach: int, size: int) -> NDArray[np.int64]:
    """Neighbours in a bucket whose members are alike in all that could split it."""
    order = np.lexsort((rows, hashes))
    rows, hashes = rows[order].astype(np.int64), hashes[order]
    made = []
    for step in range(1, min(reach, len(rows) - 1) + 1):
        same = hashes[step:] == hashes[:-step]
        low = np.minimum(rows[step:], rows[:-step])[same]
        high = np.maximum(rows[step:], rows[:-step])[same]
        made.append(low * size + high)
    return np.concatenate(made) if made else np.zeros(0, dtype=np.int64)
