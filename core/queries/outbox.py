"""Corrections as the contract and the Outbox page show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from core.desk import Desk
from core.queries._compare import plain
from core.security.roles import may, require
from core.settings.store import get_setting
from core.store.tables.intake import connections
from core.store.tables.outbox import correction_steps, corrections
from matching.records import Ref


def outbox_is_paused(desk: Desk) -> bool:
    """Whether nothing leaves, because somebody or a restore paused it."""
    with desk.store.read() as connection:
        return bool(get_setting(connection, "outbox.paused"))


def list_corrections(desk: Desk, *, state: str | None = None, only: str | None = None) -> list[dict[str, Any]]:
    """Corrections in the JSON contract's form, newest last; without values for a role that sees no patients."""
    require(desk.role, "see-work")
    query = (
        select(corrections, connections.c.name.label("system"))
        .join(connections, connections.c.id == corrections.c.connection_id)
        .order_by(corrections.c.staged_at, corrections.c.id)
    )
    if state:
        query = query.where(corrections.c.state == state)
    if only:
        query = query.where(corrections.c.id == only)
    with desk.store.read() as connection:
        found = [_as_json(row) for row in connection.execute(query).mappings()]
    return found if may(desk.role, "see-patients") else [_without_values(row) for row in found]


def steps(desk: Desk, correction_id: str) -> list[dict[str, Any]]:
    """The way of one correction: every move with when, who and why."""
    require(desk.role, "see-work")
    query = select(correction_steps).where(correction_steps.c.correction_id == correction_id)
    with desk.store.read() as connection:
        return [dict(row) for row in connection.execute(query.order_by(correction_steps.c.id)).mappings()]


def shown_change(change: Mapping[str, Any]) -> tuple[str, str]:
    """A field's change as a page may show it, before and after: hidden values are shortened."""
    return plain(change["field"], change["before"]), plain(change["field"], change["after"])


def _without_values(row: dict[str, Any]) -> dict[str, Any]:
    """Whoever sends and sees no patients knows which fields a correction changes, and nothing of what they hold."""
    changes = [{"field": change["field"], "before": None, "after": None} for change in row["changes"]]
    return row | {"changes": changes, "inverse": None, "conflict": None, "hand_steps": None}


def _as_json(row: Mapping[Any, Any]) -> dict[str, Any]:
    kind, _, record_id = (row["target"] or "").partition("/")
    target = Ref(row["system"], kind, record_id) if record_id else None
    other_kind, _, other_id = (row["other"] or "").partition("/")
    result = row["result"] or {}
    return {
        "id": row["id"],
        "finding": row["finding_key"],
        "kind": row["kind"],
        "target": target.as_json() if target else None,
        "target_text": str(target) if target else row["system"],
        "other": Ref(row["system"], other_kind, other_id).as_json() if other_id else None,
        "system": row["system"],
        "route": row["route"],
        "state": row["state"],
        "attempts": row["attempts"],
        "changes": row["changes"],
        "inverse": row["inverse"],
        "base_version": row["base_version"],
        "idempotency_key": row["idempotency_key"],
        "held_until": row["held_until"],
        "next_try_at": row["next_try_at"],
        "last_answer": row["last_answer"],
        "staged_by": row["staged_by"],
        "staged_at": row["staged_at"],
        "approved_by": row["approved_by"],
        "sent_at": row["sent_at"],
        "verified_at": row["verified_at"],
        "after": row["after_id"],
        "reverses": row["reverses_id"],
        "conflict": result.get("fields"),
        "hand_steps": result.get("steps"),
    }
