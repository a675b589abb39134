"""The index of matching: in which buckets of the blocking keys the patient records stand. Made anew by a whole run.

Buckets are numbers (see matching.index) and tell nothing by themselves, but they follow from names and birth dates, so
they live in the encrypted store like everything else. Entries may be stale: what they name is compared anyway.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from core.store.tables._base import metadata

match_index = Table(  # all records as of the last whole run
    "match_index",
    metadata,
    Column("chunk", Integer, primary_key=True),  # the first bits of the bucket
    Column("entries", LargeBinary, nullable=False),  # 64-bit little-endian: rest of the bucket, patient id (32 bits)
)

match_index_changes = Table(  # records that changed since, with all their buckets that were not there before
    "match_index_changes",
    metadata,
    Column("bucket", Integer, primary_key=True),
    Column("patient_id", Integer, primary_key=True),
    sqlite_with_rowid=False,
)

match_index_splits = Table(  # buckets that were too large and are split by finer values
    "match_index_splits",
    metadata,
    Column("bucket", Integer, primary_key=True),
    Column("records", Integer, nullable=False),  # in it when it was split
)

match_state = Table(  # one row: what the index was made with, and what stands in the store since the last run
    "match_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model_id", Integer, nullable=False),
    Column("shape", String, nullable=False),  # of the blocking keys
    Column("chunk_bits", Integer, nullable=False),
    Column("version", Integer, nullable=False),  # grows with every change of the splits
    Column("changed", Integer, nullable=False),  # records changed since the index was made, each time counted
    Column("records", Integer, nullable=False),  # living patient records
    Column("persons", Integer, nullable=False),
)
