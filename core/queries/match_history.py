"""Which thresholds of matching were in force when, and who set them: read from the audit trail."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.desk import Desk
from core.match.plan import SETTING, laid_over, thresholds
from core.security.roles import require
from core.store.tables.trust import audit

_SHOWN = 20


def threshold_history(desk: Desk) -> list[dict[str, Any]]:
    """The last changes, newest first: `at` (ISO), `by`, and the thresholds `before` and `after` by name."""
    require(desk.role, "settings")
    query = (
        select(audit.c.at, audit.c.actor, audit.c.detail)
        .where(audit.c.action == "set", audit.c.subject == SETTING)
        .order_by(audit.c.id.desc())
        .limit(_SHOWN)
    )
    with desk.store.read() as connection:
        rows = connection.execute(query).all()
    return [
        {
            "at": at,
            "by": actor,
            "before": thresholds(laid_over(detail["before"] or {})),
            "after": thresholds(laid_over(detail["after"] or {})),
        }
        for at, actor, detail in rows
    ]
