"""HintLine: an icon and a quiet sentence above an action bar."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop import theme
from desktop.theme import px
from desktop.widgets.draw import rounded
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins


class HintLine(Themed, QWidget):
    """36 px; a part may stand at its right end."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = "clock"
        self._is_loud = False
        self.setObjectName(name)
        self._row = QHBoxLayout(self)
        self.label = Label("", "helper", "muted", parent=self)
        self.label.setObjectName(f"{name}_label")
        self._row.addWidget(self.label, 1)
        self.restyle()

    def put(self, text: str, icon: str = "clock", *, is_loud: bool = False) -> None:
        """Show another sentence; a loud one has a wash and full ink until the next one."""
        self._icon = icon
        self._is_loud = is_loud
        self.label.set_ink("text" if is_loud else "muted")
        self.label.put(text)
        self.update()

    def add(self, part: QWidget) -> None:
        """A part at the right end."""
        self._row.addWidget(part)

    def restyle(self) -> None:
        """Room for the icon."""
        margins(self._row, 42, 0, 16, 0, 8)
        self.setFixedHeight(px(36))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The icon, on a wash while it is loud."""
        painter = QPainter(self)
        if self._is_loud:
            box = QRectF(self.rect()).adjusted(px(11), px(3), -px(16), -px(3))
            rounded(painter, box, px(8), "selection", "focus")
        ink = "text" if self._is_loud else "muted"
        theme.paint_icon_at(painter, QPointF(px(26), self.height() / 2), px(16), self._icon, ink)
