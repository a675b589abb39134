"""Questions asked in place, above the bar: why one person after all, why different people, and whom else to ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from desktop import a11y
from desktop.pages.patients.words import apart_reasons
from desktop.theme import px
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.themed import Themed, margins
from desktop.widgets.wrap_layout import WrapLayout
from desktop.words import tr
from desktop.words.roles import role_words


class _Asking(Themed, QWidget):
    given = Signal(str)
    left = Signal()

    def __init__(self, name: str, spoken: str, *, has_many: bool = False) -> None:
        super().__init__()
        a11y.name_widget(self, name, spoken)
        self._row: Any = WrapLayout(self, line_height=px(32)) if has_many else QHBoxLayout(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.restyle()

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._row, 0, 0, 0, 0, 8)

    def close_quietly(self) -> None:
        """Ask no longer; nothing was decided."""
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the comparison."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_quietly()
            self.left.emit()
            return
        super().keyPressEvent(event)


class WhyRow(_Asking):
    """A written reason for calling two records one person although a stop sign stands."""

    def __init__(self) -> None:
        super().__init__("patients_why", tr("Why are these one person?"))
        self.label = Label(tr("Why are these one person?"), "medium")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(tr("What you checked"))
        a11y.name_widget(self.edit, "patients_why_edit", tr("Why are these one person?"))
        self.button = Button(tr("Same person"), "patients_why_button", size="tool", is_decision=True)
        self.button.setEnabled(False)
        for part, share in ((self.label, 0), (self.edit, 1), (self.button, 0)):
            self._row.addWidget(part, share)
        self.edit.textChanged.connect(lambda text: self.button.setEnabled(bool(text.strip())))
        self.button.clicked.connect(lambda: self.given.emit(self.edit.text().strip()))

    def ask(self, letter: str) -> None:
        """Ask with an empty field; a second asking keeps what is written."""
        if self.isHidden():
            self.edit.clear()
        self.button.put(tr("Same person, keep {letter}", letter=letter))
        self.show()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)


class ApartRow(_Asking):
    """Why different people: one of five, by button or digit; D once more means "other"."""

    def __init__(self) -> None:
        super().__init__("patients_apart", tr("Why are these different people?"), has_many=True)
        self.label = Label(tr("Different people, because"), "medium")
        self._row.add(self.label)
        self.buttons: dict[str, Button] = {}
        for digit, words in apart_reasons():
            button = Button(words, f"patients_apart_{digit}", size="tool", key=digit, is_decision=True)
            button.clicked.connect(lambda _on=False, words=words: self.given.emit(words))
            self.buttons[digit] = button
            self._row.add(button)

    def ask(self) -> None:
        """Show the five reasons."""
        self.show()
        next(iter(self.buttons.values())).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits answer, and D again answers "other"."""
        digit = "5" if event.key() == Qt.Key.Key_D else event.text()
        if digit in self.buttons and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if not event.isAutoRepeat():
                self.buttons[digit].click()
            return
        super().keyPressEvent(event)


class AskRow(_Asking):
    """One line to a colleague, and the role that is asked; `asked(role, text)`."""

    asked = Signal(str, str)

    def __init__(self, roles: Sequence[str]) -> None:
        super().__init__("patients_ask", tr("Ask a colleague"))
        self.role = Pick(tr("Ask"), [(role, role_words(role)) for role in roles], "patients_ask_role_combo")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(tr("What should they look at?"))
        a11y.name_widget(self.edit, "patients_ask_edit", tr("Question to a colleague"))
        self.button = Button(tr("Ask"), "patients_ask_send_button", size="tool")
        self.button.setEnabled(False)
        for part, share in ((self.role, 0), (self.edit, 1), (self.button, 0)):
            self._row.addWidget(part, share)
        self.edit.textChanged.connect(lambda text: self.button.setEnabled(bool(text.strip())))
        self.edit.returnPressed.connect(self.button.click)
        self.button.clicked.connect(lambda: self.asked.emit(self.role.value, self.edit.text().strip()))

    def ask(self, role: str = "") -> None:
        """Ask with an empty line; `role` is offered first."""
        if self.isHidden():
            self.edit.clear()
        if role:
            self.role.set_value(role)
        self.show()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)


class QuestionRow(_Asking):
    """What a colleague asked or answered about the pair at hand, or that three people were not sure.

    `answered(text)` when somebody who was asked answers, `withdrawn` when the question is taken back.
    """

    answered = Signal(str)
    withdrawn = Signal()

    def __init__(self) -> None:
        super().__init__("patients_question", tr("Question about this pair"))
        self.words = Label("", is_wrapped=True)
        self.words.setObjectName("patients_question_label")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(tr("Your answer"))
        a11y.name_widget(self.edit, "patients_answer_edit", tr("Your answer"))
        self.button = Button(tr("Answer"), "patients_answer_button", size="tool")
        self.back = Button(tr("Take the question back"), "patients_withdraw_button", size="tool", kind="quiet")
        for part, share in ((self.words, 3), (self.edit, 2), (self.button, 0), (self.back, 0)):
            self._row.addWidget(part, share)
        self.edit.textChanged.connect(lambda text: self.button.setEnabled(bool(text.strip())))
        self.edit.returnPressed.connect(self.button.click)
        self.button.clicked.connect(lambda: self.answered.emit(self.edit.text().strip()))
        self.back.clicked.connect(self.withdrawn)

    def put(self, words: str, *, can_answer: bool, can_withdraw: bool) -> None:
        """Show what is said, with a line for the answer where one is waited for; nothing for empty words."""
        self.words.put(words)
        self.edit.clear()
        self.button.setEnabled(False)
        self.edit.setVisible(can_answer)
        self.button.setVisible(can_answer)
        self.back.setVisible(can_withdraw)
        self.setVisible(bool(words))

    def close_quietly(self) -> None:
        """It stays: it belongs to the pair."""
