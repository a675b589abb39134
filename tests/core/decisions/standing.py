"""One hash over all that stands in a store: what was taken back is history and does not count, nor does the trail."""

from __future__ import annotations

import hashlib

import orjson
from sqlalchemy import select

from core.desk import Desk
from core.store.tables import metadata

HISTORY = frozenset({"audit", "correction_steps", "match_queue", "case_queue"})
"""What happened, and what waits to be looked at again."""
TAKEN_BACK = {"decisions": ("undone_at", None), "pair_questions": ("withdrawn_at", None)}
WHEN_LOOKED_AT = {"findings": {"changed_at"}}


def content_hash(desk: Desk) -> str:
    """Two stores with the same hash say the same."""
    whole = hashlib.sha256()
    with desk.store.read() as connection:
        for name, table in sorted(metadata.tables.items()):
            if name in HISTORY:
                continue
            query = select(table)
            if name in TAKEN_BACK:
                query = query.where(table.c[TAKEN_BACK[name][0]].is_(None))
            if name == "corrections":
                query = query.where(table.c.state != "dropped")
            left_out = WHEN_LOOKED_AT.get(name, set())
            rows = sorted(
                repr(sorted((key, value) for key, value in row.items() if key not in left_out))
                for row in connection.execute(query).mappings()
            )
            whole.update(orjson.dumps([name, rows]))
    return whole.hexdigest()
