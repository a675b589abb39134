"""A desk on a real store, connected to systems in memory."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from memory_system import MemorySystem, kind_for

from core.clock import Clock
from core.desk import Desk
from core.store.engine import Store
from core.sync import connections as registry
from core.usecases.connections import add_connection


class Ticking:
    """A clock that moves a second each time somebody looks."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def desk(tmp_path: Path, clock: Ticking) -> Iterator[Desk]:
    home = tmp_path / "home"
    home.mkdir()
    watch = Clock(now=clock)
    desk = Desk(Store(home, secrets.token_bytes(32), watch), "ana", "owner", watch)
    yield desk
    desk.close()


@pytest.fixture
def systems(monkeypatch: pytest.MonkeyPatch) -> dict[str, MemorySystem]:
    systems: dict[str, MemorySystem] = {}
    monkeypatch.setattr(registry, "connector_kinds", lambda: {"memory": kind_for(systems)})
    return systems


@pytest.fixture
def connect(desk: Desk, systems: dict[str, MemorySystem]) -> Callable[..., MemorySystem]:
    """Add a system with so many patients and one visit each."""

    def make(name: str = "EHR", patients: int = 5, **more: Any) -> MemorySystem:
        system = systems[name] = MemorySystem(**more)
        for number in range(patients):
            system.put("Patient", f"p{number}", name=[{"family": f"Name{number}"}])
            system.put("Encounter", f"e{number}", subject={"reference": f"Patient/p{number}"}, status="finished")
        add_connection(desk, name=name, kind="memory", role="ehr", url="https://ehr.example.org")
        return system

    return make


@pytest.fixture
def rows(desk: Desk) -> Callable[[str], list[tuple[Any, ...]]]:
    def query(sql: str) -> list[tuple[Any, ...]]:
        with desk.store.read() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]

    return query
