"""StopCard: a stop sign above the action bar, with what it takes to go on."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.button import Button
from desktop.widgets.draw import rounded
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins


class StopCard(Themed, QWidget):
    """Red edge and wash, hand, sentence, and one button that offers the safe way."""

    acted = Signal()

    def __init__(self, name: str, *, action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name)
        self._row = QHBoxLayout(self)
        self._column = QVBoxLayout()
        self.title = Label("", "semibold", "bad", is_wrapped=True, parent=self)
        self.title.setObjectName(f"{name}_label")
        self.detail = Label("", is_wrapped=True, parent=self)
        self._column.addWidget(self.title)
        self._column.addWidget(self.detail)
        self._row.addLayout(self._column, 1)
        self.action = Button(action, f"{name}_action", size="tool", parent=self)
        self.action.clicked.connect(self.acted)
        self.action.setVisible(bool(action))
        self._row.addWidget(self.action)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.restyle()

    def put(self, title: str, detail: str = "") -> None:
        """Show a stop sign; screen readers say it at once."""
        self.title.put(title)
        self.detail.put(detail)
        self.detail.setVisible(bool(detail))
        self.setAccessibleName(f"{title} {detail}".strip())
        if self.isVisible():
            a11y.announce(self, title, is_urgent=True)

    def restyle(self) -> None:
        """Padding; the text after the hand."""
        margins(self._row, 50, 10, 14, 10, 12)
        margins(self._column, 0, 0, 0, 0, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Wash, edge and hand."""
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()), px(8), "bad_bg", "bad")
        theme.paint_icon_at(painter, QPointF(px(26), self.height() / 2), px(24), "hand-palm", "bad")
