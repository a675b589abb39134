"""A unit of work: one transaction that collects what it touched and writes its audit rows inside itself."""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, insert, select

from core.changes import Changes
from core.clock import Clock
from core.store.tables.trust import audit

T = TypeVar("T")


class Unit:
    """Given out by `Store.write`. `connection` runs statements; `audit` appends to the trail; `touch` names areas."""

    def __init__(self, connection: Connection, actor: str, clock: Clock) -> None:
        self.connection = connection
        self.actor = actor
        self.clock = clock
        self.now = clock.stamp()
        self._areas: set[str] = set()

    def touch(self, *areas: str) -> None:
        """Say which areas changed: people, visits, findings, outbox, connections, quarantine, settings."""
        self._areas.update(areas)

    def audit(self, action: str, subject: str = "", **detail: Any) -> None:
        """Append one row to the hash-chained trail. `detail` never holds secrets."""
        last = self.connection.execute(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)).scalar() or ""
        row = {"at": self.now, "actor": self.actor, "action": action, "subject": subject, "detail": detail}
        self.connection.execute(insert(audit).values(**row, previous=last, hash=chain_hash(last, row)))
        self._areas.add("audit")

    def changes(self, value: T) -> Changes[T]:
        """What this unit touched, with the use case's answer."""
        return Changes(frozenset(self._areas), value)


def chain_hash(previous: str, row: dict[str, Any]) -> str:
    """SHA-256 over the previous row's hash and this row in canonical JSON."""
    body = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(previous.encode() + body).hexdigest()
