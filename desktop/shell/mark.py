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
        for edge, inner, bend in ((7, 12, 3), (21, 16, -3)):
            path.moveTo(inner * unit, 7.5 * unit)
            path.lineTo((edge + bend) * unit, 7.5 * unit)
            path.quadTo(edge * unit, 7.5 * unit, edge * unit, 10.5 * unit)
            path.lineTo(edge * unit, 17.5 * unit)
            path.quadTo(edge * unit, 20.5 * unit, (edge + bend) * unit, 20.5 * unit)
            path.lineTo(inner * unit, 20.5 * unit)
        for y in (11.7, 16.3):
            path.moveTo(11.7 * unit, y * unit)
            path.lineTo(16.3 * unit, y * unit)
        painter.drawPath(path)
