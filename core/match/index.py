"""The index of matching in the store: written by a whole run, searched and added to by the small ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeGuard
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select

from core.match.people import json_ids
from core.store.engine import Store
from core.store.plain import fetch, run
from core.store.tables.match_index import match_index, match_index_changes, match_index_splits, match_state
from core.store.unit import Unit
from matching.block._base import Hashes
from matching.classes import pair_classes
from matching.compare._base import Rows
from matching.index import HASH_BITS, Index, Splits, ranges, spans
from matching.model import Model
from matching.plan import Plan
from matching.registries import blocking_keys, comparators

INDEX_VERSION = 2
"""Raise it when cleaning or a blocking key changes what it makes of a value: the next run is a whole one then."""
INDEX_SOURCES = "8e0f02205ff38cf4"
"""Of the code and tables that make what the index holds. A test says when they changed and this has not: whoever sets
it anew decides whether INDEX_VERSION rises."""
_CHUNK_ENTRIES = 400  # 3 kB: about one page of the store
_FEWEST_BITS, _MOST_BITS = 8, 24
_AT_ONCE = 4_000  # chunks read together
_ID_BITS = np.uint64(32)
_ID_MASK = np.uint64((1 << 32) - 1)


@dataclass(frozen=True, slots=True)
class State:
    """What the index was made with, and what the last run left in the store."""

    model_id: int
    shape: str
    chunk_bits: int
    version: int
    changed: int
    records: int
    persons: int


def shape(plan: Plan) -> str:
    """What has to be the same for an index to be of use."""
    return f"{INDEX_VERSION}:{plan.largest_bucket}:{','.join(blocking_keys())}"


def is_usable(state: State | None, saved: tuple[int, Model] | None, plan: Plan) -> TypeGuard[State]:
    """Whether the index is there, and made with this model (row id and model) and the keys of this program."""
    return (
        state is not None
        and saved is not None
        and state.chunk_bits > 0
        and state.model_id == saved[0]
        and state.shape == shape(plan)
        and saved[1].fits(comparators(), pair_classes(blocking_keys()))
    )


def read_state(connection: Connection) -> State | None:
    """The state, None before the first run."""
    rows = fetch(connection, f"SELECT {', '.join(State.__slots__)} FROM match_state")  # noqa: S608
    return State(*rows[0]) if rows else None


def write_index(unit: Unit, index: Index | None, state: State) -> None:
    """Take the place of what was there. Without an index (too many records) every run is a whole one."""
    for table in (match_index, match_index_changes, match_index_splits, match_state):
        unit.connection.execute(delete(table))
    usable = index if index is not None and (not len(index.ids) or int(index.ids.max()) <= int(_ID_MASK)) else None
    bits = 0
    if usable is not None:
        wanted = max(len(usable) // _CHUNK_ENTRIES, 1).bit_length()
        bits = min(max(wanted, _FEWEST_BITS), _MOST_BITS)
        for rows in _chunks(usable, bits):
            unit.connection.exec_driver_sql("INSERT INTO match_index (chunk, entries) VALUES (?, ?)", rows)
        _insert_splits(unit, usable.splits)
    unit.connection.execute(insert(match_state).values(id=1, **_values(replace(state, chunk_bits=bits))))


def _values(state: State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in State.__slots__}


def _chunks(index: Index, bits: int) -> Iterator[list[tuple[int, bytes]]]:
    """Rows of the table, some thousands at a time."""
    rest = np.uint64(HASH_BITS - bits)
    last = np.r_[index.before(np.arange(1, 1 << bits, dtype=np.uint64) << rest), len(index)]
    for begin in range(0, 1 << bits, _AT_ONCE):
        ends = last[begin : begin + _AT_ONCE].tolist()
        first = int(last[begin - 1]) if begin else 0
        buckets, ids = index.piece(first, ends[-1])
        entries = (buckets & np.uint64((1 << int(rest)) - 1)) << _ID_BITS | ids.astype(np.uint64)
        entries = entries.astype("<u8", copy=False)
        starts = [first, *ends[:-1]]
        yield [
            (begin + place, entries[start - first : end - first].tobytes())
            for place, (start, end) in enumerate(zip(starts, ends, strict=True))
            if end > start
        ]


_splits_of: WeakKeyDictionary[Store, tuple[int, int, Splits]] = WeakKeyDictionary()


def read_splits(store: Store, connection: Connection, state: State) -> Splits:
    """Which buckets are split; kept in memory until another run splits more."""
    kept = _splits_of.get(store)
    if kept is not None and kept[:2] == (state.model_id, state.version):
        return kept[2]
    rows = connection.execute(
        select(match_index_splits.c.bucket, match_index_splits.c.records).order_by(match_index_splits.c.bucket)
    ).all()
    splits = Splits(np.array([row[0] for row in rows], np.uint64), np.array([row[1] for row in rows], np.int64))
    _splits_of[store] = (state.model_id, state.version, splits)
    return splits


def remember_splits(store: Store, state: State, splits: Splits) -> None:
    """What `read_splits` would read, once the run that made them so is committed."""
    _splits_of[store] = (state.model_id, state.version, splits)


def find(
    connection: Connection, state: State, buckets: Hashes, nearest: NDArray[np.int64] | None = None, reach: int = 0
) -> tuple[Rows, NDArray[np.int64]]:
    """Who stands in these buckets: places in `buckets`, and record ids. Entries may be stale, and come twice.

    `nearest` gives per bucket -1, or the id of a record of which only the `reach` neighbours on each side are wanted.
    """
    asked, of_asked = np.unique(buckets, return_inverse=True)
    parts = [*_found_in_chunks(connection, state, asked), _found_in_changes(connection, state, asked)]
    place, ids = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((ids, place))
    place, ids = place[order], ids[order]
    start, end = spans(place, of_asked)
    if nearest is not None:
        for one in np.flatnonzero((nearest >= 0) & (end - start > reach)).tolist():
            at = start[one] + int(np.searchsorted(ids[start[one] : end[one]], nearest[one]))
            start[one], end[one] = max(start[one], at - reach), min(end[one], at + reach + 1)
    return np.repeat(np.arange(len(buckets)), end - start), ids[ranges(start, end)]


def _found_in_chunks(connection: Connection, state: State, asked: Hashes) -> Iterator[tuple[Rows, NDArray[np.int64]]]:
    rest = np.uint64(HASH_BITS - state.chunk_bits)
    chunk = asked >> rest
    numbers = np.unique(chunk)
    for begin in range(0, len(numbers), _AT_ONCE):
        some = numbers[begin : begin + _AT_ONCE]
        rows = fetch(
            connection,
            "SELECT chunk, entries FROM match_index WHERE chunk IN (SELECT value FROM json_each(?)) ORDER BY chunk",
            json_ids(some),
        )
        entries = np.frombuffer(b"".join([row[1] for row in rows]), dtype="<u8")
        lengths = [len(row[1]) // 8 for row in rows]
        hashes = np.repeat(np.array([row[0] for row in rows], np.uint64) << rest, lengths) | entries >> _ID_BITS
        first, last = np.searchsorted(chunk, some[0]), np.searchsorted(chunk, some[-1], side="right")
        start, end = spans(hashes, asked[first:last])
        place = np.repeat(np.arange(first, last), end - start)
        yield place, (entries[ranges(start, end)] & _ID_MASK).astype(np.int64)


def _found_in_changes(connection: Connection, state: State, asked: Hashes) -> tuple[Rows, NDArray[np.int64]]:
    rows: list[Any] = []
    if state.changed:
        query = "SELECT bucket, patient_id FROM match_index_changes WHERE bucket IN (SELECT value FROM json_each(?))"
        rows = fetch(connection, query, json_ids(asked))
    place = np.searchsorted(asked, np.array([row[0] for row in rows], np.uint64))
    return place, np.array([row[1] for row in rows], np.int64)


def add_entries(unit: Unit, buckets: Hashes, ids: NDArray[np.int64]) -> None:
    """Where changed records stand now, beside where they stood."""
    rows = list(zip(buckets.tolist(), ids.tolist(), strict=True))
    if rows:
        unit.connection.exec_driver_sql(
            "INSERT OR IGNORE INTO match_index_changes (bucket, patient_id) VALUES (?, ?)", rows
        )


def add_splits(unit: Unit, state: State, fresh: Splits) -> State:
    """Buckets that have become too large."""
    if not len(fresh.hashes):
        return state
    _insert_splits(unit, fresh)
    return replace(state, version=state.version + 1)


def _insert_splits(unit: Unit, splits: Splits) -> None:
    rows = list(zip(splits.hashes.tolist(), splits.records.tolist(), strict=True))
    if rows:
        unit.connection.exec_driver_sql(
            "INSERT OR IGNORE INTO match_index_splits (bucket, records) VALUES (?, ?)", rows
        )


def save_state(unit: Unit, state: State) -> None:
    """After a small run."""
    sets = ", ".join(f"{name} = ?" for name in State.__slots__)
    run(unit.connection, f"UPDATE match_state SET {sets}", tuple(_values(state).values()))  # noqa: S608
