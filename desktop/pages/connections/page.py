"""The Connections page: cards, their test, the wizard for another connection, and the columns of files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QStackedWidget, QWidget

from core.changes import Changes
from core.connectors._port import Check
from core.jobs import Job
from core.queries.connections import list_connections
from core.security.roles import may
from core.usecases.connections import change_connection, remove_connection, test_connection
from core.usecases.drafts import Draft, draft_of, save_draft, save_mapping
from core.usecases.finding_out import look_again
from desktop import a11y
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.pages.connections.card import ConnectionCard
from desktop.pages.connections.form import ConnectionForm
from desktop.pages.connections.live import CheckRows, watch
from desktop.pages.connections.mapping import MappingPage
from desktop.pages.connections.wizard import Wizard
from desktop.theme import px
from desktop.widgets.bars import Toolbar
from desktop.widgets.button import Button
from desktop.widgets.drawer import Drawer
from desktop.widgets.label import Label
from desktop.widgets.notice import Action
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr

_ROOM_FOR_TWO = 1040  # px at 100 %


class ConnectionsPage(BasePage):
    """What is connected, whether it works, and what to do where it does not."""

    areas = frozenset({"connections"})
    help_id = "connections"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "connections_page")
        self._may_change = may(context.desk.role, "connections")
        self._rows: list[dict[str, Any]] = []
        self._cards: list[ConnectionCard] = []
        self._turn_of_test = 0
        self._mapped_for = ""  # the saved connection whose columns are open, "" for the wizard's
        self.summary = Label("", "body", "muted")
        self.add = Button(tr("Add a connection"), "connections_add_button", kind="primary", size="tool", icon="plus")
        self.add.clicked.connect(self.open_wizard)
        self.toolbar = Toolbar("connections_toolbar")
        self.toolbar.add_left(self.summary)
        if self._may_change:
            self.toolbar.add_right(self.add)
        self.views = QStackedWidget()
        self.wizard = Wizard(context)
        self.wizard.closed.connect(self._close_wizard)
        self.wizard.saved.connect(self._save_draft)
        self.wizard.mapping_asked.connect(lambda draft: self._open_mapping("", draft))
        self.mapping = MappingPage(context)
        self.mapping.closed.connect(self._leave_mapping)
        self.mapping.finished.connect(self._mapped)
        self.overview = self._list_view()
        for view in (self.overview, self.wizard, self.mapping):
            self.views.addWidget(view)
        self.set_body(self.views, top=self.toolbar)

    def _list_view(self) -> QWidget:
        self.cards = QWidget()
        set_ground(self.cards, "canvas")
        self._grid = QGridLayout(self.cards)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setWidget(self.cards)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.viewport().installEventFilter(self)
        a11y.name_widget(self.scroller, "connections_list", tr("Connections"))
        self.form = ConnectionForm()
        self.form.saved.connect(self._save_change)
        self.checks = Drawer("connections_test_drawer", tr("Connection test"), width=408)
        self.check_head = self.checks.add_section(tr("Test"), "connections_test_head", can_close=True)
        self.lines = CheckRows("connections_test_lines")
        self.check_head.body.addWidget(self.lines)
        self.checks.hide()
        body = QWidget()
        row = QHBoxLayout(body)
        margins(row, 0, 0, 0, 0)
        row.addWidget(self.scroller, 1)
        row.addWidget(self.form)
        row.addWidget(self.checks)
        return body

    def panes(self) -> Sequence[QWidget]:
        """What stands side by side in the view that is open."""
        if self.views.currentWidget() is self.wizard:
            return (self.wizard.stack, self.wizard.bar)
        if self.views.currentWidget() is self.mapping:
            return (self.mapping.bar, self.mapping.scroller, self.mapping.check, self.mapping.foot)
        return (self.toolbar, self.scroller, self.form, self.checks)

    # The cards.

    def refresh(self) -> None:
        """Read all connections anew."""
        self.load(lambda: list_connections(self.context.desk), self._put)

    def _put(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._cards = [ConnectionCard(row, may_change=self._may_change) for row in rows]
        for card in self._cards:
            card.asked.connect(self._asked)
        self._lay_cards()
        working = sum(row["state"] == "ok" for row in rows)
        self.summary.put(tr("{working} of {count} connections work.", working=working, count=len(rows)))
        if not rows and self.views.currentWidget() is self.overview:
            acts = [Action(tr("Add a connection"), self.open_wizard, "primary", "plus")] if self._may_change else []
            text = tr(
                "Chartmend reads from your systems what it compares. Nothing is written to them before you say so."
            )
            self.stack.show_empty("not_set_up", tr("No system is connected yet"), text, acts)

    def _lay_cards(self) -> None:
        """Two beside each other where there is room, else under each other."""
        across = 2 if self.scroller.viewport().width() >= px(_ROOM_FOR_TWO) else 1
        margins(self._grid, 20, 16, 20, 20, 16)
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        for place, card in enumerate(self._cards):
            self._grid.addWidget(card, place // across, place % across, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, across - 1)
        self._grid.setRowStretch((len(self._cards) + 1) // across + 1, 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A drawer takes room from the cards."""
        if event.type() == QEvent.Type.Resize:
            self._lay_cards()
        return super().eventFilter(watched, event)

    def _show(self, view: QWidget) -> None:
        self.toolbar.setVisible(view not in (self.wizard, self.mapping))
        self.views.setCurrentWidget(view)
        self.stack.show_ready()

    def _show_list(self) -> None:
        self._show(self.overview)
        self.refresh()

    def _asked(self, verb: str, name: str) -> None:
        desk = self.context.desk
        if verb == "pull":
            self._pull(name)
        elif verb == "test":
            self._test(name)
        elif verb == "columns":
            self._open_columns(name)
        elif verb == "edit":
            self.checks.hide()
            self.form.edit(next(row for row in self._rows if row["name"] == name))
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

    def _save_change(self, name: str, values: dict[str, Any]) -> None:
        desk = self.context.desk

        def saved(_none: object) -> None:
            self.form.hide()
            self._test(name)

        self.act(
            lambda: change_connection(desk, name, **values),
            saved,
            failed=lambda why: self.form.say(words_of(why).sentence()),
        )

    def _test(self, name: str) -> None:
        """Test a connection that is saved, beside the cards."""
        self.form.hide()
        self._turn_of_test += 1
        turn, found = self._turn_of_test, list[Check]()
        self.check_head.title.put(tr("Test of {name}", name=name))
        self.lines.put([Check("reach", "now", tr("Asking…"))])
        self.checks.show()

        def put(check: Check | None) -> bool:
            if turn != self._turn_of_test:
                return False
            if check is None:
                self.refresh()
            else:
                found.append(check)
                self.lines.put(found)
            return True

        def fail(error: BaseException) -> None:
            words = words_of(error)
            self.lines.put([*found, Check("reach", "failed", words.what, words.todo)])

        watch(self.context.tasks, self, test_connection(self.context.desk, name), put, fail)

    # The wizard and the columns.

    def open_wizard(self) -> None:
        """Add a connection, from the first step."""
        self.form.hide()
        self.checks.hide()
        self._show(self.wizard)
        self.wizard.begin()

    def _close_wizard(self) -> None:
        self._show_list()
        self.add.setFocus()

    def _save_draft(self, draft: Draft) -> None:
        desk = self.context.desk

        def saved(name: str) -> None:
            self._show_list()
            self._pull(name)

        self.act(lambda: save_draft(desk, draft), saved, failed=lambda why: self.wizard.say(words_of(why).sentence()))

    def _open_columns(self, name: str) -> None:
        desk = self.context.desk
        self.context.tasks.run(
            lambda: draft_of(desk, name),
            done=lambda draft: self._open_mapping(name, draft),
            failed=lambda why: self.context.shell.toast(words_of(why).sentence()),
            owner=self,
        )

    def _open_mapping(self, name: str, draft: Draft) -> None:
        self._mapped_for = name
        self.form.hide()
        self.checks.hide()
        self._show(self.mapping)
        self.mapping.open(draft)

    def _leave_mapping(self) -> None:
        if self._mapped_for:
            self._show_list()
        else:
            self._show(self.wizard)

    def _mapped(self, draft: Draft) -> None:
        if not self._mapped_for:
            self._show(self.wizard)
            self.wizard.take(draft)
            return
        desk, name = self.context.desk, self._mapped_for

        def keep() -> Changes[None]:
            areas: frozenset[str] = frozenset()
            for mapping in draft.columns:
                areas |= save_mapping(desk, name, mapping).areas
            return Changes(areas, None)

        def kept(_none: object) -> None:
            self.context.shell.toast(tr("Saved. The next pull reads the files by it."))
            self._show_list()

        self.act(keep, kept)


PAGE = Page("connections", "Connections", "link", 70, "see-work", ConnectionsPage, group="upkeep")
