"""Badge: a small state with icon and word."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import px
from desktop.widgets.draw import badge, badge_width
from desktop.widgets.themed import Themed


class Badge(Themed, QWidget):
    """A word on its wash: neutral, info, ok, warn, bad or accent."""

    def __init__(self, text: str, kind: str = "neutral", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.put(text, kind, icon)

    def put(self, text: str, kind: str = "neutral", icon: str = "") -> None:
        """Show another state."""
        self._text, self._kind, self._icon = text, kind, icon
        self.setAccessibleName(text)
        self.restyle()

    def sizeHint(self) -> QSize:
        """20 px high, as wide as icon and word."""
        return QSize(badge_width(self._text, self._icon), px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The badge."""
        badge(QPainter(self), QRectF(self.rect()), self._text, self._kind, self._icon)
