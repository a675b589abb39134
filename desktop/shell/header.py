"""The header: page name, jump box, and how far the page is done."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop import a11y, theme
from desktop.keys import cap, key_of
from desktop.shell.jump import JumpBox
from desktop.theme import px
from desktop.widgets.draw import Right
from desktop.widgets.label import Label
from desktop.widgets.progress import ProgressBar
from desktop.widgets.themed import Themed, margins
from desktop.words import tr


class Header(Themed, QWidget):
    """56 px: `shell_title_label`, `shell_jump_edit`, `shell_note_label`, `shell_progress`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shell_header")
        self._row = QHBoxLayout(self)
        self.title = Label("", "title")
        self.title.setObjectName("shell_title_label")
        self.jump = JumpBox(cap(key_of("jump")))
        self.note = Label("", "body", "muted", align=Right)
        self.note.setObjectName("shell_note_label")
        self.bar = ProgressBar("shell_progress", tr("Progress of this page"))
        self.bar.hide()
        self._row.addWidget(self.title, 1)
        self._row.addWidget(self.jump, 1)
        right = QHBoxLayout()
        right.setSpacing(px(12))
        right.addWidget(self.note, 1)
        right.addWidget(self.bar)
        self._row.addLayout(right, 1)
        self._place: tuple[int, int] = (0, 0)
        self._note = ""
        self.restyle()

    def put(self, title: str, note: str = "") -> None:
        """The name of the page in front; `note` stands at the right as long as there is no progress."""
        self.title.put(title)
        self._note = note
        self.set_progress(0, 0)

    def set_progress(self, done: int, total: int) -> None:
        """How far the page is; nothing when there is nothing to do."""
        self.bar.setVisible(total > 0)
        words = tr("{done} of {total} decided", done=f"{done:,}", total=f"{total:,}") if total else self._note
        self.note.put(words)
        if total:
            self.bar.put(done / total)
            if self._place[1] == total and self._place[0] != done:
                a11y.announce(self.bar, words)
        self._place = (done, total)

    def restyle(self) -> None:
        """Height and padding of the look."""
        margins(self._row, 20, 0, 16, 0, 12)
        self.setFixedHeight(px(56))
        self.jump.setMinimumWidth(160)
        self.jump.setMaximumWidth(px(320))
        self.bar.setFixedWidth(px(96))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Canvas and hairline."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("canvas"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.color("border"))
