"""Pulling, as a person or a schedule starts it; and input that could not be read."""

from __future__ import annotations

from sqlalchemy import select

from core.changes import Changes
from core.connectors._port import RawPage
from core.desk import Desk
from core.ingest._quarantine import retryable
from core.ingest.land import land
from core.ingest.settle import settle_links, settle_patients
from core.jobs import Job
from core.security.roles import require
from core.store.tables.intake import connections
from core.sync.connections import connection_row
from core.sync.pull import pull
from core.sync.state import PullResult

_AREAS = frozenset({"people", "visits", "connections", "quarantine", "audit"})


def pull_now(
    desk: Desk, names: tuple[str, ...] = (), *, is_full: bool = False, job: Job | None = None
) -> Changes[tuple[PullResult, ...]]:
    """Pull these connections, or all that are not paused. One that fails stops no other."""
    require(desk.role, "pull")
    with desk.store.read() as connection:
        if names:
            wanted = [connection_row(connection, name)["name"] for name in names]
        else:
            query = (
                select(connections.c.name)
                .where(connections.c.removed_at.is_(None), connections.c.is_paused == 0)
                .order_by(connections.c.id)
            )
            wanted = list(connection.execute(query).scalars())
    return Changes(_AREAS, tuple(pull(desk, name, is_full=is_full, job=job) for name in wanted))


def retry_quarantine(desk: Desk) -> Changes[int]:
    """Read what is held back once more; gives how many records can be read now.

    Pieces that were no record at all (a broken file) are tried again by the next pull of their connection.
    """
    require(desk.role, "pull")
    solved = 0
    with desk.store.write(desk.actor) as unit:
        for connection_id in unit.connection.execute(select(connections.c.id)).scalars().all():
            items = retryable(unit, connection_id)
            if not items:
                continue
            landed = land(unit, connection_id, RawPage(items=tuple(items)))
            solved += len(items) - landed.quarantined
            settle_patients(unit, connection_id)
            settle_links(unit, connection_id)
        unit.audit("retry-quarantine", solved=solved)
        return unit.changes(solved)
