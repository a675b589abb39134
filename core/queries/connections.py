"""Connections as their page and the command line list them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from core.desk import Desk
from core.settings.store import get_setting
from core.store.tables.intake import connections, pulls, quarantine, streams
from core.store.tables.records import RECORDS

COUNTED = ("patients", "appointments", "encounters", "charges", "claims")


def list_connections(desk: Desk) -> list[dict[str, Any]]:
    """Every connection: how it is set up, its last pull, what it holds and holds back, how far each stream was read.

    `state`: new, ok, trouble, running or paused. Secrets show as the place they are kept.
    """
    latest = select(func.max(pulls.c.id)).group_by(pulls.c.connection_id)
    waiting = select(quarantine.c.connection_id, func.count().label("held")).where(quarantine.c.resolved_at.is_(None))
    with desk.store.read() as connection:
        rows = connection.execute(
            select(connections).where(connections.c.removed_at.is_(None)).order_by(connections.c.id)
        ).mappings().all()  # fmt: skip
        last = {
            row["connection_id"]: row
            for row in connection.execute(select(pulls).where(pulls.c.id.in_(latest))).mappings()
        }
        counted = connection.execute(waiting.group_by(quarantine.c.connection_id))
        held = {row.connection_id: row.held for row in counted}
        read: dict[int, list[dict[str, Any]]] = {}
        for stream in connection.execute(select(streams).order_by(streams.c.stream)).mappings():
            read.setdefault(stream["connection_id"], []).append(dict(stream))
        records = _records(connection)
    return [
        _as_json(row, last.get(row["id"]), held.get(row["id"], 0), read.get(row["id"], []))
        | {"records": records.get(row["id"], {})}
        for row in rows
    ]


def hold_minutes(desk: Desk) -> int:
    """How long a decision made in the window waits before it is sent."""
    with desk.store.read() as connection:
        minutes: int = get_setting(connection, "outbox.hold_minutes")
    return minutes


def _records(connection: Connection) -> dict[int, dict[str, int]]:
    """Connection -> entity -> records that are there now. Counted by indexes alone: what is gone is few."""
    found: dict[int, dict[str, int]] = {}
    for entity in COUNTED:
        table = RECORDS[entity]
        every = select(table.c.connection_id, func.count()).group_by(table.c.connection_id)
        gone: dict[int, int] = dict(connection.execute(every.where(table.c.gone_at.is_not(None))).all())
        for key, count in connection.execute(every):
            if count > gone.get(key, 0):
                found.setdefault(key, {})[entity] = count - gone.get(key, 0)
    return found


def _as_json(row: Any, pulled: Any, held: int, read: list[dict[str, Any]]) -> dict[str, Any]:
    keys = ("name", "kind", "role", "url", "path", "settings", "secrets", "capabilities", "created_at")
    stream_keys = ("stream", "watermark", "complete_through", "complete_from", "notes")
    return {
        **{key: row[key] for key in keys},
        "state": _state(row, pulled),
        "write": row["settings"].get("write", "off"),
        "last_pull_at": pulled["finished_at"] if pulled else None,
        "last_outcome": pulled["outcome"] if pulled else None,
        "problem": pulled["problem"] if pulled else None,
        "counts": pulled["counts"] if pulled else None,
        "quarantined": held,
        "streams": [{key: stream[key] for key in stream_keys} for stream in read],
    }


def _state(row: Any, pulled: Any) -> str:
    if row["is_paused"]:
        return "paused"
    if pulled is None:
        return "new"
    return {"done": "ok", "running": "running"}.get(pulled["outcome"], "trouble")
