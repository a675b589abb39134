"""Questions asked in place, above the bar: why one person in spite of a stop sign, and why different people."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from desktop import a11y
from desktop.pages.patients.words import apart_reasons
from desktop.theme import px
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.widgets.wrap_layout import WrapLayout
from desktop.words import tr


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
