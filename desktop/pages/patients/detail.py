"""The middle of the review page: reason, comparison, stop sign, and the bar that decides."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.queries.pair import PairView
from core.usecases.asking import roles_to_ask
from desktop.pages.patients.asking import ApartRow, AskRow, QuestionRow, WhyRow
from desktop.pages.patients.choices import Choices
from desktop.pages.patients.talk import Talk
from desktop.pages.patients.words import answer_words, record_name
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button, IconButton
from desktop.widgets.compare_table import CompareTable
from desktop.widgets.hint_line import HintLine
from desktop.widgets.pick import Pick
from desktop.widgets.reason_card import ReasonCard
from desktop.widgets.stop_card import StopCard
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr
from desktop.words.moments import clock_time

REVEAL_MS = 10_000


class PairPanel(QWidget):
    """`decided(answer, reason)` after every question is answered; the page checks the guards."""

    decided = Signal(str, str)
    asked = Signal(str, str)  # role, question
    answered = Signal(str)
    withdrawn = Signal()
    reopened = Signal()
    revealed = Signal(str)  # field to show whole, "" to hide
    keep_changed = Signal()
    asking_changed = Signal(bool)  # whether a question stands above the bar

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices: Choices | None = None
        self._rest_hint = ("", "clock")
        self._can_decide = True
        self._is_tight = self._was_asking = self._is_narrow = False
        set_ground(self, "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.reason = ReasonCard("patients_reason")
        self.table = CompareTable("patients_compare_table", tr("Records side by side"))
        self.hint = HintLine("patients_hint")
        self.eye = IconButton("eye", tr("Show the hidden value for 10 seconds"), "patients_reveal_button")
        self.hint.add(self.eye)
        self.stop = StopCard("patients_stop", action=tr("Ask an approver"))
        self.why = WhyRow()
        self.apart_row = ApartRow()
        self.ask_row = AskRow(roles_to_ask())
        self.question = QuestionRow()
        self.bar = self._make_bar()
        self._column = QVBoxLayout(self)
        margins(self._column, 0, 0, 0, 0)
        self._framed: list[QHBoxLayout] = []
        self._column.addLayout(self._frame(self.reason, 12, 8))
        self._column.addWidget(self.table, 1)
        self._column.addWidget(self.hint)
        for part in (self.question, self.stop, self.why, self.apart_row, self.ask_row):
            self._column.addLayout(self._frame(part, 0, 10))
            part.hide()
        self._column.addWidget(self.bar)
        self._hiding = _single_shot(self, lambda: self.revealed.emit(""))
        self._calming = _single_shot(self, lambda: self.hint.put(*self._rest_hint))
        self._bind()

    def _frame(self, part: QWidget, top: int, bottom: int) -> QHBoxLayout:
        frame = QHBoxLayout()
        margins(frame, 16, top, 16, bottom)
        frame.addWidget(part)
        part.installEventFilter(self)
        self._framed.append(frame)
        # A frame takes no room while its part is hidden.
        frame.setProperty("room", (top, bottom))
        if part is not self.reason:
            frame.setContentsMargins(0, 0, 0, 0)
        return frame

    def _make_bar(self) -> ActionBar:
        self.apart = Button(tr("Keep apart"), "patients_apart_button", key="D", is_decision=True)
        self.unsure = Button(tr("Not sure"), "patients_unsure_button", key="U", is_decision=True)
        self.ask = Button(tr("Ask"), "patients_ask_button", key="E")
        self.keep = Pick(tr("Keep"), [], "patients_keep_combo", size="main", is_strong=True)
        self.merge = Button(tr("Same person"), "patients_merge_button", kind="primary", key="M", is_decision=True)
        self.reopen = Button(tr("Take it back"), "patients_reopen_button", icon="arrow-counter-clockwise")
        self.reopen.hide()
        bar = ActionBar("patients_action_bar")
        bar.add_left(self.apart, self.unsure, self.ask, self.reopen)
        bar.add_right(self.keep, self.merge)
        return bar

    def _bind(self) -> None:
        self.merge.clicked.connect(self.ask_same)
        self.apart.clicked.connect(self.ask_apart)
        self.unsure.clicked.connect(lambda: self.decided.emit("not-sure", ""))
        self.reopen.clicked.connect(self.reopened)
        self.keep.picked.connect(lambda key: self._set_keep(int(key)))
        self.table.side_picked.connect(self._pick)
        self.table.both_kept.connect(self._keep_both)
        self.table.member_toggled.connect(self._toggle)
        self.table.row_changed.connect(lambda _key: self._show_eye())
        self.table.reveal_changed.connect(lambda key, is_held: self.revealed.emit(key if is_held else ""))
        self.table.installEventFilter(self)
        self.eye.clicked.connect(self._reveal_a_while)
        self.why.given.connect(lambda reason: self.decided.emit("same-person", reason))
        self.apart_row.given.connect(lambda reason: self.decided.emit("different-people", reason))
        self.ask.clicked.connect(lambda _on=False: self.ask_colleague())
        self.stop.acted.connect(lambda: self.ask_colleague("approver"))
        self.ask_row.asked.connect(self.asked)
        self.question.answered.connect(self.answered)
        self.question.withdrawn.connect(self.withdrawn)
        for row in (self.why, self.apart_row, self.ask_row, self.question):
            row.left.connect(self.table.setFocus)

    # What is shown.

    def put(self, choices: Choices, talk: Talk, *, hold_minutes: int, needs_approval: bool, can_decide: bool) -> None:
        """Show a pair with what is chosen so far, and what colleagues said about it."""
        self.choices = choices
        self._can_decide = can_decide
        view = choices.view
        self.reason.put(_reason(view), view.check)
        self._close_questions()
        self.question.put(talk.words, can_answer=talk.can_answer, can_withdraw=talk.can_withdraw)
        self.table.put(choices.heads(), choices.rows())
        is_open = view.status == "open"
        is_asked = view.question is not None and not view.question.answer
        self.ask.setVisible(is_open and not is_asked)
        self.ask.setEnabled(can_decide)
        self.stop.action.setVisible(can_decide and not is_asked)
        for part in (self.apart, self.unsure, self.keep, self.merge):
            part.setVisible(is_open)
            part.setEnabled(can_decide)
        self.reopen.setVisible(not is_open and view.decided is not None)
        self.reopen.setEnabled(can_decide)
        self._rest_hint = _hint(view, hold_minutes, needs_approval=needs_approval)
        self.hint.put(*self._rest_hint)
        self._put_bar()
        self._show_eye()

    def _put_bar(self) -> None:
        choices = self.choices
        if choices is None:
            return
        options = [(str(p), choices.view.records[p].letter) for p in choices.members]
        self.keep.set_options(options, str(choices.keep))
        self.keep.setToolTip(tr("{record}: {why}", record=record_name(choices.kept), why=_keep_words(choices)))
        stops = choices.stops
        self.stop.put(" ".join(stops), _stop_detail())
        self.stop.setVisible(bool(stops) and choices.view.status == "open")
        if choices.is_stopped:
            words = tr("Same, needs a reason") if self._is_narrow else tr("Same person, needs a reason")
            self.merge.put(words, icon="lock-simple", kind="plain")
            self.apart.put(tr("Keep apart"), kind="primary")
        else:
            self.merge.put(tr("Same person, keep {letter}", letter=choices.kept.letter), icon="", kind="primary")
            self.apart.put(tr("Keep apart"), kind="plain")

    def _put_rows(self) -> None:
        if self.choices is not None:
            self.table.put(self.choices.heads(), self.choices.rows(), current=self.table.current_key)
            self._put_bar()
            self.keep_changed.emit()

    def say(self, text: str, icon: str = "info", *, is_flash: bool = False) -> None:
        """A quiet line for a moment, in place of the resting one; a flash makes it catch the eye."""
        self.hint.put(text, icon, is_loud=is_flash)
        self._calming.start(2_500)

    def set_measures(self, *, is_wide: bool, has_drawer: bool, is_tight: bool) -> None:
        """Column widths by the room there is; where it is tight, what can be spared gives way to the table."""
        self._is_tight, self._is_narrow = is_tight, has_drawer and not is_wide
        self._put_bar()
        self.hint.setVisible(not is_tight)
        self._spare()
        if is_wide:
            self.table.set_measures(field=132, result=190)
        else:
            self.table.set_measures(field=96 if has_drawer else 124, result=124 if has_drawer else 170)

    def show_revealed(self, field: str, values: tuple[str, ...]) -> None:
        """Show whole values of a field, or hide them again with an empty field."""
        if self.choices is None:
            return
        before = self.choices.revealed[0]
        self.choices.revealed = (field, values)
        for name in filter(None, (before, field)):
            self.table.replace(self.choices.row_of(name))

    # What is chosen.

    def switch_keep(self) -> None:
        """Keep the other record."""
        if self.choices is not None and self._is_open:
            self.choices.switch()
            self._put_rows()

    def _set_keep(self, place: int) -> None:
        if self.choices is not None:
            self.choices.set_keep(place)
            self._put_rows()

    def _pick(self, field: str, place: int) -> None:
        if self.choices is not None and self._is_open and self.choices.pick(field, place):
            self.table.replace(self.choices.row_of(field))

    def _keep_both(self, field: str) -> None:
        if self.choices is not None and self._is_open and self.choices.keep_both(field):
            self.table.replace(self.choices.row_of(field))

    def _toggle(self, place: int) -> None:
        if self.choices is None or not self._is_open:
            return
        if self.choices.toggle(place):
            self._put_rows()
        else:
            self.say(tr("One person needs at least two records. Keep them apart instead."))

    @property
    def _is_open(self) -> bool:
        return self.choices is not None and self.choices.view.status == "open" and self._can_decide

    # What is asked before a decision.

    def ask_same(self) -> None:
        """Same person: at once, or after a written reason where a stop sign stands."""
        if self.choices is None or not self._is_open:
            return
        if self.choices.is_stopped:
            self._close_questions()
            self.why.ask(self.choices.kept.letter)
        else:
            self.decided.emit("same-person", "")

    def ask_apart(self) -> None:
        """Keep apart: the stop sign is the reason where one stands, else one of five is asked for."""
        if self.choices is None or not self._is_open:
            return
        if self.choices.is_stopped:
            self.decided.emit("different-people", self.choices.stops[0])
        else:
            self._close_questions()
            self.apart_row.ask()

    def ask_colleague(self, role: str = "") -> None:
        """Ask somebody else: one line and a role."""
        if self._is_open and not self.ask.isHidden():
            self._close_questions()
            self.ask_row.ask(role)

    def _close_questions(self) -> None:
        for row in (self.why, self.apart_row, self.ask_row):
            row.close_quietly()

    # What is hidden.

    def _show_eye(self) -> None:
        row = self._current_found()
        self.eye.setVisible(row is not None)

    def _current_found(self) -> str | None:
        if self.choices is None:
            return None
        key = self.table.current_key
        return next((row.field for row in self.choices.view.rows if row.field == key and row.is_masked), None)

    def _reveal_a_while(self) -> None:
        field = self._current_found()
        if field:
            self.revealed.emit(field)
            self._hiding.start(REVEAL_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """R held shows a shortened value whole, as it does a hidden one; frames follow their parts."""
        if watched is self.table and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_R:
            return self._hold(event)
        if event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            self._fit_frames()
        return super().eventFilter(watched, event)

    def _hold(self, event: QKeyEvent) -> bool:
        field = self._current_found()
        if event.modifiers() or field is None:
            return False
        if not event.isAutoRepeat() and event.type() in {QEvent.Type.KeyPress, QEvent.Type.KeyRelease}:
            self.revealed.emit(field if event.type() == QEvent.Type.KeyPress else "")
        return True

    @property
    def is_asking(self) -> bool:
        """Whether a question stands above the bar."""
        return any(not row.isHidden() for row in (self.why, self.apart_row, self.ask_row))

    def _spare(self) -> None:
        is_asking = self.is_asking
        self.reason.setVisible(not (self._is_tight and is_asking))
        if is_asking != self._was_asking:
            self._was_asking = is_asking
            self.asking_changed.emit(is_asking)

    def _fit_frames(self) -> None:
        self._spare()
        for frame in self._framed:
            item = frame.itemAt(0)
            part = item.widget() if item is not None else None
            top, bottom = frame.property("room")
            if part is not None:
                is_shown = not part.isHidden()
                margins(frame, 16, top if is_shown else 0, 16, bottom if is_shown else 0)


def _stop_detail() -> str:
    return tr("Merging needs a written reason or a second person. Keeping them apart is remembered with who and when.")


def _reason(view: PairView) -> str:
    if len(view.records) == 2 or not view.reason:
        return view.reason or tr("These records were called one person before.")
    a, b = (view.records[place].letter for place in view.explained)
    return tr("{a} and {b} are least alike. {reason}", a=a, b=b, reason=view.reason)


def _keep_words(choices: Choices) -> str:
    return choices.view.keep_words if choices.keep == choices.view.keep else tr("chosen by you")


def _hint(view: PairView, hold_minutes: int, *, needs_approval: bool) -> tuple[str, str]:
    if view.decided is not None and view.status != "open":
        words = tr(
            "{answer}, by {who}, {when}.", answer=answer_words(view.decided["answer"]), who=view.decided["by"],
            when=clock_time(view.decided["at"]),
        )  # fmt: skip
        return f"{words} {view.decided['reason'] or ''}".strip(), "check-circle"
    if needs_approval:
        return tr("After M it waits for an approver. Nothing leaves this computer before that."), "clock"
    if not hold_minutes:
        return tr("After M it waits in the Outbox until it is sent."), "clock"
    waits = tr(
        "After M it waits {minutes} minutes in the Outbox. Nothing leaves this computer before that.",
        minutes=hold_minutes,
    )
    return waits, "clock"


def _single_shot(owner: QObject, run: object) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.timeout.connect(run)
    return timer
