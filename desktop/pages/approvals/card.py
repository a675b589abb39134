"""The card of one decision: why a second person is asked, what changes, notes, and the acts."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.queries.approvals import Approval
from desktop.keys import key_of as key_of_act
from desktop.pages.approvals.head import ApprovalHead
from desktop.pages.approvals.words import asked_words, folds, heads, key_of, line_of, notes_words, rows
from desktop.pages.approvals.writing import WritingRow
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button, IconButton
from desktop.widgets.compare_table import CompareTable
from desktop.widgets.hint_line import HintLine
from desktop.widgets.label import Label
from desktop.widgets.reason_card import ReasonCard
from desktop.widgets.stop_card import StopCard
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.words import tr

REVEAL_MS = 10_000


class ApprovalCard(Themed, QWidget):
    """`approved`, `sent_back(reason)`, `noted(text)`, `opened`, and `revealed(row key, "" to hide)`."""

    approved = Signal()
    sent_back = Signal(str)
    noted = Signal(str)
    opened = Signal()
    revealed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        set_ground(self, "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.card: Approval | None = None
        self._shown = ""
        self.head = ApprovalHead()
        self.reason = ReasonCard("approvals_reason")
        self.stop = StopCard("approvals_stop")
        words = tr("What would change, before and after")
        self.table = CompareTable("approvals_table", words, row_height=36, field=250, result=0)
        self.hint = HintLine("approvals_hint")
        self.eye = IconButton("eye", tr("Show the hidden value for 10 seconds"), "approvals_reveal_button")
        self.hint.add(self.eye)
        self.notes = Label("", "body", is_wrapped=True)
        self.notes.setObjectName("approvals_notes_label")
        self.notes_head = Label(tr("Notes"), "helper_medium", "muted")
        self.back = WritingRow("back", tr("Send back, because"), tr("What has to be looked at again"), tr("Send back"))
        self.note = WritingRow("note", tr("Note"), tr("For whoever looks at this next"), tr("Add"))
        column = QVBoxLayout(self)
        margins(column, 0, 0, 0, 0)
        column.addWidget(self._make_content(), 1)
        for part in (self.back, self.note, self._make_bar()):
            column.addWidget(part)
        self._hiding = QTimer(self)
        self._hiding.setSingleShot(True)
        self._hiding.timeout.connect(lambda: self.revealed.emit(""))
        self._bind()

    def _make_content(self) -> QScrollArea:
        """What is read, as high as it is; under large type it scrolls above the acts."""
        content = QWidget()
        set_ground(content, "surface")
        column = QVBoxLayout(content)
        margins(column, 0, 0, 0, 0)
        column.addWidget(self.head)
        column.addLayout(_inset(self.reason, 12, 8))
        column.addLayout(_inset(self.stop, 0, 8))
        column.addWidget(self.table)
        column.addLayout(_inset(self.notes_head, 12, 0))
        column.addLayout(_inset(self.notes, 2, 8))
        column.addStretch(1)
        column.addWidget(self.hint)
        area = QScrollArea()
        area.setObjectName("approvals_content")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def put(self, card: Approval, *, may_approve: bool, hold_minutes: int) -> None:
        """Show a decision; what is being written stays as long as it is the same one."""
        is_other = self.card is None or self.card.decision != card.decision
        self.card, self._shown = card, ""
        if is_other:
            self.back.hide()
            self.note.hide()
        self.head.put(card)
        self.reason.put(*asked_words(card))
        self.stop.setVisible(bool(card.stops))
        if card.stops:
            self.stop.put(" ".join(card.stops))
        current = "" if is_other else self.table.current_key
        self.table.put(heads(card), rows(card), folds(card), current=current)
        self.table.setColumnHidden(self.table.compare.result_column, True)
        self._fit_table()
        self.notes.put(notes_words(card))
        for part in (self.notes_head, self.notes):
            part.setVisible(bool(card.notes))
        can = may_approve and not card.is_own
        self.approve.setEnabled(can)
        self.send_back.setEnabled(can)
        if card.is_own:
            self.approve.put(tr("You cannot approve your own"), key="")
        else:
            self.approve.put(tr("Approve"), key=key_of_act("approve"))
        self.open.put(tr("Open the pair") if card.is_pair else tr("Open in the Outbox"))
        self.hint.put(*_hint(card, hold_minutes))
        self._show_eye()

    def show_revealed(self, key: str, values: tuple[str, str]) -> None:
        """Show the whole values of one row, or hide them again with an empty key."""
        if self.card is None:
            return
        before, self._shown = self._shown, key
        made = {row.key: row for row in rows(self.card, (key, values))}
        for one in {before, key} & set(made):
            self.table.replace(made[one])

    def ask_back(self) -> None:
        """Ask why it is sent back."""
        if self.send_back.isEnabled():
            self.note.hide()
            self.back.ask()

    def ask_note(self) -> None:
        """Ask for a note."""
        self.back.hide()
        self.note.ask()

    def _make_bar(self) -> ActionBar:
        self.send_back = Button(tr("Send back"), "approvals_send_back_button", key="B", is_decision=True)
        self.write = Button(tr("Note"), "approvals_write_button", key="N")
        self.open = Button(tr("Open the pair"), "approvals_open_button")
        self.approve = Button(tr("Approve"), "approvals_approve_button", kind="primary", key="A", is_decision=True)
        bar = ActionBar("approvals_action_bar")
        bar.add_left(self.send_back, self.write, self.open)
        bar.add_right(self.approve)
        return bar

    def _bind(self) -> None:
        self.approve.clicked.connect(self.approved)
        self.send_back.clicked.connect(self.ask_back)
        self.write.clicked.connect(self.ask_note)
        self.open.clicked.connect(self.opened)
        self.back.given.connect(self.sent_back)
        self.note.given.connect(self.noted)
        for row in (self.back, self.note):
            row.left.connect(self.table.setFocus)
        self.table.row_changed.connect(lambda _key: self._show_eye())
        self.table.fold_toggled.connect(lambda _key, _is_open: self._fit_table())
        self.table.reveal_changed.connect(lambda key, is_held: self.revealed.emit(key if is_held else ""))
        self.eye.clicked.connect(self._reveal_a_while)

    def restyle(self) -> None:
        """Rows of another height."""
        self._fit_table()

    def _fit_table(self) -> None:
        """As high as its rows: the page scrolls, not the table in it."""
        table = self.table
        rows_high = sum(table.rowHeight(place) for place in range(table.compare.rowCount()))
        table.setFixedHeight(table.horizontalHeader().sizeHint().height() + rows_high + 2)

    def _show_eye(self) -> None:
        line = line_of(self.card, self.table.current_key) if self.card is not None else None
        self.eye.setVisible(line is not None and line.is_masked)

    def _reveal_a_while(self) -> None:
        line = line_of(self.card, self.table.current_key) if self.card is not None else None
        if line is not None and line.is_masked:
            self.revealed.emit(key_of(line))
            self._hiding.start(REVEAL_MS)


def _hint(card: Approval, hold_minutes: int) -> tuple[str, str]:
    if card.is_own:
        return tr("You staged this. Somebody else looks at it; until then it can be taken back in the Outbox."), "clock"
    if not hold_minutes:
        return tr("After A it is sent with the next sending. After B the finding is in its queue again."), "clock"
    words = tr(
        "After A it is held {minutes} minutes, then sent. After B the finding is in its queue again.",
        minutes=hold_minutes,
    )
    return words, "clock"


def _inset(part: QWidget, top: int, bottom: int) -> QHBoxLayout:
    frame = QHBoxLayout()
    margins(frame, 16, top, 16, bottom)
    frame.addWidget(part)
    return frame
