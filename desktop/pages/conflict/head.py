"""The head of a conflict: back, which record, what to choose, and when it was read."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.queries.conflicts import ConflictView
from desktop import theme
from desktop.pages.conflict.settling import field_words
from desktop.theme import px
from desktop.widgets.badge import Badge
from desktop.widgets.button import IconButton
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr
from desktop.words.moments import clock_time


class ConflictHead(Themed, QWidget):
    """68 px on canvas, with a hairline below."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("conflict_head")
        self._row = QHBoxLayout(self)
        self._words = QVBoxLayout()
        self.back = IconButton("caret-left", tr("Back to the Outbox"), "conflict_back_button", kind="plain")
        self.title = Label("", "section")
        self.title.setObjectName("conflict_title_label")
        self.text = Label("", "body", "muted")
        self.read = Badge("", "neutral", "clock")
        self._words.addWidget(self.title)
        self._words.addWidget(self.text)
        self._row.addWidget(self.back)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(self.read)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restyle()

    def put(self, view: ConflictView) -> None:
        """Show another conflict."""
        where = f"{view.system} {view.number}"
        self.title.put(tr("{record} changed in {system} after you decided", record=where, system=view.system))
        names = ", ".join(field_words(found.field).lower() for found in view.fields)
        self.text.put(tr("Choose which {fields} to keep. Nothing was overwritten.", fields=names))
        self.read.put(tr("checked {when}", when=clock_time(view.checked_at)), "neutral", "clock")

    def restyle(self) -> None:
        """Padding of the look."""
        margins(self._row, 20, 12, 16, 12, 12)
        margins(self._words, 0, 0, 0, 0)
        self.setFixedHeight(px(68))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and hairline."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("canvas"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.color("border"))
