"""The audit trail, a page of rows at a time, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, func, select, true

from core.desk import Desk
from core.security.roles import may, require
from core.store.tables.trust import audit


def row_ids(desk: Desk, *, action: str = "", actor: str = "", since: str = "", until: str = "") -> Sequence[int]:
    """Ids of the rows that fit the filters, newest first. Days are ISO dates; the last one is included.

    Whoever may not read the whole trail reads their own rows, here and in the functions below.
    """
    require(desk.role, "own-audit")
    if may(desk.role, "audit") and not (action or actor or since or until):
        with desk.store.read() as connection:
            # Rows are numbered without gaps, or the trail is broken: a million of them need not be read for that.
            newest, count = connection.execute(select(func.max(audit.c.id), func.count())).one()
            if newest == count:
                return range(newest or 0, 0, -1)
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
        # One text of all ids: a row for each would take far longer.
        found = connection.execute(select(func.json_group_array(query.subquery().c.id))).scalar_one()
    ids: list[int] = orjson.loads(found)
    return ids


def rows(desk: Desk, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """These rows by id."""
    require(desk.role, "own-audit")
    with desk.store.read() as connection:
        found = connection.execute(select(audit).where(_readable(desk), audit.c.id.in_(ids))).mappings()
        return {row["id"]: dict(row) for row in found}


def choices(desk: Desk) -> dict[str, list[str]]:
    """What the filters offer: actions and people that occur."""
    require(desk.role, "own-audit")
    with desk.store.read() as connection:
        if may(desk.role, "audit"):
            return {name: _distinct(connection, name) for name in ("action", "actor")}
        own = select(audit.c.action).where(_readable(desk)).distinct().order_by(audit.c.action)
        actions = list(connection.execute(own).scalars())
    return {"action": actions, "actor": [desk.actor] if actions else []}


def recent(desk: Desk, limit: int = 10) -> list[dict[str, Any]]:
    """The newest acts worth showing on Today: no patient names are ever in them."""
    require(desk.role, "audit")
    shown = ("decide", "undo", "correction", "pull", "close-day", "reconcile", "add-connection", "resolve-conflict")
    query = select(audit).where(audit.c.action.in_(shown)).order_by(audit.c.id.desc()).limit(limit)
    with desk.store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _distinct(connection: Connection, column: str) -> list[str]:
    """The values of an indexed column, from one to the next: a step for each value instead of one for each row."""
    query = (
        f"WITH RECURSIVE v(x) AS (SELECT min({column}) FROM audit UNION ALL "  # noqa: S608  (a name of our own)
        f"SELECT (SELECT min({column}) FROM audit WHERE {column} > x) FROM v WHERE x IS NOT NULL) "
        "SELECT x FROM v WHERE x IS NOT NULL"
    )
    return list(connection.exec_driver_sql(query).scalars())


def _readable(desk: Desk) -> ColumnElement[bool]:
    return true() if may(desk.role, "audit") else audit.c.actor == desk.actor
