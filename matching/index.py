"""Where records stand under the blocking keys, in a form that can be kept: who meets a record is looked up, not sorted.

A bucket is a number of HASH_BITS bits, the same in every table. A bucket with more records than the cap is split by
one finer value after the other, as in a whole run; the index keeps only the buckets at the end of each split, and which
ones were split. So a name that thousands carry costs no more to look up than a rare one.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.block._base import BlockingKey, Hashes, combine, per_name
from matching.block._pairs import splits_of
from matching.clean.columns import Columns
from matching.clean.marks import marks_of
from matching.compare._base import Rows
from matching.texts import Texts

HASH_BITS = 40
MOST_RECORDS = 1 << 24
"""A table of more records is not indexed: hash and position share 64 bits."""
_ROW_BITS = np.uint64(64 - HASH_BITS)
_ROW_MASK = np.uint64(MOST_RECORDS - 1)
_GOLDEN = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Splits:
    """Buckets that were too large, in order of hash, with the records in each when it was split."""

    hashes: Hashes
    records: NDArray[np.int64]

    @classmethod
    def none(cls) -> Splits:
        """No bucket is split."""
        return cls(np.zeros(0, np.uint64), np.zeros(0, np.int64))

    def places(self, hashes: Hashes) -> tuple[NDArray[np.bool_], Rows]:
        """Which of these buckets are split, and where they stand here (0 where they are not)."""
        if not len(self.hashes):
            return np.zeros(len(hashes), dtype=np.bool_), np.zeros(len(hashes), np.int64)
        at = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        is_split = self.hashes[at] == hashes
        return is_split, np.where(is_split, at, 0)

    def joined(self, other: Splits) -> Splits:
        """Both; they must be different buckets."""
        hashes = np.concatenate([self.hashes, other.hashes])
        order = np.argsort(hashes)
        return Splits(hashes[order], np.concatenate([self.records, other.records])[order])


@dataclass(frozen=True, slots=True)
class Standing:
    """Entries in order of bucket, then record: in which buckets the records (positions) of a table stand.

    `key` is the place of the blocking key, `depth` how often its bucket was split. `is_fresh` marks entries below a
    bucket that was not split before; `fresh` are these buckets. `entered` are all buckets before any split, each with a
    record, and `entered_rows` and `entered_key` tell which record and key.
    """

    hashes: Hashes
    rows: Rows
    key: NDArray[np.int64]
    depth: NDArray[np.int8]
    is_fresh: NDArray[np.bool_]
    fresh: Splits
    entered: Hashes
    entered_rows: Rows
    entered_key: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Index:
    """The whole of it: entries in order of bucket, then record, and the buckets that were split.

    An entry is bucket and position in one number: tens of millions of them should not take twice the memory.
    """

    entries: Hashes
    ids: NDArray[np.int64]  # by position
    splits: Splits

    def __len__(self) -> int:
        return len(self.entries)

    def before(self, bucket: Hashes) -> Rows:
        """How many entries stand in buckets below each of these, which are below 1 << HASH_BITS."""
        return np.searchsorted(self.entries, bucket << _ROW_BITS)

    def piece(self, start: int, end: int) -> tuple[Hashes, NDArray[np.int64]]:
        """Buckets and record ids of some entries."""
        some = self.entries[start:end]
        return some >> _ROW_BITS, self.ids[(some & _ROW_MASK).astype(np.int64)]


def index_of(
    columns: Columns, ids: NDArray[np.int64], keys: Mapping[str, BlockingKey], cap: int, ties: tuple[Hashes, ...] = ()
) -> Index:
    """Index a whole table. `cap` is the largest bucket compared whole; `ties` (see `tie_hashes`) are never split.

    Raises ValueError where the table has more than MOST_RECORDS.
    """
    if len(ids) > MOST_RECORDS:
        raise ValueError("too many records for an index")
    made: list[Hashes] = []
    split: list[Splits] = []
    finer = splits_of(columns)
    for key in keys.values():  # one after the other: sorting all at once would need several times the memory
        packed = np.concatenate([_packed(_narrow(part, key.id), rows) for part, rows in _known(key, columns)])
        for level in _levels(packed, columns.size, finer, splits=Splits.none(), cap=cap):
            made.append(level.packed)
            split.append(level.fresh)
    for tie in ties:
        rows = np.flatnonzero(tie)
        made.append(_packed(tie[rows], rows))
    entries = np.concatenate(made) if made else np.zeros(0, np.uint64)
    made.clear()
    entries.sort()
    splits = Splits.none()
    for part in split:
        splits = splits.joined(part)
    return Index(entries, ids, splits)


def standing_of(
    columns: Columns,
    keys: Mapping[str, BlockingKey],
    splits: Splits,
    cap: int | None = None,
    touching: NDArray[np.bool_] | None = None,
) -> Standing:
    """Where the records of a small table stand, given which buckets are split.

    With `cap`, buckets that have become too large are split too. With `touching`, only buckets with such a record.
    Raises ValueError where the table is too large (about MOST_RECORDS by twice the number of keys).
    """
    size, count = max(columns.size, 1), len(keys)
    if size * count * 2 > MOST_RECORDS:
        raise ValueError("too many records to look up at once")
    packed = [
        _packed(_narrow(part, key.id), rows + place * size)
        for place, key in enumerate(keys.values())
        for part, rows in _known(key, columns)
    ]
    entered = np.concatenate(packed)
    levels = _levels(entered, size, splits_of(columns), splits=splits, cap=cap, touching=touching, tags=count)
    joined = np.concatenate([level.packed for level in levels])
    depth = np.repeat(np.arange(len(levels), dtype=np.int8), [len(level.packed) for level in levels])
    order = np.argsort(joined)
    tagged = (joined[order] & _ROW_MASK).astype(np.int64)
    fresh = Splits.none()
    for level in levels:
        fresh = fresh.joined(level.fresh)
    return Standing(
        hashes=joined[order] >> _ROW_BITS,
        rows=tagged % size,
        key=tagged // size % count,
        depth=depth[order],
        is_fresh=tagged // size >= count,
        fresh=fresh,
        entered=entered >> _ROW_BITS,
        entered_rows=(entered & _ROW_MASK).astype(np.int64) % size,
        entered_key=(entered & _ROW_MASK).astype(np.int64) // size,
    )


def meetings(standing: Standing, size: int, cap: int, touching: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Pairs of positions (a < b), each once and in order, that share a bucket; one of the two is `touching`.

    In a bucket that nothing splits further only the `cap` next neighbours on each side meet.
    """
    place = np.flatnonzero(touching[standing.rows])
    start, end = spans(standing.hashes, standing.hashes[place])
    is_window = (standing.depth[place] == DEPTHS) & (end - start > cap)
    start = np.where(is_window, np.maximum(start, place - cap), start)
    end = np.where(is_window, np.minimum(end, place + cap + 1), end)
    one = np.repeat(standing.rows[place], end - start)
    other = standing.rows[ranges(start, end)]
    low, high = np.minimum(one, other), np.maximum(one, other)
    codes = np.unique((low * size + high)[low != high])
    return codes // max(size, 1), codes % max(size, 1)


