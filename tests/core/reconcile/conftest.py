"""A desk on a real store, with one connection that reads a folder of tables."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from table_practice import DAY, MovableClock, TablePractice

from core.clock import Clock
from core.desk import Desk
from core.store.engine import Store
from core.usecases.connections import add_connection


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[TablePractice]:
    """A practice two weeks after DAY: an EHR and a PM in one folder, two doctors, two patients."""
    home, folder = tmp_path / "home", tmp_path / "tables"
    home.mkdir()
    folder.mkdir()
    moving = MovableClock(DAY + timedelta(days=14))
    clock = Clock(now=moving)
    desk = Desk(Store(home, secrets.token_bytes(32), clock), "ana", "owner", clock)
    add_connection(desk, name="both", kind="tables", role="pm", path=str(folder))
    made = TablePractice(desk, folder, moving)
    made.add("sources", id="E", role="ehr", name="Chart")
    made.add("sources", id="P", role="pm", name="Ledger")
    made.add("providers", id="d1", source="E", npi="1234567893", name="D. One")
    made.add("providers", id="d2", source="E", npi="1999999984", name="D. Two")
    made.person("1")
    # Somebody whose visit is in order, so that the ledger is known to hold charges.
    made.person("0")
    made.visit("v0", DAY - timedelta(days=30), patient="e0")
    made.charge("c0", DAY - timedelta(days=30), patient="p0")
    yield made
    desk.close()
