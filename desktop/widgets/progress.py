"""ProgressBar: a thin bar, and the line "78 of 112 decided" beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop import a11y
from desktop.theme import px
from desktop.theme.style import draw_progress
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
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


class CountProgress(Themed, QWidget):
    """ "78 of 112 decided" and a bar, for the header."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._row = QHBoxLayout(self)
        self.label = Label("", "number", "muted", parent=self)
        self.label.setObjectName(f"{name}_label")
        self.bar = ProgressBar(f"{name}_bar", tr("Progress"), parent=self)
        self._row.addWidget(self.label)
        self._row.addWidget(self.bar)
        self.restyle()

    def put(self, text: str, done: int, total: int) -> None:
        """Show a ready sentence and the share behind it."""
        self.label.put(text)
        self.bar.put(done / total if total else 1.0)

    def restyle(self) -> None:
        """12 px between words and bar."""
        margins(self._row, 0, 0, 0, 0, 12)
