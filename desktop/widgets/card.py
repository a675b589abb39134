"""Card: a surface with a hairline edge and round corners, and its head of title and action."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.theme import px
from desktop.widgets.draw import rounded
from desktop.widgets.themed import Themed, margins


class Card(Themed, QWidget):
    """Radius 10, padding 16, no shadow; `body` is its column."""

    def __init__(self, name: str = "", *, padding: int = 16, spacing: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._padding, self._spacing = padding, spacing
        if name:
            self.setObjectName(name)
        self.body = QVBoxLayout(self)
        self.restyle()

    def restyle(self) -> None:
        """Padding of the look."""
        margins(self.body, *(self._padding,) * 4, spacing=self._spacing)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface and edge."""
        rounded(QPainter(self), QRectF(self.rect()), px(10), "surface", "border")
