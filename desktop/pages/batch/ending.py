"""After the check: what it says, staging, and the second person's yes or no."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.queries.batch import UnderWay
from desktop.pages.batch.words import pairs_words, promise, rules_words
from desktop.widgets.button import Button
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.search_field import Field
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr
from desktop.words.moments import clock_time


class EndingPart(QWidget):
    """`staged()`, `approved()`, `given_up(reason)`."""

    staged = Signal()
    approved = Signal()
    given_up = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("batch_ending")
        set_ground(self, "canvas")
        self.title = Label("", "section", is_wrapped=True)
        self.rules = Label("", "body", "muted", is_wrapped=True)
        self.words = Label("", "body", is_wrapped=True)
        self.who = Label("", "helper", "muted", is_wrapped=True)
        self.stage = Button(tr("Stage for a second person"), "batch_stage_button", kind="primary")
        self.approve = Button(tr("Approve"), "batch_approve_button", kind="primary")
        self.reason = QLineEdit()
        self.reason_field = Field(tr("Why it goes back"), self.reason, "batch_back_edit")
        self.back = Button(tr("Send all of them back"), "batch_back_button")
        self.stop = Button(tr("Give this batch up"), "batch_give_up_button")
        card = Card("batch_ending_card", spacing=12)
        for part in (self.title, self.rules, self.words, self.who, self.reason_field):
            card.body.addWidget(part)
        row = QHBoxLayout()
        margins(row, 0, 0, 0, 0, 8)
        for button in (self.stage, self.approve, self.back, self.stop):
            row.addWidget(button)
        row.addStretch(1)
        card.body.addLayout(row)
        column = QVBoxLayout(self)
        margins(column, 24, 16, 24, 24, 16)
        column.addWidget(card)
        column.addStretch(1)
        self.stage.clicked.connect(self.staged)
        self.approve.clicked.connect(self.approved)
        self.back.clicked.connect(lambda: self.given_up.emit(self.reason.text().strip()))
        self.stop.clicked.connect(lambda: self.given_up.emit(""))

    def put(self, batch: UnderWay, *, may_approve: bool) -> None:
        """Show a batch whose check is done, or that waits for a second person."""
        is_waiting = batch.state == "waiting"
        count = pairs_words(batch.pairs)
        is_second = is_waiting and may_approve and not batch.is_own
        self.title.put(
            tr("{pairs} wait for a second person", pairs=count) if is_waiting else tr("No wrong pair in the sample")
        )
        self.rules.put(rules_words(batch.rules))
        self.words.put(promise(batch))
        asks = tr("Checked by {who}, {when}.", who=batch.made_by, when=clock_time(batch.made_at))
        own = tr("Nobody approves their own batch: an approver is asked.") if is_waiting and batch.is_own else ""
        self.who.put(" ".join(part for part in (asks, own) if part))
        self.stage.put(tr("Stage {pairs} for a second person", pairs=count))
        self.approve.put(tr("Approve {pairs}", pairs=count))
        self.stage.setVisible(not is_waiting and batch.is_own)
        self.stop.setVisible(not is_waiting and batch.is_own)
        for part in (self.approve, self.back, self.reason_field):
            part.setVisible(is_second)
        self.back.setEnabled(True)
        self.stage.setEnabled(True)
