"""Another value, typed in place, with the reason that it needs."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from desktop import a11y
from desktop.pages.conflict.settling import field_words
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr

DATES = frozenset({"birth_date", "deceased_on", "dos_from", "dos_to"})


class OtherRow(Themed, QWidget):
    """`given(field, value, reason)`; Esc leaves it."""

    given = Signal(str, str, str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._field = ""
        a11y.name_widget(self, "conflict_other", tr("Another value"))
        self._row = QHBoxLayout(self)
        self.label = Label("", "medium")
        self.edit, self.why = QLineEdit(), QLineEdit()
        self.why.setPlaceholderText(tr("Why this value"))
        a11y.name_widget(self.edit, "conflict_other_edit", tr("Another value"))
        a11y.name_widget(self.why, "conflict_other_why_edit", tr("Why this value"))
        self.button = Button(tr("Use this value"), "conflict_other_button", size="tool")
        for part, share in ((self.label, 0), (self.edit, 2), (self.why, 3), (self.button, 0)):
            self._row.addWidget(part, share)
        for edit in (self.edit, self.why):
            edit.textChanged.connect(lambda _text: self._check())
        self.button.clicked.connect(self._give)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restyle()
        self.hide()

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._row, 16, 4, 16, 12, 8)

    def ask(self, field: str, value: str) -> None:
        """Ask for a field, beginning with a value."""
        self._field = field
        self.label.put(field_words(field))
        self.edit.setToolTip(tr("Year-month-day, like 1984-03-27") if field in DATES else "")
        self.edit.setText(value)
        self.why.clear()
        self._check()
        self.show()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def _check(self) -> None:
        value = self.edit.text().strip()
        is_usable = bool(value) and (self._field not in DATES or _is_date(value))
        self.button.setEnabled(is_usable and bool(self.why.text().strip()))

    def _give(self) -> None:
        self.hide()
        self.given.emit(self._field, self.edit.text().strip(), self.why.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the field as it was."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.left.emit()
            return
        super().keyPressEvent(event)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
