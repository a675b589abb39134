"""Toolbar (48 px, top of a page) and ActionBar (64 px, bottom: secondary left, primary right)."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop import theme
from desktop.theme import px
from desktop.widgets.themed import Themed, margins


class _Bar(Themed, QWidget):
    """A strip with parts at its left and at its right end."""

    HEIGHT = 48
    INSETS = (12, 16)
    GROUND = "canvas"
    IS_LINE_ON_TOP = False

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._row = QHBoxLayout(self)
        self._row.addStretch(1)
        self._gap_at = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restyle()

    def add_left(self, *parts: QWidget) -> None:
        """Add parts after those at the left."""
        for part in parts:
            self._row.insertWidget(self._gap_at, part)
            self._gap_at += 1

    def add_right(self, *parts: QWidget) -> None:
        """Add parts after those at the right."""
        for part in parts:
            self._row.addWidget(part)

    def restyle(self) -> None:
        """Height and padding of the look."""
        margins(self._row, self.INSETS[0], 0, self.INSETS[1], 0, 8)
        self.setFixedHeight(px(self.HEIGHT))
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
    INSETS = (16, 16)
    GROUND = "surface"
    IS_LINE_ON_TOP = True
