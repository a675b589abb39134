"""A list of a million rows in the window: how long until it stands there, and until a jump anywhere shows its rows.

The list is the audit trail: a real page on a real encrypted store.
"""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.clock import Clock
from core.desk import Desk
from core.jobs import Job
from core.store.engine import Store
from desktop import theme
from desktop.bus import Bus
from desktop.pages._page import PageContext
from desktop.pages.audit import PAGE
from desktop.tasks import Tasks

ROWS = 1_000_000
PLACES = (999_999, 12, 500_000, 250_123, 750_456, 3, 999_000, 401_777)


class NoShell:
    """A window that is asked for nothing here."""

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        raise AssertionError(text)

    def go(self, page: str, argument: object = None) -> None:
        raise AssertionError(page)

    def follow(self, job: Job) -> None:
        raise AssertionError(job.title)

    def copy(self, text: str, *, is_patient_value: bool = True) -> None:
        raise AssertionError("copy")


def filled(home: Path) -> Desk:
    home.mkdir()
    desk = Desk(Store(home, secrets.token_bytes(32), Clock()), "ana", "owner", Clock())
    with desk.store.write("ana") as unit:
        unit.connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO audit (id, at, actor, action, subject, detail, previous, hash) "
            "SELECT i, '2026-05-01T10:00:00.000Z', 'ana', CASE i % 50 WHEN 0 THEN 'decide' ELSE 'correction' END, "
            "'co-' || i, '{\"to\": \"queued\"}', hex(randomblob(32)), hex(randomblob(32)) FROM n",
            (ROWS,),
        )
    return desk


def until(application: QApplication, is_so: Callable[[], bool]) -> float:
    """Seconds until it is so, with the event loop running."""
    began = time.perf_counter()
    while not is_so():
        application.processEvents()
        if time.perf_counter() - began > 60:
            raise AssertionError("it never came")
    return time.perf_counter() - began


@pytest.mark.benchmark
@pytest.mark.timeout(900)
def test_a_list_of_a_million_rows(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    theme.apply(qapp, "light")
    desk, tasks = filled(tmp_path / "home"), Tasks(qapp)
    opened, jumps = [], []
    for _ in range(5):
        page = PAGE.make(PageContext(desk, tasks, Bus(qapp), NoShell()))
        qtbot.addWidget(page)
        page.resize(1310, 676)
        began = time.perf_counter()
        page.show()
        until(qapp, lambda p=page: p.property("state") == "ready" and p.model.rowCount() > 0)
        until(qapp, lambda p=page: p.model.row_at(0) is not None)
        opened.append(time.perf_counter() - began)
        assert page.model.rowCount() == ROWS
        for place in PLACES:
            began = time.perf_counter()
            page.table.scrollTo(page.model.index(place, 0))
            top = page.table.rowAt(page.table.viewport().rect().topLeft().y() + 1)
            until(qapp, lambda p=page, row=top: p.model.row_at(row) is not None)
            page.table.viewport().grab(page.table.viewport().rect().translated(QPoint(0, 0)))
            jumps.append(time.perf_counter() - began)
        page.hide()
    ended: list[bool] = []
    tasks.close(ended.append)
    until(qapp, lambda: bool(ended))
    desk.close()
    print(f"\n{ROWS:,} rows open in {statistics.median(opened) * 1000:.0f} ms (median of {len(opened)}, aim 300)")
    slowest = sorted(jumps)[int(len(jumps) * 0.95)]
    print(f"a jump: median {statistics.median(jumps) * 1000:.0f} ms, p95 {slowest * 1000:.0f} ms (aim 50)")
