"""A real store with connections, and a way to land what a test makes up."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import insert

from core.clock import Clock
from core.connectors._port import RawItem, RawPage
from core.desk import Desk
from core.ingest.land import Landed, land
from core.store.engine import Store
from core.store.tables.intake import connections, pulls
from core.store.tables.records import RECORDS


class Ticking:
    """A clock that moves a second each time somebody looks."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def open_desk(home: Path) -> Desk:
    home.mkdir(parents=True, exist_ok=True)
    clock = Clock(now=Ticking())
    return Desk(Store(home, secrets.token_bytes(32), clock), "ana", "owner", clock)


def add_row(desk: Desk, name: str = "EHR", kind: str = "memory") -> int:
    with desk.store.write("test") as unit:
        made = unit.connection.execute(
            insert(connections).values(name=name, kind=kind, role="ehr", settings={}, secrets={}, created_at=unit.now)
        )
        return int(made.inserted_primary_key[0])


class Lander:
    """Lands pages as pulls, and looks at what came of it."""

    def __init__(self, desk: Desk, name: str = "EHR") -> None:
        self.desk, self.name, self.connection_id = desk, name, add_row(desk, name)

    def begin(self) -> int:
        with self.desk.store.write("test") as unit:
            made = unit.connection.execute(
                insert(pulls).values(
                    connection_id=self.connection_id, started_at=unit.now, outcome="running", counts={}
                )
            )
            return int(made.inserted_primary_key[0])

    def __call__(self, *items: RawItem, pull_id: int | None = None, **page: Any) -> Landed:
        pull_id = pull_id or self.begin()
        with self.desk.store.write("test") as unit:
            return land(unit, self.connection_id, RawPage(items=items, **page), pull_id)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.desk.store.read() as connection:
            return [tuple(found) for found in connection.exec_driver_sql(sql)]

    def body(self, table: str, ref: str) -> dict[str, Any]:
        found = self.rows(f"SELECT body FROM {table} WHERE ref = '{ref}'")
        return orjson.loads(found[0][0])

    def clear_queues(self) -> None:
        with self.desk.store.write("test") as unit:
            unit.connection.exec_driver_sql("DELETE FROM match_queue")
            unit.connection.exec_driver_sql("DELETE FROM case_queue")


def canonical(lander: Lander) -> dict[str, list[tuple[Any, ...]]]:
    """All canonical records, without their row ids."""
    columns = "connection_id, ref, source, patient, on_date, version, raw_id, fetched_at, gone_at IS NULL, notes, body"
    return {
        entity: lander.rows(
            f"SELECT {columns} FROM {table.name} WHERE connection_id = {lander.connection_id} ORDER BY ref"
        )
        for entity, table in RECORDS.items()
    }
