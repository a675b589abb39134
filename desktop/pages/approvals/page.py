"""The Approvals page: the list at the left, the card of one decision at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.queries.approvals import Approval, approvals, reveal_change
from core.queries.settings import hold_minutes
from core.queries.status import Status, status
from core.security.roles import may
from core.usecases.approving import approve, send_back, withdraw
from core.usecases.deciding import add_note
from desktop import a11y
from desktop.keys import key_of
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.pages.approvals.card import ApprovalCard
from desktop.pages.approvals.words import line_of, queue_row
from desktop.theme import px
from desktop.widgets.notice import Action
from desktop.widgets.queue_list import QueueList
from desktop.widgets.side_pane import SidePane
from desktop.widgets.themed import margins
from desktop.words import tr

SIDE = 296
"""Width of the list in px at 100 %."""


class ApprovalsPage(BasePage):
    """The oldest stands on top. Whoever may not approve reads along and writes notes."""

    areas = frozenset({"outbox", "findings", "settings"})
    help_id = "approvals"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "approvals_page")
        self._cards: dict[str, Approval] = {}
        self._wanted = self._revealing = ""
        self._hold_minutes = 0
        self._may_approve = may(context.desk.role, "approve")
        self.list = QueueList("approvals_list", tr("Decisions that wait for a second person"))
        self.card = ApprovalCard()
        self.main = self.list
        self.set_body(self._body())
        self._bind()

    def _body(self) -> QWidget:
        self.side = SidePane("approvals_side", width=SIDE)
        column = QVBoxLayout(self.side)
        margins(column, 0, 12, 1, 0)
        column.addWidget(self.list)
        whole = QWidget()
        row = QHBoxLayout(whole)
        margins(row, 0, 0, 0, 0)
        row.addWidget(self.side)
        row.addWidget(self.card, 1)
        return whole

    def _bind(self) -> None:
        self.list.current_changed.connect(self._show)
        self.list.opened.connect(lambda _key: self.card.table.setFocus())
        self.card.approved.connect(self._approve)
        self.card.sent_back.connect(self._send_back)
        self.card.noted.connect(self._note)
        self.card.opened.connect(self._open)
        self.card.revealed.connect(self._reveal)
        acts: tuple[tuple[str, str, str, Callable[[], Any]], ...] = (
            ("next", key_of("next"), tr("Next item"), self.list.select_next),
            ("previous", key_of("previous"), tr("Previous item"), self.list.select_previous),
            ("approve", key_of("approve"), tr("Approve"), self._approve),
            ("send_back", key_of("send_back"), tr("Send back"), self.card.ask_back),
            ("note", key_of("note"), tr("Write a note"), self.card.ask_note),
        )
        for name, key, words, run in acts:
            action = QAction(words, self)
            action.setObjectName(f"act_{name}")
            action.setShortcut(QKeySequence(key))
            action.setAutoRepeat(False)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _on=False, run=run: run())
            self.list.addAction(action)
            self.card.table.addAction(action)
        card = self.card
        a11y.set_tab_order(
            self.list, card.table, card.eye, card.back.edit, card.back.button, card.note.edit, card.note.button,
            card.send_back, card.write, card.open, card.approve,
        )  # fmt: skip

    def panes(self) -> Sequence[QWidget]:
        """List and comparison."""
        return (self.list, self.card.table)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Large type leaves the card the greater part."""
        super().resizeEvent(event)
        self.side.set_width(min(SIDE, round(self.width() * 0.3 / px(100) * 100)))

    # Reading.

    def refresh(self) -> None:
        """Read what waits anew."""
        desk = self.context.desk
        self.load(lambda: (approvals(desk), hold_minutes(desk), status(desk)), self._put, tr("Reading what waits..."))

    def open_at(self, argument: object) -> None:
        """Show one decision by its id."""
        self._wanted = str(argument)
        self.refresh()

    def _put(self, found: tuple[list[Approval], int, Status]) -> None:
        cards, self._hold_minutes, state = found
        self._cards = {card.decision: card for card in cards}
        wanted, self._wanted = self._wanted, ""
        self.list.set_rows([queue_row(card) for card in cards], current=wanted)
        self._put_line(state)
        if not cards:
            self.stack.show_empty(
                "done",
                tr("Nothing waits for a second person"),
                tr("The settings say which decisions a second person has to agree to."),
                [Action(tr("Open the settings"), lambda: self.context.shell.go("settings", "holds"),
                        name="approvals_settings_button")],
            )  # fmt: skip
            return
        self._show(self.list.current_key)

    def _put_line(self, state: Status) -> None:
        self.stack.set_offline(
            tr("Working offline. What you approve now is sent when the connection is back.") if state.is_offline else ""
        )
        if not state.is_offline and not self._may_approve:
            self.stack.set_read_only(tr("An approver agrees or sends back. You can read along and write notes."))

    @property
    def current(self) -> Approval | None:
        """The decision at hand."""
        return self._cards.get(self.list.current_key)

    def _show(self, _key: str) -> None:
        card = self.current
        if card is not None:
            self._revealing = ""
            self.card.put(card, may_approve=self._may_approve, hold_minutes=self._hold_minutes)

    def _next_of(self, decision: str) -> str:
        keys = list(self._cards)
        place = keys.index(decision)
        return next(iter(keys[place + 1 :] + keys[:place][::-1]), "")

    # Acting.

    def _approve(self) -> None:
        card, desk = self.current, self.context.desk
        if card is None or not self.card.approve.isEnabled():
            return
        self.card.approve.setEnabled(False)
        self._wanted = self._next_of(card.decision)
        decision, shell = card.decision, self.context.shell

        def take_back() -> None:
            self._wanted = decision
            self.act(lambda: withdraw(desk, decision), lambda _count: shell.toast(tr("It waits again.")))

        def said(_count: int) -> None:
            words = tr("Approved. It is held {minutes} minutes.", minutes=self._hold_minutes)
            if self._hold_minutes:
                shell.toast(words, take_back)
            else:
                shell.toast(tr("Approved. It goes with the next sending."))

        self.act(lambda: approve(desk, decision), said, failed=self._failed)

    def _send_back(self, reason: str) -> None:
        card, desk = self.current, self.context.desk
        if card is None or not self.card.send_back.isEnabled():
            return
        self.card.send_back.setEnabled(False)
        self._wanted = self._next_of(card.decision)
        decision = card.decision
        said = tr("Sent back. The finding is in its queue again, with your reason.")

        def done(_none: None) -> None:
            self.card.back.hide()
            self.list.setFocus()
            self.context.shell.toast(said)

        self.act(lambda: send_back(desk, decision, reason), done, failed=self._failed)

    def _note(self, text: str) -> None:
        card, desk = self.current, self.context.desk
        if card is None:
            return
        finding = card.finding

        def done(_none: None) -> None:
            self.card.note.hide()
            self.list.setFocus()
            self.context.shell.toast(tr("The note is kept."))

        self.act(lambda: add_note(desk, finding, text), done)

    def _open(self) -> None:
        card = self.current
        if card is not None:
            page, item = ("patients", card.finding) if card.is_pair else ("outbox", card.corrections[0])
            self.context.shell.go(page, item)

    def _reveal(self, key: str) -> None:
        card, desk = self.current, self.context.desk
        self._revealing = key
        line = line_of(card, key) if card is not None else None
        if line is None:
            self.card.show_revealed("", ("", ""))
            return

        def put(values: tuple[str, str]) -> None:
            # Let go of before the answer came, or another decision is shown: nothing is.
            if self._revealing == key and self.current is not None and self.current.decision == shown:
                self.card.show_revealed(key, values)

        shown = card.decision if card is not None else ""
        self.act(lambda: reveal_change(desk, line.correction, line.field), put)

    def _failed(self, error: BaseException) -> None:
        self.context.shell.toast(words_of(error).sentence())
        self.refresh()


PAGE = Page("approvals", "Approvals", "check-square", 50, "see-patients", ApprovalsPage, count="approvals")
