"""KeyCap: a key as a small cap."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import px
from desktop.widgets.draw import key_cap, key_cap_width
from desktop.widgets.themed import Themed
from desktop.words import tr


class KeyCap(Themed, QWidget):
    """The name of a key, 20 px high."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("key {key}", key=key))

    def sizeHint(self) -> QSize:
        """As wide as the key's name."""
        return QSize(key_cap_width(self._key), px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cap."""
        key_cap(QPainter(self), QRectF(self.rect()), self._key)
