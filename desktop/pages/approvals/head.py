"""The head of a card: what was decided, why it was found, and since when it waits."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.queries.approvals import Approval
from desktop import a11y, theme
from desktop.pages.approvals.words import what
from desktop.widgets.badge import Badge
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr
from desktop.words.moments import clock_time


class ApprovalHead(Themed, QWidget):
    """Two lines on canvas with a hairline below; a long second line wraps."""

    def __init__(self) -> None:
        super().__init__()
        a11y.name_widget(self, "approvals_head")
        self._row = QHBoxLayout(self)
        self._words = QVBoxLayout()
        self.title = Label("", "section")
        self.title.setObjectName("approvals_title_label")
        self.text = Label("", "body", "muted", is_wrapped=True)
        self.since = Badge("", "neutral", "clock")
        self._words.addWidget(self.title)
        self._words.addWidget(self.text)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(self.since)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.restyle()

    def put(self, card: Approval) -> None:
        """Show another card."""
        self.title.put(what(card))
        self.text.put(card.sentence)
        self.text.setVisible(bool(card.sentence))
        self.since.put(tr("since {when}", when=clock_time(card.staged_at)), "neutral", "clock")
        self.setAccessibleName(f"{what(card)}. {card.sentence}")

    def restyle(self) -> None:
        """Padding of the look."""
        margins(self._row, 20, 12, 16, 12, 12)
        margins(self._words, 0, 0, 0, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and hairline."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("canvas"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.color("border"))
