"""The mark: two facing brackets and two stitches on a rounded tile."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.theme import px
from desktop.widgets.draw import rounded
from desktop.widgets.themed import Themed


class Mark(Themed, QWidget):
    """28 px in the rail, 48 px on welcome and unlock."""

    def __init__(self, size: int = 28, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self.setObjectName("mark")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(px(self._size), px(self._size))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tile, brackets, stitches."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        rounded(painter, box, box.width() * 8 / 28, "accent")
        unit = box.width() / 28
        painter.setPen(
            QPen(
                theme.color("on_accent"),
                2 * unit,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )
        path = QPainterPath()
        for edge, inner in ((7.5, 11.5), (20.5, 16.5)):
            path.moveTo(inner * unit, 7 * unit)
            path.lineTo(edge * unit, 7 * unit)
            path.lineTo(edge * unit, 21 * unit)
            path.lineTo(inner * unit, 21 * unit)
        for y in (12, 16):
            path.moveTo(12 * unit, y * unit)
            path.lineTo(16 * unit, y * unit)
        painter.drawPath(path)
