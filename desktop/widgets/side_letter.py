"""SideLetter: the letter of a record, filled for the record that is kept."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import px
from desktop.widgets.draw import side_letter
from desktop.widgets.themed import Themed
from desktop.words import tr


class SideLetter(Themed, QWidget):
    """A 20 px square with A, B, C and so on."""

    def __init__(self, letter: str, *, is_kept: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.put(letter, is_kept=is_kept)

    def put(self, letter: str, *, is_kept: bool) -> None:
        """Show another letter or state."""
        self._letter = letter
        self._is_kept = is_kept
        words = tr("record {letter}, kept") if is_kept else tr("record {letter}")
        self.setAccessibleName(words.format(letter=letter))
        self.update()

    def sizeHint(self) -> QSize:
        """A square of 20 px."""
        return QSize(px(20), px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The letter in its square."""
        side_letter(QPainter(self), QRectF(self.rect()), self._letter, is_kept=self._is_kept)
