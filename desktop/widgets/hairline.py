"""Hairline: the line between two panes."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.widgets.themed import Themed


class Hairline(Themed, QWidget):
    """1 px in the border colour, upright or lying."""

    def __init__(self, *, is_upright: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if is_upright:
            self.setFixedWidth(1)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        else:
            self.setFixedHeight(1)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line."""
        QPainter(self).fillRect(self.rect(), theme.color("border"))
