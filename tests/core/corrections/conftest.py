"""A store with one connection and corrections to its patients' phone numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scripted_system import ScriptedSystem
from staged_phones import NOW, add_connection, stage_phone

from core.clock import Clock
from core.desk import Desk
from core.store.engine import create


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = Clock(now=lambda: NOW)
    store, _ = create(tmp_path / "home", "secret", clock)
    opened = Desk(store, "R. Diaz", "owner", clock)
    add_connection(opened)
    yield opened
    opened.close()


@pytest.fixture
def system() -> ScriptedSystem:
    return ScriptedSystem({"p1": "555-0100"})


@pytest.fixture
def staged(desk: Desk) -> Callable[..., str]:
    return lambda patient="p1", **more: stage_phone(desk, patient, "555-0100", "555-0199", **more)
