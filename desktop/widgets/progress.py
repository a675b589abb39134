"""ProgressBar: a thin bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import a11y
from desktop.theme import px
from desktop.theme.style import draw_progress
from desktop.widgets.themed import Themed
from desktop.words import tr


class ProgressBar(Themed, QWidget):
    """6 px high; share 0 to 1, or None while the total is not known."""

    def __init__(self, name: str, spoken: str, *, width: int = 96, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = width
        self._spoken = spoken
        self._share: float | None = 0.0
        a11y.name_widget(self, name, spoken)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def put(self, share: float | None) -> None:
        """Show how much is done."""
        self._share = share
        percent = tr("not known yet") if share is None else f"{round(share * 100)} %"
        self.setAccessibleName(tr("{what}, {percent}", what=self._spoken, percent=percent))
        self.update()

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1."""
        return self._share

    def sizeHint(self) -> QSize:
        """The bar with a pixel of air."""
        return QSize(px(self._wanted), px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track and bar."""
        draw_progress(QPainter(self), QRectF(self.rect()), self._share)
