"""The Connections page: cards, a test that runs while one watches, and the form for another connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QWidget

from core.connectors._port import Check
from core.jobs import Job
from core.queries.connections import list_connections
from core.security.roles import may
from core.usecases.connections import add_connection, change_connection, remove_connection, test_connection
from core.usecases.finding_out import look_again
from desktop import a11y
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.pages.connections.card import ConnectionCard
from desktop.pages.connections.form import ConnectionForm
from desktop.widgets.bars import Toolbar
from desktop.widgets.button import Button
from desktop.widgets.drawer import Drawer
from desktop.widgets.label import Label
from desktop.widgets.notice import Action
from desktop.widgets.steps_list import Milestone, Timeline
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr


class ConnectionsPage(BasePage):
    """What is connected, whether it works, and what to do where it does not."""

    areas = frozenset({"connections"})
    help_id = "connections"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "connections_page")
        self._may_change = may(context.desk.role, "connections")
        self.summary = Label("", "body", "muted")
        self.add = Button(tr("Add a connection"), "connections_add_button", kind="primary", size="tool", icon="plus")
        self.add.clicked.connect(self._open_form)
        toolbar = Toolbar("connections_toolbar")
        toolbar.add_left(self.summary)
        if self._may_change:
            toolbar.add_right(self.add)
        self.cards = QWidget()
        set_ground(self.cards, "canvas")
        self._grid = QGridLayout(self.cards)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setWidget(self.cards)
        a11y.name_widget(self.scroller, "connections_list", tr("Connections"))
        self.form = ConnectionForm()
        self.form.saved.connect(self._save)
        self.checks = Drawer("connections_test_drawer", tr("Connection test"), width=408)
        self.check_head = self.checks.add_section(tr("Test"), "connections_test_head", can_close=True)
        self.way = Timeline("wizard_test_table")
        self.check_head.body.addWidget(self.way)
        self.checks.hide()
        body = QWidget()
        row = QHBoxLayout(body)
        margins(row, 0, 0, 0, 0)
        row.addWidget(self.scroller, 1)
        row.addWidget(self.form)
        row.addWidget(self.checks)
        self.set_body(body, top=toolbar)

    def refresh(self) -> None:
        """Read all connections anew."""
        self.load(lambda: list_connections(self.context.desk), self._put)

    def _put(self, rows: list[dict[str, Any]]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        margins(self._grid, 20, 16, 20, 20, 16)
        for place, row in enumerate(rows):
            card = ConnectionCard(row, may_change=self._may_change)
            card.asked.connect(self._asked)
            self._grid.addWidget(card, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch((len(rows) + 1) // 2, 1)
        working = sum(row["state"] == "ok" for row in rows)
        self.summary.put(tr("{working} of {count} connections work.", working=working, count=len(rows)))
        if not rows and self.form.isHidden():
            acts = [Action(tr("Add a connection"), self._open_form, "primary", "plus")] if self._may_change else []
            text = tr(
                "Chartmend reads from your systems what it compares. Nothing is written to them before you say so."
            )
            self.stack.show_empty("not_set_up", tr("No system is connected yet"), text, acts)

    def _open_form(self) -> None:
        self.stack.show_ready()
        self.checks.hide()
        self.form.show()
        self.form.name.setFocus()

    def _save(self, values: dict[str, Any]) -> None:
        desk = self.context.desk

        def saved(row: dict[str, Any]) -> None:
            self.form.hide()
            self._test(row["name"])

        self.act(
            lambda: add_connection(desk, **values), saved, failed=lambda why: self.form.say(words_of(why).sentence())
        )

    def _asked(self, verb: str, name: str) -> None:
        desk = self.context.desk
        verb, _, mode = verb.partition(":")
        if verb == "pull":
            self._pull(name)
        elif verb == "test":
            self._test(name)
        elif verb == "write":
            self.act(lambda: change_connection(desk, name, options={"write": mode}))
        elif verb in ("pause", "resume"):
            self.act(lambda: change_connection(desk, name, is_paused=verb == "pause"))
        else:
            said = tr("Removed. What it delivered is kept.")
            self.act(lambda: remove_connection(desk, name), lambda _none: self.context.shell.toast(said))

    def _pull(self, name: str) -> None:
        desk, job = self.context.desk, Job(tr("Pulling {name}", name=name))
        self.context.shell.follow(job)

        def say(result: Any) -> None:
            trouble = [pulled.problem["what"] for pulled in result.pulled if pulled.problem]
            landed = sum(pulled.landed for pulled in result.pulled)
            self.context.shell.toast(trouble[0] if trouble else tr("{count} new or changed records.", count=landed))

        self.act(lambda: look_again(desk, (name,), job), say, lane="network", job=job)

    def _test(self, name: str) -> None:
        desk = self.context.desk
        self.form.hide()
        self.check_head.title.put(tr("Test of {name}", name=name))
        self.way.put([Milestone(tr("Asking"), "", "now")])
        self.checks.show()
        self.context.tasks.run(
            lambda: list(test_connection(desk, name)),
            done=self._show_checks,
            failed=lambda why: self.way.put([Milestone(words_of(why).sentence(), "", "stopped")]),
            owner=self,
            lane="network",
        )

    def _show_checks(self, checks: Sequence[Check]) -> None:
        marks = {"ok": "done", "failed": "stopped", "warning": "stopped", "skipped": "later"}
        self.way.put([Milestone(c.sentence, c.fix, marks[c.outcome]) for c in checks])  # type: ignore[arg-type]
        self.refresh()


PAGE = Page("connections", "Connections", "link", 70, "see-work", ConnectionsPage, group="upkeep")
