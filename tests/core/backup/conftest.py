"""A practice with a little in it, on a real encrypted file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from watch import PHRASE, Watch

from core.clock import Clock
from core.desk import Desk
from core.store.engine import create
from core.store.tables.people import persons


@pytest.fixture
def watch() -> Watch:
    """A clock that stands until it is moved."""
    return Watch(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


@pytest.fixture
def made(tmp_path: Path, watch: Watch) -> Iterator[tuple[Desk, str]]:
    """A desk on a store with fifty people, and its recovery key."""
    clock = Clock(now=watch)
    store, recovery = create(tmp_path / "home", PHRASE, clock)
    with store.write("ana") as unit:
        unit.audit("create-store")
        rows = [{"id": f"p{n}", "created_at": unit.now, "held": "Alvarez " * 40} for n in range(50)]
        unit.connection.execute(insert(persons), rows)
    yield Desk(store, "ana", "owner", clock), recovery
    store.close()


@pytest.fixture
def desk(made: tuple[Desk, str]) -> Desk:
    return made[0]


@pytest.fixture
def biller(desk: Desk) -> Desk:
    """Somebody who may not make backups."""
    return replace(desk, actor="bo", role="biller")
