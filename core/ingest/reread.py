"""Reads raw rows of the store again and writes their canonical records."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Row

from core.connectors._port import RawItem
from core.errors import BadInput
from core.ingest._canonical import Reading, write_records
from core.ingest._quarantine import refuse_item
from core.ingest.read import read_item
from core.store.unit import Unit


def read_again(unit: Unit, connection_id: int, rows: Sequence[Row[Any]], replaced: Sequence[int] = ()) -> None:
    """Normalise these raw rows anew. `replaced`: other raw rows whose records they take over."""
    readings = []
    for row in rows:
        context = orjson.loads(row.context) if row.context else None
        payload = zlib.decompress(row.payload)
        item = RawItem(row.form, row.kind, row.source_id, payload, row.position, row.version, context)
        try:
            records = read_item(item)
        except BadInput as why:
            refuse_item(unit, connection_id, item, why, None)
            continue
        readings.append(Reading(row.id, row.version, records, row.fetched_at, row.gone_at))
    if readings:
        write_records(unit, connection_id, readings, [*replaced, *(reading.raw_id for reading in readings)])
