"""What came in and what could not be read; and up to when each connection was read completely."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from core.desk import Desk
from core.ingest.read import entities_of
from core.ingest.settle import ALL_KINDS
from core.store.tables.intake import connections, pulls, quarantine, streams
from matching.records import ENTITIES


def list_quarantine(desk: Desk, *, name: str | None = None) -> list[dict[str, Any]]:
    """What is held back, oldest first: connection, place, reason, and which record it is where that is known."""
    query = (
        select(quarantine, connections.c.name.label("source"))
        .join(connections, connections.c.id == quarantine.c.connection_id)
        .where(quarantine.c.resolved_at.is_(None))
        .order_by(quarantine.c.first_seen_at, quarantine.c.id)
    )
    if name:
        query = query.where(connections.c.name == name)
    keys = ("id", "source", "position", "reason", "code", "form", "kind", "source_id", "first_seen_at", "last_seen_at")
    with desk.store.read() as connection:
        return [{key: row[key] for key in keys} for row in connection.execute(query).mappings()]


def list_pulls(desk: Desk, name: str, limit: int = 20) -> list[dict[str, Any]]:
    """The last pulls of a connection, newest first."""
    query = (
        select(pulls)
        .join(connections, connections.c.id == pulls.c.connection_id)
        .where(connections.c.name == name)
        .order_by(pulls.c.id.desc())
        .limit(limit)
    )
    with desk.store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def complete_through(connection: Connection, connection_id: int) -> dict[str, str]:
    """Entity -> instant up to which everything of it was read: absence is evidence only up to there.

    An entity that comes in several streams is as complete as the slowest of them; one with a stream that was never
    read to its end is left out.
    """
    found: dict[str, str | None] = {}
    query = select(streams.c.stream, streams.c.complete_through, streams.c.notes).where(
        streams.c.connection_id == connection_id
    )
    for stream, through, notes in connection.execute(query):
        stated = (notes or {}).get("complete_through") or {}
        for entity in ENTITIES if stream == ALL_KINDS else entities_of(stream):
            moment = stated.get(entity, through)
            if entity in found:
                earlier = found[entity]
                found[entity] = min(earlier, moment) if earlier and moment else None
            else:
                found[entity] = moment
    return {entity: moment for entity, moment in found.items() if moment}
