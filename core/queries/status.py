"""What the status strip and the navigation show: freshness, counts, banners."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from core.corrections.outbox import NEEDS_YOU_STATES, OPEN_STATES
from core.desk import Desk
from core.errors import NoAnswer, Unavailable
from core.queries.backup import LAST_TRY
from core.queries.offline import is_older, limit_for, limits_of
from core.settings.store import get_setting
from core.store.tables.findings import findings
from core.store.tables.intake import connections, pulls
from core.store.tables.outbox import corrections

_UNREACHABLE = (Unavailable.code, NoAnswer.code)


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """One connection in the strip: when its data is from, and its trouble if there is one."""

    name: str
    last_read_at: str | None
    outcome: str | None
    problem: str | None
    code: str | None = None
    """The code of the problem (core.errors)."""
    good_at: str | None = None
    """When a pull last brought everything: how old the data here is."""


@dataclass(frozen=True, slots=True)
class Status:
    """Everything the shell shows without opening a page."""

    connections: tuple[ConnectionState, ...]
    outbox: int
    conflicts: int
    needs_you: int
    pairs: int
    charges: int
    approvals: int
    is_demo: bool
    old: tuple[str, ...] = ()
    """Connections whose data is older than its limit (core.queries.offline); paused ones are not among them."""
    backup_failed_at: str | None = None
    """When the last backup failed, unless one went well since."""
    is_paused: bool = False
    """Whether the Outbox is paused: nothing leaves."""

    @property
    def is_trouble(self) -> bool:
        """Whether some connection's last pull failed."""
        return any(c.outcome in ("failed", "partial") for c in self.connections)

    @property
    def is_offline(self) -> bool:
        """Whether no system at all could be reached the last time: the network is gone, not one system."""
        return bool(self.connections) and all(
            c.outcome == "failed" and c.code in _UNREACHABLE for c in self.connections
        )


def status(desk: Desk) -> Status:
    """One reading of all counts."""
    with desk.store.read() as connection:
        latest = (
            select(pulls.c.connection_id, func.max(pulls.c.id).label("id")).group_by(pulls.c.connection_id).subquery()
        )
        good = (
            select(pulls.c.connection_id, func.max(pulls.c.finished_at).label("at"))
            .where(pulls.c.outcome == "done")
            .group_by(pulls.c.connection_id)
            .subquery()
        )
        query = (
            select(
                connections.c.name,
                pulls.c.finished_at,
                pulls.c.outcome,
                pulls.c.problem,
                good.c.at,
                connections.c.role,
                connections.c.is_paused,
            )
            .outerjoin(good, good.c.connection_id == connections.c.id)
            .outerjoin(latest, latest.c.connection_id == connections.c.id)
            .outerjoin(pulls, pulls.c.id == latest.c.id)
            .where(connections.c.removed_at.is_(None))
            .order_by(connections.c.id)
        )
        rows = connection.execute(query).all()
        found = tuple(
            ConnectionState(name, at, outcome, (problem or {}).get("what"), (problem or {}).get("code"), good_at)
            for name, at, outcome, problem, good_at, _, _ in rows
        )
        limits, now = limits_of(connection), desk.clock.now()
        old = tuple(r.name for r in rows if r.at and not r.is_paused and is_older(r.at, limit_for(r.role, limits), now))
        states: dict[str, int] = dict(
            connection.execute(select(corrections.c.state, func.count()).group_by(corrections.c.state)).all()
        )
        # A person says yes or no to a decision, however many corrections it staged.
        waiting = connection.execute(
            select(func.count(corrections.c.decision_id.distinct())).where(corrections.c.state == "awaiting-approval")
        ).scalar_one()
        paused = bool(get_setting(connection, "outbox.paused"))
        failed = get_setting(connection, LAST_TRY) or {}
        is_open = findings.c.status == "open"
        pairs = connection.execute(
            select(func.count()).where(is_open, findings.c.rule == "duplicate-patient")
        ).scalar_one()
        charges = connection.execute(
            select(func.count()).where(is_open, findings.c.rule != "duplicate-patient")
        ).scalar_one()
    return Status(
        connections=found,
        outbox=sum(states.get(state, 0) for state in OPEN_STATES),
        conflicts=states.get("conflict", 0),
        needs_you=sum(states.get(state, 0) for state in NEEDS_YOU_STATES),
        pairs=pairs,
        charges=charges,
        approvals=waiting,
        is_demo=desk.is_demo,
        old=old,
        backup_failed_at=failed.get("at"),
        is_paused=paused,
    )
