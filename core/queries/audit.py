"""The audit trail, a page of rows at a time, newest first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, true

from core.desk import Desk
from core.security.roles import may, require
from core.store.tables.trust import audit


def row_ids(desk: Desk, *, action: str = "", actor: str = "", since: str = "", until: str = "") -> list[int]:
    """Ids of the rows that fit the filters, newest first. Days are ISO dates; the last one is included.

    Whoever may not read the whole trail reads their own rows, here and in the functions below.
    """
    require(desk.role, "own-audit")
    query = select(audit.c.id).where(_readable(desk)).order_by(audit.c.id.desc())
    if action:
        query = query.where(audit.c.action == action)
    if actor:
        query = query.where(audit.c.actor == actor)
    if since:
        query = query.where(audit.c.at >= since)
    if until:
        query = query.where(audit.c.at < until + "T99")
    with desk.store.read() as connection:
        return list(connection.execute(query).scalars())


def rows(desk: Desk, ids: list[int]) -> dict[int, dict[str, Any]]:
    """These rows by id."""
    require(desk.role, "own-audit")
    with desk.store.read() as connection:
        found = connection.execute(select(audit).where(_readable(desk), audit.c.id.in_(ids))).mappings()
        return {row["id"]: dict(row) for row in found}


def choices(desk: Desk) -> dict[str, list[str]]:
    """What the filters offer: actions and people that occur."""
    require(desk.role, "own-audit")
    with desk.store.read() as connection:
        return {
            name: list(connection.execute(select(column).where(_readable(desk)).distinct().order_by(column)).scalars())
            for name, column in (("action", audit.c.action), ("actor", audit.c.actor))
        }


def recent(desk: Desk, limit: int = 10) -> list[dict[str, Any]]:
    """The newest acts worth showing on Today: no patient names are ever in them."""
    require(desk.role, "audit")
    shown = ("decide", "undo", "correction", "pull", "close-day", "reconcile", "add-connection", "resolve-conflict")
    query = select(audit).where(audit.c.action.in_(shown)).order_by(audit.c.id.desc()).limit(limit)
    with desk.store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _readable(desk: Desk) -> ColumnElement[bool]:
    return true() if may(desk.role, "audit") else audit.c.actor == desk.actor
