"""Skeleton: grey rows where rows will be."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.theme import px
from desktop.widgets.draw import rounded
from desktop.widgets.themed import Themed

_ROW = 43
_WIDTHS = ((158, 104), (129, 124), (178, 94), (119, 114))


class Skeleton(Themed, QWidget):
    """As many rows as fit; it does not move, so it cannot distract."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Four rows."""
        return QSize(px(280), px(_ROW) * 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Discs and bars of uneven length."""
        painter = QPainter(self)
        edge = "border" if theme.current().is_contrast else None
        for row in range(max(1, min(8, self.height() // px(_ROW)))):
            top = row * px(_ROW)
            first, second = _WIDTHS[row % len(_WIDTHS)]
            rounded(painter, QRectF(0, top + px(3), px(20), px(20)), px(10), "blank_bg", edge)
            rounded(painter, QRectF(px(30), top, px(first), px(10)), px(5), "blank_bg", edge)
            rounded(painter, QRectF(px(30), top + px(17), px(second), px(8)), px(4), "blank_bg", edge)
