"""Somebody at the review page, and a way to leave the practice as it was."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from sqlalchemy import select
from surroundings import Surroundings

from core.queries.findings import list_findings
from core.store.tables.findings import decisions
from core.usecases.deciding import undo
from desktop.pages.patients import PAGE
from desktop.pages.patients.guard import LOOK_MS, SlipGuard


class Hands:
    """Somebody at the review page, with a watch that a test turns."""

    def __init__(self, around: Surroundings) -> None:
        self.around, self.now_s = around, 1_000.0
        self.page: Any = around.show(PAGE.make)
        self.page.guard = SlipGuard(lambda: self.now_s)
        self.wait_for(lambda: self.page._shown is not None)
        self.page.list.setFocus()
        self.look()

    def wait_for(self, check: Any) -> None:
        self.around.qtbot.waitUntil(check, timeout=15_000)

    def look(self) -> None:
        """Time enough to have looked at the pair."""
        self.now_s += LOOK_MS / 1000 + 2

    def press(self, key: Qt.Key, widget: Any = None) -> None:
        self.around.qtbot.keyClick(widget or self.page.list, key)

    def shown_key(self) -> str | None:
        """The pair at hand; None while it is being read."""
        return None if self.page._shown is None else str(self.page._shown.view.key)

    def go_to(self, is_wanted: Any) -> str:
        row = next(row for row in self.page._view.open if is_wanted(row))
        self.page.list.select(row.key)
        self.wait_for(lambda: self.shown_key() == row.key)
        self.look()
        return str(row.key)

    def go_to_key(self, key: str) -> None:
        self.page.list.select(key)
        self.wait_for(lambda: self.shown_key() == key)
        self.look()

    def status(self, key: str) -> str:
        return str(next(f["status"] for f in list_findings(self.around.desk) if f["key"] == key))

    def decision(self, key: str) -> dict[str, Any]:
        query = select(decisions).where(decisions.c.finding_key == key, decisions.c.undone_at.is_(None))
        with self.around.desk.store.read() as connection:
            return dict(connection.execute(query).mappings().first() or {})


def settle(around: Surroundings) -> None:
    """Take back every decision on a pair."""
    query = select(decisions.c.id).where(
        decisions.c.undone_at.is_(None), decisions.c.finding_key.startswith("duplicate-patient")
    )
    with around.desk.store.read() as connection:
        left = connection.execute(query.order_by(decisions.c.at.desc(), decisions.c.id.desc())).scalars().all()
    for decision in left:
        undo(around.desk, decision)
