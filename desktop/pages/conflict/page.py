"""The Conflict page: corrections whose record changed meanwhile, three ways side by side, and the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.changes import Changes
from core.corrections import attend
from core.jobs import Job
from core.queries.conflicts import ConflictView, conflicts
from core.queries.status import Status, status
from core.security.roles import may
from core.usecases.deciding import add_note
from core.usecases.sending import push_now
from desktop import a11y
from desktop.keys import key_of
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.pages.conflict.head import ConflictHead
from desktop.pages.conflict.other import OtherRow
from desktop.pages.conflict.settling import OTHER, Settling, field_words
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button
from desktop.widgets.compare_table import CompareTable
from desktop.widgets.hint_line import HintLine
from desktop.widgets.label import Label
from desktop.widgets.notice import Action
from desktop.widgets.queue_list import QueueList
from desktop.widgets.queue_model import QueueRow
from desktop.widgets.side_pane import SidePane
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr
from desktop.words.moments import clock_time


class ConflictPage(BasePage):
    """The list stands at the left only where more than one waits."""

    areas = frozenset({"outbox"})
    help_id = "conflict"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "conflict_page")
        self._views: dict[str, ConflictView] = {}
        self._choices: dict[str, Settling] = {}
        self._wanted = ""
        role = context.desk.role
        self._may_settle = may(role, "decide-pairs" if role == "front-desk" else "decide-charges")
        self.head = ConflictHead()
        self.list = QueueList("conflict_list", tr("Corrections in conflict"))
        words = tr("When you decided, your correction, and how it is there now")
        self.table = CompareTable("conflict_table", words, row_height=44, field=120, result=276)
        self.other = OtherRow()
        self.hint = HintLine("conflict_hint")
        self.hint.put(
            tr("The record is read once more right before sending. If it changes again, nothing is sent and this page "
               "comes back."), "shield-check",
        )  # fmt: skip
        self.set_body(self._body(self._make_bar()))
        self._bind()

    def _make_bar(self) -> ActionBar:
        self.drop = Button(tr("Drop my correction"), "conflict_drop_button", is_decision=True)
        self.later = Button(tr("Decide later"), "conflict_later_button", key="U", is_decision=True)
        self.left_label = Label("", "body", "muted")
        self.left_label.setObjectName("conflict_left_label")
        self.send = Button(tr("Send the result"), "conflict_send_button", kind="primary", is_decision=True)
        bar = ActionBar("conflict_action_bar")
        bar.add_left(self.drop, self.later)
        bar.add_right(self.left_label, self.send)
        return bar

    def _body(self, bar: ActionBar) -> QWidget:
        self.side = SidePane("conflict_side", width=264)
        column = QVBoxLayout(self.side)
        margins(column, 0, 12, 1, 0)
        column.addWidget(self.list)
        whole, right = QWidget(), QWidget()
        set_ground(right, "surface")
        right.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = QVBoxLayout(right)
        margins(inner, 0, 0, 0, 0)
        for part, share in ((self.head, 0), (self.table, 1), (self.other, 0), (self.hint, 0), (bar, 0)):
            inner.addWidget(part, share)
        row = QHBoxLayout(whole)
        margins(row, 0, 0, 0, 0)
        row.addWidget(self.side)
        row.addWidget(right, 1)
        return whole

    def _bind(self) -> None:
        self.head.back.clicked.connect(lambda: self.context.shell.go("outbox"))
        self.list.current_changed.connect(self._show)
        self.list.opened.connect(lambda _key: self.table.setFocus())
        self.table.option_picked.connect(self._choose)
        self.other.given.connect(self._take_typed)
        self.other.left.connect(self.table.setFocus)
        self.drop.clicked.connect(self._drop)
        self.later.clicked.connect(self._later)
        self.send.clicked.connect(self._send)
        acts: tuple[tuple[str, str, Callable[[], Any]], ...] = (
            ("next", key_of("next"), self.list.select_next),
            ("previous", key_of("previous"), self.list.select_previous),
            ("later", key_of("unsure"), self._later),
        )
        for name, key, run in acts:
            action = QAction(self)
            action.setObjectName(f"act_{name}")
            action.setShortcut(QKeySequence(key))
            action.setAutoRepeat(False)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _on=False, run=run: run())
            self.list.addAction(action)
            self.table.addAction(action)
        a11y.set_tab_order(
            self.head.back, self.list, self.table, self.other.edit, self.other.why, self.other.button, self.drop,
            self.later, self.send,
        )  # fmt: skip

    def panes(self) -> Sequence[QWidget]:
        """List and comparison."""
        return (self.list, self.table) if self.side.isVisible() else (self.table,)

    # Reading.

    def refresh(self) -> None:
        """Read what is in conflict anew; choices made so far stay as long as the conflict is the same."""
        desk = self.context.desk
        self.load(lambda: (conflicts(desk), status(desk)), self._put, tr("Reading the conflicts..."))

    def open_at(self, argument: object) -> None:
        """Show one correction by its id."""
        self._wanted = str(argument)
        self.refresh()

    def _put(self, found: tuple[list[ConflictView], Status]) -> None:
        views, state = found
        self._views = {view.id: view for view in views}
        self._choices = {key: kept for key, kept in self._choices.items() if self._views.get(key) == kept.view}
        self._put_offline(state)
        self.side.setVisible(len(views) > 1)
        wanted, self._wanted = self._wanted, ""
        self.list.set_rows([_row(view) for view in views], current=wanted)
        if not views:
            self.progressed.emit(0, 0)
            back = Action(tr("Open the Outbox"), lambda: self.context.shell.go("outbox"), name="conflict_outbox_button")
            words = tr("A conflict appears when a record changes in the other system after you decided.")
            self.stack.show_empty("done", tr("Nothing is in conflict"), words, [back])
            return
        self._show(self.list.current_key)

    def _put_offline(self, state: Status) -> None:
        is_off = bool(state.connections) and all(one.outcome == "failed" for one in state.connections)
        words = tr("Working offline. You can choose now; the result is sent when the connection is back.")
        self.stack.set_offline(words if is_off else "")

    @property
    def current(self) -> Settling | None:
        """The conflict at hand with what is chosen so far."""
        view = self._views.get(self.list.current_key)
        return None if view is None else self._choices.setdefault(view.id, Settling(view))

    def _show(self, _key: str) -> None:
        settling = self.current
        if settling is None:
            return
        self.other.hide()
        self.head.put(settling.view)
        before = self.table.current_key
        self.table.put(settling.heads(), settling.rows(), settling.folds(), current=before)
        self._put_left()

    def _put_left(self) -> None:
        settling = self.current
        if settling is None:
            return
        total, left = len(settling.view.fields), settling.left
        words = tr("{left} of {total} rows still to choose", left=left, total=total) if left else ""
        self.left_label.put(words)
        self.send.setEnabled(not left and self._may_settle)
        self.send.put(tr("Keep theirs, send nothing") if settling.is_all_theirs else tr("Send the result"))
        self.drop.setEnabled(self._may_settle)
        at = list(self._views).index(settling.view.id)
        self.progressed.emit(at + 1, len(self._views))

    # Choosing.

    def _choose(self, field: str, option: int) -> None:
        settling = self.current
        if settling is None:
            return
        if option == OTHER:
            found = next(one for one in settling.view.fields if one.field == field)
            self.other.ask(field, settling.typed.get(field, found.mine))
            return
        settling.choose(field, option)
        self.table.replace(settling.row_of(field))
        self._put_left()

    def _take_typed(self, field: str, value: str, reason: str) -> None:
        settling = self.current
        if settling is not None:
            settling.type(field, value, reason)
            self.table.replace(settling.row_of(field))
            self._put_left()
            self.table.setFocus()

    # Settling.

    def _send(self) -> None:
        settling = self.current
        if settling is None or settling.left or not self._may_settle:
            return
        desk, view, job = self.context.desk, settling.view, Job(tr("Sending"))
        picks, typed = dict(settling.picks), dict(settling.typed)
        note = " ".join(
            tr("{field}, typed: {reason}", field=field_words(field), reason=reason)
            for field, reason in settling.reasons.items()
        )
        self.send.setEnabled(False)
        self.context.shell.follow(job)

        def work() -> Changes[Any]:
            settled = attend.resolve(desk, view.id, picks, typed)
            areas = settled.areas
            if note:
                areas |= add_note(desk, view.finding, note).areas
            if settled.value != "queued" or not may(desk.role, "send"):
                return Changes(areas, settled.value)
            sent = push_now(desk, only=(view.id,), job=job)
            return Changes(areas | sent.areas, sent.value)

        def failed(error: BaseException) -> None:
            self.context.shell.toast(words_of(error).sentence())
            # It may be settled though it could not be sent.
            self.refresh()

        self.act(work, self._say, lane="network", job=job, failed=failed)

    def _say(self, result: Any) -> None:
        if result == "dropped":
            words = tr("Their values stay. Nothing was sent.")
        elif result == "awaiting-approval":
            words = tr("Settled. It waits for a second person, who had agreed to something else.")
        elif result == "queued":
            words = tr("Settled. It goes with the next sending.")
        elif result.verified:
            words = tr("Sent, and checked in the other system.")
        elif result.conflicts:
            words = tr("It changed there again. Nothing was sent.")
        else:
            words = " ".join([tr("Settled. It waits in the Outbox."), *result.problems[:1]])
        self.context.shell.toast(words)

    def _drop(self) -> None:
        settling = self.current
        if settling is not None and self._may_settle:
            desk, key = self.context.desk, settling.view.id
            said = tr("Dropped. Nothing was changed there; the finding is open again.")
            self.act(lambda: attend.drop(desk, key), lambda _none: self.context.shell.toast(said))

    def _later(self) -> None:
        if not self.list.select_next():
            self.context.shell.go("outbox")


def _row(view: ConflictView) -> QueueRow:
    fields = ", ".join(field_words(found.field).lower() for found in view.fields)
    return QueueRow(
        key=view.id,
        title=f"{view.system} {view.number}",
        facts=f"{fields} · {clock_time(view.decided_at)}",
        icon="git-fork",
    )


PAGE = Page("conflict", "Conflict", "git-fork", 65, "see-patients", ConflictPage, group="hidden", count="conflicts")
