"""One line that is asked for in place: why a decision is sent back, or a note."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from desktop import a11y
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins


class WritingRow(Themed, QWidget):
    """`given(text)` once something is written; `left` by Esc."""

    given = Signal(str)
    left = Signal()

    def __init__(self, name: str, question: str, hint: str, verb: str) -> None:
        super().__init__()
        a11y.name_widget(self, f"approvals_{name}_row", question)
        self._row = QHBoxLayout(self)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(hint)
        a11y.name_widget(self.edit, f"approvals_{name}_edit", question)
        self.button = Button(verb, f"approvals_{name}_button", size="tool", is_decision=True)
        self.button.setEnabled(False)
        for part, share in ((Label(question, "medium"), 0), (self.edit, 1), (self.button, 0)):
            self._row.addWidget(part, share)
        self.edit.textChanged.connect(lambda text: self.button.setEnabled(bool(text.strip())))
        self.edit.returnPressed.connect(self.button.click)
        self.button.clicked.connect(lambda: self.given.emit(self.edit.text().strip()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.restyle()
        self.hide()

    def ask(self) -> None:
        """Ask; a second asking keeps what is written."""
        if self.isHidden():
            self.edit.clear()
        self.show()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._row, 16, 4, 16, 8, 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc asks no longer; nothing was done."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.left.emit()
            return
        super().keyPressEvent(event)
