"""Makes all canonical records again from what is kept raw: after a normaliser learned something, or to check one."""

from __future__ import annotations

from sqlalchemy import select

from core.desk import Desk
from core.ingest.reread import read_again
from core.ingest.settle import settle_links, settle_patients
from core.jobs import Job
from core.store.tables.intake import connections

_BATCH = 1000
_NEXT = (
    "SELECT id, form, kind, source_id, version, context, position, fetched_at, gone_at, payload FROM raw_records "
    "WHERE connection_id = ? AND is_current = 1 AND id > ? ORDER BY id LIMIT ?"
)


def rebuild(desk: Desk, job: Job | None = None, *, name: str | None = None) -> int:
    """Read every current raw row again (of one connection, or all); gives how many.

    Only what comes out different is queued.
    """
    job = job or Job("Rebuilding records")
    query = select(connections.c.id).order_by(connections.c.id)
    with desk.store.read() as connection:
        ids = list(connection.execute(query.where(connections.c.name == name) if name else query).scalars())
    count = 0
    for connection_id in ids:
        count += _rebuild_connection(desk, connection_id, job)
    with desk.store.write(desk.actor) as unit:
        unit.audit("rebuild", records=count)
    return count


def _rebuild_connection(desk: Desk, connection_id: int, job: Job) -> int:
    count, after = 0, 0
    while True:
        job.check()
        with desk.store.write(desk.actor) as unit:
            rows = unit.connection.exec_driver_sql(_NEXT, (connection_id, after, _BATCH)).all()
            read_again(unit, connection_id, rows)
            if len(rows) < _BATCH:
                settle_patients(unit, connection_id)
                settle_links(unit, connection_id)
        count += len(rows)
        job.advance(len(rows))
        if len(rows) < _BATCH:
            return count
        after = rows[-1].id
