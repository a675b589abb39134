"""A demo practice that pages look at, a window's worth of surroundings, and a way to wait for answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from surroundings import Surroundings

from core.boot import open_demo
from core.demo.walk import look_around
from core.desk import Desk
from core.jobs import Job
from core.store.engine import create
from desktop.tasks import Tasks


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A demo practice that was pulled, matched and reconciled."""
    desk = open_demo(tmp_path_factory.mktemp("demo"), "R. Diaz", seed=7, patients=60)
    look_around(desk, Job())
    yield desk
    desk.close()


@pytest.fixture
def around(qtbot: QtBot, qapp: QApplication, practice: Desk) -> Iterator[Surroundings]:
    made = Surroundings(qtbot, qapp, practice)
    yield made
    _close(made.tasks)


@pytest.fixture
def empty_around(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Surroundings]:
    """The same on a store into which nothing was ever pulled."""
    from core.clock import Clock

    store, _ = create(tmp_path / "home", "a long passphrase")
    made = Surroundings(qtbot, qapp, Desk(store, "R. Diaz", "owner", Clock()))
    yield made
    _close(made.tasks)
    store.close()


def _close(tasks: Tasks) -> None:
    ended: list[bool] = []
    tasks.close(ended.append)
    while not ended:
        QApplication.processEvents()
    assert ended == [True], "a task did not end in time"
