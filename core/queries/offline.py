"""The offline pack: what of each source is on this computer, how old it is, and what bringing it up to date takes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from core.desk import Desk
from core.security.roles import require
from core.settings.store import get_setting
from core.store.tables.intake import connections, pulls, raw_records
from core.store.tables.records import RECORDS
from core.store.tables.trust import audit

_BILLING_ROLES = ("pm", "payer")
_VISITS = ("encounters", "appointments")


@dataclass(frozen=True, slots=True)
class Source:
    """One connection. `good_at`: its last pull that brought everything; `newest_at`: the newest record's own time of
    change, or when it was read; `limit_hours`: from when on its data counts as old; `last_s`: seconds of that pull.
    """

    name: str
    role: str
    is_paused: bool
    patients: int
    visits: int
    charges: int
    claims: int
    newest_at: str | None
    good_at: str | None
    limit_hours: int
    last_s: float | None

    def is_old(self, now: datetime) -> bool:
        """Whether it is older than its limit, or was never read to the end."""
        return self.good_at is None or is_older(self.good_at, self.limit_hours, now)


@dataclass(frozen=True, slots=True)
class OfflinePack:
    """All of it. `first_on`, `last_on`: days of the first and the last visit; `size` and `free` in bytes;
    `estimate_s`: what a refresh took the last time, where every source was read before.
    """

    sources: tuple[Source, ...]
    sites: int
    first_on: str | None
    last_on: str | None
    size: int
    free: int
    estimate_s: float | None
    identity_hours: int
    billing_hours: int

    def old(self, now: datetime) -> tuple[Source, ...]:
        """Sources that are older than their limit; paused ones are not counted."""
        return tuple(source for source in self.sources if not source.is_paused and source.is_old(now))


def limits_of(connection: Connection) -> dict[str, int]:
    """Hours until data counts as old, by what a source is for: `identity` or `billing`."""
    return {name: int(get_setting(connection, f"offline.{name}_hours")) for name in ("identity", "billing")}


def limit_for(role: str, limits: dict[str, int]) -> int:
    """The limit of a connection in its role."""
    return limits["billing" if role in _BILLING_ROLES else "identity"]


def is_older(stamp: str, hours: int, now: datetime) -> bool:
    """Whether an instant is more than so many hours ago."""
    return (now - datetime.fromisoformat(stamp)).total_seconds() > hours * 3600


def offline_pack(desk: Desk) -> OfflinePack:
    """One reading. Counts come from indexes, so that a large store answers soon."""
    require(desk.role, "see-work")
    with desk.store.read() as connection:
        limits = limits_of(connection)
        rows = connection.execute(
            select(connections.c.id, connections.c.name, connections.c.role, connections.c.is_paused)
            .where(connections.c.removed_at.is_(None))
            .order_by(connections.c.id)
        ).all()
        sources = tuple(
            _source(connection, row.id, row.name, row.role, is_paused=bool(row.is_paused), limits=limits)
            for row in rows
        )
        days = [
            connection.execute(select(func.min(RECORDS[e].c.on_date), func.max(RECORDS[e].c.on_date))).one()
            for e in _VISITS
        ]
        sites = sum(_count(connection, "locations", row.id) for row in rows)
        after_s = sum(_seconds_of(connection, action) for action in ("match", "reconcile"))
    times = [source.last_s for source in sources if not source.is_paused]
    known = [t for t in times if t is not None]
    return OfflinePack(
        sources=sources,
        sites=sites,
        first_on=min((first for first, _ in days if first), default=None),
        last_on=max((last for _, last in days if last), default=None),
        size=desk.store.path.stat().st_size,
        free=shutil.disk_usage(desk.home).free,
        estimate_s=sum(known) + after_s if known and len(known) == len(times) else None,
        identity_hours=limits["identity"],
        billing_hours=limits["billing"],
    )


def _source(
    connection: Connection, connection_id: int, name: str, role: str, *, is_paused: bool, limits: dict[str, int]
) -> Source:
    counted = {e: _count(connection, e, connection_id) for e in ("patients", *_VISITS, "charges", "claims")}
    last = connection.execute(
        select(pulls.c.finished_at, pulls.c.counts)
        .where(pulls.c.connection_id == connection_id, pulls.c.outcome == "done")
        .order_by(pulls.c.id.desc())
        .limit(1)
    ).one_or_none()
    newest_id = select(func.max(raw_records.c.id)).where(raw_records.c.connection_id == connection_id)
    newest = connection.execute(
        select(func.coalesce(raw_records.c.updated_at, raw_records.c.fetched_at)).where(
            raw_records.c.id == newest_id.scalar_subquery()
        )
    ).scalar()
    return Source(
        name=name,
        role=role,
        is_paused=is_paused,
        patients=counted["patients"],
        visits=counted["encounters"] + counted["appointments"],
        charges=counted["charges"],
        claims=counted["claims"],
        newest_at=newest,
        good_at=last.finished_at if last else None,
        limit_hours=limit_for(role, limits),
        last_s=float(last.counts.get("seconds", 0.0)) if last else None,
    )


def _count(connection: Connection, entity: str, connection_id: int) -> int:
    """Records that are still at the source: all by the one index, those gone by the other."""
    table = RECORDS[entity]
    mine = table.c.connection_id == connection_id
    everything = connection.execute(select(func.count()).select_from(table).where(mine)).scalar_one()
    gone = connection.execute(
        select(func.count()).select_from(table).where(mine, table.c.gone_at.is_not(None))
    ).scalar_one()
    return int(everything - gone)


def _seconds_of(connection: Connection, action: str) -> float:
    """How long the last matching or reconciling took."""
    detail = connection.execute(
        select(audit.c.detail).where(audit.c.action == action).order_by(audit.c.id.desc()).limit(1)
    ).scalar()
    return float((detail or {}).get("seconds", 0.0))
