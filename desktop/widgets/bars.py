"""Toolbar (48 px, top of a page) and ActionBar (64 px, bottom: secondary left, primary right)."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.theme import px
from desktop.widgets.themed import Themed, margins
from desktop.widgets.wrap_layout import WrapLayout


class _Bar(Themed, QWidget):
    """A strip with parts at its left and at its right end; large type makes it wrap instead of growing wide."""

    HEIGHT = 48
    PART_HEIGHT = 32
    INSETS = (12, 16)
    GROUND = "canvas"
    IS_LINE_ON_TOP = False

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._row = WrapLayout(self, line_height=px(self.PART_HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.restyle()

    def add_left(self, *parts: QWidget) -> None:
        """Add parts after those at the left."""
        for part in parts:
            self._row.add(part)

    def add_right(self, *parts: QWidget) -> None:
        """Add parts after those at the right."""
        for part in parts:
            self._row.add(part, is_right=True)

    def restyle(self) -> None:
        """Height and padding of the look."""
        air = (self.HEIGHT - self.PART_HEIGHT) / 2
        margins(self._row, self.INSETS[0], air, self.INSETS[1], air, 8)
        self._row.line_height = px(self.PART_HEIGHT)
        self._row.invalidate()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and hairline."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color(self.GROUND))
        y = 0 if self.IS_LINE_ON_TOP else self.height() - 1
        painter.fillRect(QRectF(0, y, self.width(), 1), theme.color("border"))


class Toolbar(_Bar):
    """48 px: tabs and filters left, undo and export right."""


class ActionBar(_Bar):
    """64 px: what decides the item at hand."""

    HEIGHT = 64
    PART_HEIGHT = 36
    INSETS = (16, 16)
    GROUND = "surface"
    IS_LINE_ON_TOP = True
