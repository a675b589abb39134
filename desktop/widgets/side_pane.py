"""SidePane: the pane at the left that holds a list, with a hairline to its right."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop import theme
from desktop.theme import px
from desktop.widgets.themed import Themed


class SidePane(Themed, QWidget):
    """Canvas ground; `width` in px at 100 %."""

    def __init__(self, name: str, *, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = width
        self.setObjectName(name)
        self.restyle()

    def set_width(self, width: int) -> None:
        """Another width."""
        self._wanted = width
        self.restyle()

    def restyle(self) -> None:
        """Width of the look."""
        self.setFixedWidth(px(self._wanted))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("canvas"))
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), theme.color("border"))