def left_out(
    standing: Standing, keys: Mapping[str, BlockingKey], splits: Splits, touching: NDArray[np.bool_]
) -> dict[str, tuple[int, int, int]]:
    """What split buckets kept from being compared with `touching` records.

    By key: how many buckets, the largest, and the pairs not made.
    """
    found: dict[str, tuple[int, int, int]] = {}
    if not len(splits.hashes):
        return found
    start, end = spans(standing.hashes, standing.hashes)
    met = np.where(touching[standing.rows] & (standing.depth > 0), end - start - 1, 0)
    is_split, at = splits.places(standing.entered)
    asked = np.flatnonzero(is_split & touching[standing.entered_rows])
    names = list(keys)
    for place in np.unique(standing.entered_key[asked]).tolist():
        here = asked[standing.entered_key[asked] == place]
        records = splits.records[at[here]]
        missed = int((records - 1).sum() - met[standing.key == place].sum())
        found[names[place]] = (len(np.unique(standing.entered[here])), int(records.max()), max(0, missed))
    return found


def loose_hashes(columns: Columns) -> tuple[Hashes, ...]:
    """Buckets for looking somebody up by a name as it was heard: too coarse to compare all who share one.

    Both names by their sound in either order, and the full forms that a first name may stand for with the last name by
    its sound. Per record, 0 where unknown.
    """
    names = columns.names
    given, family = (per_name(codes, names.sound_mark) for codes in (names.given, names.family))
    roots = [per_name(names.given, np.ascontiguousarray(names.roots[:, place])) for place in range(3)]
    arrays = [("sounds", combine(np.minimum(given, family), np.maximum(given, family)))]
    arrays += [("roots", combine(root, family)) for root in roots]
    return tuple(np.where(hashes > 0, _narrow(hashes, f"loose {kind}"), 0) for kind, hashes in arrays)


