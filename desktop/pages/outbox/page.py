"""The Outbox page: tabs by state, a table, and the way of one correction in the drawer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.changes import Changes
from core.corrections import attend
from core.export.table import ExportTable
from core.jobs import Job
from core.queries.outbox import list_corrections, outbox_is_paused, steps
from core.security.roles import may
from core.usecases.deciding import undo
from core.usecases.sending import pause_outbox, push_now
from desktop.pages._page import BasePage, Page, PageContext
from desktop.pages.outbox.drawer import OutboxDrawer
from desktop.pages.outbox.words import TABS, look_of, tab_words, what
from desktop.widgets.bars import Toolbar
from desktop.widgets.button import Button
from desktop.widgets.export_menu import ExportMenu, table_of
from desktop.widgets.notice import Action
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.themed import margins
from desktop.widgets.tool_tabs import TabSpec, ToolTabs
from desktop.words import tr
from desktop.words.moments import clock_time

_UNSENT = ("staged", "held", "queued")


class OutboxPage(BasePage):
    """Everything that is not finished stands in the first tab, what needs somebody on top."""

    areas = frozenset({"outbox"})
    help_id = "outbox"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "outbox_page")
        self._rows: dict[str, dict[str, Any]] = {}
        words = tab_words()
        self.tabs = ToolTabs([TabSpec(key, words[key]) for key, _ in TABS], "outbox_tabs", tr("Corrections by state"))
        self.tabs.chosen.connect(lambda _key: self._fill())
        self.send = Button(tr("Send now"), "outbox_send_button", kind="primary", size="tool", icon="paper-plane-tilt")
        self.send.clicked.connect(self._send)
        toolbar = Toolbar("outbox_toolbar")
        toolbar.add_left(self.tabs)
        self.pause = Button(tr("Pause all"), "outbox_pause_button", size="tool", icon="pause")
        self.pause.clicked.connect(self._pause)
        self._is_paused = False
        self.export = ExportMenu("outbox_export_button")
        self.export.serve(self, self._export_table)
        toolbar.add_right(self.export)
        if may(context.desk.role, "send"):
            toolbar.add_right(self.pause, self.send)
        self.model = PagedModel(_columns(), list, lambda ids: {i: self._rows[i] for i in ids if i in self._rows})
        self.table = PagedTable(self.model, "outbox_table", tr("Corrections"))
        self.main = self.table
        self.table.current_changed.connect(self._open)
        self.drawer = OutboxDrawer()
        self.drawer.acted.connect(self._act)
        self.set_body(_side_by_side(self.table, self.drawer), top=toolbar)

    def refresh(self) -> None:
        """Read all corrections anew."""
        desk = self.context.desk
        self.load(lambda: (list_corrections(desk), outbox_is_paused(desk)), self._put)

    def open_at(self, argument: object) -> None:
        """Show one correction, whatever tab it is in."""
        row = self._rows.get(str(argument))
        if row is not None:
            self.tabs.choose(next(key for key, states in TABS if row["state"] in states))
            self._fill()
            self.table.select_id(row["id"])

    def _put(self, found: tuple[list[dict[str, Any]], bool]) -> None:
        rows, self._is_paused = found
        words, icon = (tr("Send again"), "play") if self._is_paused else (tr("Pause all"), "pause")
        self.pause.put(words, icon=icon)
        self._rows = {row["id"]: row for row in rows}
        counts: dict[str, int | None] = {key: sum(row["state"] in states for row in rows) for key, states in TABS}
        self.tabs.set_counts(dict(counts))
        waiting = [row for row in rows if row["state"] in _UNSENT and row["route"] == "api"]
        self.send.put(tr("Send now {count}", count=len(waiting)) if waiting else tr("Send now"))
        self.send.setEnabled(bool(waiting) and not self._is_paused)
        self.send.setToolTip(tr("The Outbox is paused.") if self._is_paused else "")
        self._fill()

    def _fill(self) -> None:
        states = dict(TABS)[self.tabs.current_key]
        chosen = [row for row in self._rows.values() if row["state"] in states]
        chosen.sort(key=lambda row: (states.index(row["state"]), row["held_until"] or "", row["staged_at"]))
        before = self.table.current_id
        self.model.set_source(lambda: [row["id"] for row in chosen], lambda ids: {i: self._rows[i] for i in ids})
        if not chosen:
            self.drawer.hide()
            self._show_nothing()
            return
        self.stack.show_ready()
        self.table.select_id(before if before in {row["id"] for row in chosen} else chosen[0]["id"])
        if before == self.table.current_id:
            self._open(before)

    def _export_table(self) -> Callable[[], ExportTable]:
        tab = self.tabs.current_key
        rows = [row for row in self._rows.values() if row["state"] in dict(TABS)[tab]]
        parts = tr("State: {tab}.", tab=tab_words()[tab])
        columns = [*_columns(), Column(tr("Record"), lambda row: row["target_text"])]
        # Records by their number only; what changes in them stays inside.
        return lambda: table_of("outbox", tr("Outbox"), columns, rows, filters=parts, has_patients=True)

    def _show_nothing(self) -> None:
        if self.tabs.current_key == "open":
            self.stack.show_empty(
                "done", tr("Nothing is on its way"), tr("Decisions you make wait here until they are sent.")
            )
        else:
            back = Action(tr("Show what is open"), self._show_open)
            self.stack.show_empty("filter", tr("Nothing here"), tr("No correction is in this state."), [back])

    def _show_open(self) -> None:
        self.tabs.choose("open")
        self._fill()

    def _open(self, correction_id: object) -> None:
        row = self._rows.get(str(correction_id))
        if row is None:
            return
        desk = self.context.desk
        self.context.tasks.run(
            lambda: steps(desk, row["id"]), done=lambda way: self._show(row, way), failed=self.show_failure, owner=self
        )

    def _show(self, row: Mapping[str, Any], way: list[dict[str, Any]]) -> None:
        if row["id"] == self.table.current_id:
            self.drawer.put(row, way)
            self.drawer.show()

    def _pause(self) -> None:
        desk, is_on = self.context.desk, not self._is_paused
        said = tr("Paused. Nothing is sent until you let it.") if is_on else tr("What is due is sent again.")
        self.act(lambda: pause_outbox(desk, is_paused=is_on), lambda _none: self.context.shell.toast(said))

    def _send(self) -> None:
        desk, job = self.context.desk, Job(tr("Sending"))
        self.context.shell.follow(job)

        def work() -> Any:
            attend.send_now(desk, ())
            return push_now(desk, job=job)

        self.act(work, self._say_sent, lane="network", job=job)

    def _say_sent(self, result: Any) -> None:
        words = tr("Sent {sent}, checked {verified}.", sent=result.sent, verified=result.verified)
        if result.conflicts or result.failed:
            words = tr("{count} need you.", count=result.conflicts + result.failed)
        self.context.shell.toast(" ".join([words, *result.problems[:1]]))

    def _act(self, verb: str, correction_id: str) -> None:
        desk = self.context.desk
        if verb == "conflict":
            self.context.shell.go("conflict", correction_id)
            return
        works: dict[str, Callable[[], Changes[Any]]] = {
            "drop": lambda: attend.drop(desk, correction_id),
            "retry": lambda: attend.retry(desk, correction_id),
            "done": lambda: attend.done_by_hand(desk, correction_id),
            "undo": lambda: undo(desk, correction_id),
        }
        said = {
            "drop": tr("Taken back."),
            "retry": tr("It goes with the next sending."),
            "done": tr("The next pull checks it."),
            "undo": tr("A reversing correction is staged."),
        }
        if verb == "send":
            self.act(lambda: push_now(desk, only=(correction_id,)), self._say_sent, lane="network")
        else:
            self.act(works[verb], lambda _value: self.context.shell.toast(said[verb]))


def _columns() -> list[Column]:
    def badge(row: Mapping[str, Any]) -> tuple[str, str, str]:
        look = look_of(row["state"])
        return look.word, look.kind, look.icon

    return [
        Column(tr("State"), badge, "badge", width=128, spoken=lambda row: look_of(row["state"]).word),
        Column(tr("What"), what, "strong", stretch=1.2, tooltip=lambda row: row["target_text"]),
        Column(tr("Where"), lambda row: row["system"], width=92),
        Column(tr("Staged by"), lambda row: row["staged_by"], "muted", width=104),
        Column(tr("Held until"), lambda row: clock_time(row["held_until"]) or "—", width=84),
        Column(tr("Try"), lambda row: str(row["attempts"]) if row["attempts"] else "—", "number", width=40),
        Column(tr("Last answer"), lambda row: row["last_answer"] or "", "muted", stretch=1.0),
    ]


def _side_by_side(table: QWidget, drawer: QWidget) -> QWidget:
    body = QWidget()
    row = QHBoxLayout(body)
    margins(row, 0, 0, 0, 0)
    row.addWidget(table, 1)
    row.addWidget(drawer)
    return body


PAGE = Page("outbox", "Outbox", "paper-plane-tilt", 60, "see-work", OutboxPage, count="outbox")
