"""Forms in the drawer: why nothing is due, a note, and why a closed day is opened again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from core.days.reasons import Why
from desktop import a11y
from desktop.pages.charges.words import reason_words, short_day
from desktop.theme import px
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.search_field import Field
from desktop.widgets.themed import Themed, margins
from desktop.widgets.wrap_layout import WrapLayout
from desktop.words import tr

_FOLLOW_UPS = (0, 1, 3, 7, 14, 30)


class ExplainForm(Themed, QWidget):
    """A follow-up day and a few words, then one of nine reasons by button or digit, which explains at once."""

    given = Signal(object)  # Why

    def __init__(self) -> None:
        super().__init__()
        a11y.name_widget(self, "charges_explain_form", tr("Why nothing is due"))
        self._today = date.min
        self._column = QVBoxLayout(self)
        self.follow_up = Pick(tr("Comes back"), [("0", tr("never"))], "charges_follow_up_pick")
        self.more = QLineEdit()
        self.more.setPlaceholderText(tr("In a few words"))
        self.more_field = Field(tr("Note"), self.more, "charges_reason_edit")
        reasons = QWidget()
        self._row = WrapLayout(reasons, line_height=px(28))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        reasons.setSizePolicy(policy)
        self.buttons: dict[str, Button] = {}
        for digit, (reason, words) in enumerate(reason_words().items(), 1):
            name = f"charges_reason_{reason.replace('-', '_')}"
            button = Button(words, name, size="row", key=str(digit), is_decision=True)
            button.clicked.connect(lambda _on=False, reason=reason: self._give(reason))
            self.buttons[str(digit)] = button
            self._row.add(button)
        for part in (self.follow_up, self.more_field, reasons):
            self._column.addWidget(part)
        self.restyle()

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._column, 0, 0, 0, 0, 8)
        margins(self._row, 0, 0, 0, 0, 6)
        self._row.line_height = px(28)

    def ask(self, today: date) -> None:
        """Ask with empty fields, the first reason in focus."""
        self._today = today
        days = [(str(n), short_day(today + timedelta(days=n))) for n in _FOLLOW_UPS[1:]]
        self.follow_up.set_options([("0", tr("never")), *days], "0")
        self.more.clear()
        self.more_field.set_mistake("")
        self.buttons["1"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _give(self, reason: str) -> None:
        note, days = self.more.text().strip(), int(self.follow_up.value)
        if reason == "other" and not note:
            self.more_field.set_mistake(tr("“Other” needs a few words."))
            self.more.setFocus()
            return
        self.given.emit(Why(reason, note, self._today + timedelta(days=days) if days else None))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits choose, while nobody types."""
        button = self.buttons.get(event.text())
        if button is not None and not event.isAutoRepeat():
            button.click()
            return
        super().keyPressEvent(event)


class TextForm(Themed, QWidget):
    """One line of text and a button; used for notes and for opening a day again."""

    given = Signal(str)
    left = Signal()

    def __init__(self, name: str, spoken: str, hint: str, act: str) -> None:
        super().__init__()
        a11y.name_widget(self, name, spoken)
        self._row: Any = QHBoxLayout(self)
        self.label = Label(spoken, "medium")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(hint)
        a11y.name_widget(self.edit, f"{name}_edit", spoken)
        self.button = Button(act, f"{name}_button", size="tool", is_decision=True)
        self.button.setEnabled(False)
        self.edit.textChanged.connect(lambda text: self.button.setEnabled(bool(text.strip())))
        self.edit.returnPressed.connect(self.button.click)
        self.button.clicked.connect(lambda: self.given.emit(self.edit.text().strip()))
        for part, share in ((self.label, 0), (self.edit, 1), (self.button, 0)):
            self._row.addWidget(part, share)
        self.restyle()

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._row, 0, 0, 0, 0, 8)

    def ask(self) -> None:
        """Ask with an empty field."""
        self.edit.clear()
        self.show()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves without doing anything."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.left.emit()
            return
        super().keyPressEvent(event)
