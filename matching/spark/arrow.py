"""Arrow batches to people tables and back: what Spark's workers get and give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.compare._base import Rows
from matching.people import FIELDS, PeopleTable
from matching.texts import Texts

RECORD = ("system", "golden", *FIELDS)
"""What a record holds besides its key."""

Batches = Iterator[pa.RecordBatch]


def gathered(batches: Batches, least: int | None) -> Iterator[pa.Table]:
    """Batches put together until there are at least so many rows (None: all of the partition); none is empty."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        if batch.num_rows:
            held.append(batch)
            rows += batch.num_rows
        if least is not None and rows >= least:
            yield pa.Table.from_batches(held)
            held, rows = [], 0
    if held:
        yield pa.Table.from_batches(held)


def numbers(column: pa.ChunkedArray) -> Any:
    """A column of numbers or flags without nulls, as a numpy array."""
    return column.to_numpy()


def texts_of(column: pa.ChunkedArray) -> Texts:
    """A column of texts; null is unknown as "" is."""
    encoded = pc.dictionary_encode(pc.fill_null(column, "")).unify_dictionaries().combine_chunks()
    values: list[str] = encoded.dictionary.to_pylist()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    if "" in values:
        empty = values.index("")
        del values[empty]
        codes = np.where(codes == empty, -1, codes - (codes > empty)).astype(np.int32)
    return Texts(values, codes)


def people_of(batch: pa.Table) -> PeopleTable:
    """The records of a batch whose columns are fields of people; keys are positions."""
    columns = {name: texts_of(batch[name]) for name in FIELDS if name in batch.column_names}
    systems = texts_of(batch["system"]) if "system" in batch.column_names else Texts.unknown(batch.num_rows)
    return PeopleTable.from_columns(columns, systems)


def people_of_pairs(batch: pa.Table) -> tuple[PeopleTable, Rows, Rows]:
    """The records of a batch of pairs, each once and by key, and where the two of each pair stand among them.

    A pair has the keys `a` and `b`, and the structs `one` and `other` with RECORD.
    """
    keys = np.concatenate([numbers(batch["a"]), numbers(batch["b"])])
    found, first, place = np.unique(keys, return_index=True, return_inverse=True)

    def column(name: str) -> Texts:
        both = [chunk for side in ("one", "other") for chunk in pc.struct_field(batch[side], name).chunks]
        return texts_of(pa.chunked_array(both)).take(first)

    fields = {name: column(name) for name in FIELDS}
    table = PeopleTable(keys=found, systems=column("system"), golden=column("golden"), **fields)
    return table, place[: batch.num_rows], place[batch.num_rows :]


def batch_of(columns: Mapping[str, Any]) -> pa.RecordBatch:
    """Arrays or lists of one length as a batch."""
    arrays = [one if isinstance(one, (pa.Array, pa.ChunkedArray)) else pa.array(one) for one in columns.values()]
    whole = [one.combine_chunks() if isinstance(one, pa.ChunkedArray) else one for one in arrays]
    return pa.RecordBatch.from_arrays(whole, names=list(columns))