def tie_hashes(texts: Texts, kind: str) -> Hashes:
    """One bucket per record of a text that ties records together for sure (an index's own id), 0 where unknown."""
    marks = np.r_[marks_of(texts.values), -1][texts.codes]
    return np.asarray(np.where(marks >= 0, _narrow(combine(marks), kind), 0), dtype=np.uint64)


def spans(ordered: NDArray[Any], wanted: NDArray[Any]) -> tuple[Rows, Rows]:
    """Where each wanted value begins and ends in an ordered array."""
    return np.searchsorted(ordered, wanted), np.searchsorted(ordered, wanted, side="right")


def ranges(start: Rows, end: Rows) -> Rows:
    """The positions of several ranges, one after the other."""
    counts = end - start
    if not len(counts):
        return np.zeros(0, np.int64)
    offset = np.repeat(start - np.r_[0, np.cumsum(counts)[:-1]], counts)
    return np.asarray(offset + np.arange(int(counts.sum())), dtype=np.int64)


DEPTHS = 5
"""How often a bucket can be split."""


def _known(key: BlockingKey, columns: Columns) -> list[tuple[Hashes, Rows]]:
    parts = []
    for hashes in key.hashes(columns):
        rows = np.flatnonzero(hashes)
        parts.append((hashes[rows], rows))
    return parts


def _narrow(hashes: Hashes, kind: str) -> Hashes:
    """The bucket that a key's hash stands for: keys that make the same number of different things stay apart."""
    return (hashes ^ np.uint64((zlib.crc32(kind.encode()) | 1) * _GOLDEN & _WORD)) >> _ROW_BITS


def _packed(hashes: Hashes, rows: Rows) -> Hashes:
    return hashes << _ROW_BITS | rows.astype(np.uint64)


@dataclass(frozen=True, slots=True)
class _Level:
    """Entries of buckets that end at this depth (bucket and tagged position in one number), and those split here."""

    packed: Hashes
    fresh: Splits


def _levels(
    packed: Hashes,
    size: int,
    finer: list[NDArray[np.int64]],
    *,
    splits: Splits,
    cap: int | None,
    touching: NDArray[np.bool_] | None = None,
    tags: int = 1,
) -> list[_Level]:
    """Sort entries into buckets and split the large ones, depth by depth.

    A position is tagged with `size` times the place of its key, and with `size * tags` once it stands below a bucket
    that was not split before.
    """
    found = []
    for depth in range(DEPTHS + 1):
        packed = np.sort(packed)
        packed = packed[np.r_[True, packed[1:] != packed[:-1]]] if len(packed) else packed
        hashes = packed >> _ROW_BITS
        starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else np.zeros(0, np.int64)
        sizes = np.diff(np.r_[starts, len(hashes)])
        if touching is not None and len(starts):
            tagged = (packed & _ROW_MASK).astype(np.int64)
            # What was split here and now is split to its end: everybody in it gets new entries.
            is_asked = touching[tagged % size] | (tagged >= size * tags)
            is_kept = np.add.reduceat(is_asked.astype(np.int64), starts) > 0
            packed, hashes = packed[np.repeat(is_kept, sizes)], hashes[np.repeat(is_kept, sizes)]
            sizes = sizes[is_kept]
            starts = np.r_[0, np.cumsum(sizes)[:-1]] if len(sizes) else starts[:0]
        if depth == DEPTHS:
            found.append(_Level(packed, Splits.none()))
            break
        is_old, _ = splits.places(hashes[starts])
        is_new = ~is_old & (sizes > cap) if cap is not None else np.zeros(len(starts), dtype=np.bool_)
        goes_on = np.repeat(is_old | is_new, sizes)
        found.append(_Level(packed[~goes_on], Splits(hashes[starts[is_new]], sizes[is_new])))
        if not goes_on.any():
            break
        tagged = (packed[goes_on] & _ROW_MASK).astype(np.int64)
        below = combine(hashes[goes_on].astype(np.int64), finer[depth][tagged % size] + 1)
        becomes_fresh = np.repeat(is_new, sizes)[goes_on] & (tagged < size * tags) if cap is not None else False
        if tags > 1:
            tagged = tagged + np.where(becomes_fresh, size * tags, 0)
        # An unknown value is a bucket of its own here: the key itself is known.
        packed = _packed(below >> _ROW_BITS, tagged)
    return found
