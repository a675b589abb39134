"""TierDisc: the disc of a tier (S, L, U) and, if wanted, its word."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import px
from desktop.widgets.draw import draw_text, text_width, tier_disc
from desktop.widgets.themed import Themed
from desktop.words import tr

TIER_WORDS = {"S": "Strong", "L": "Likely", "U": "Unsure"}


def tier_word(tier: str) -> str:
    """The word of a tier letter."""
    return tr(TIER_WORDS[tier])


class TierDisc(Themed, QWidget):
    """A 20 px disc, filled, ringed or dashed, so that it is read without colour."""

    def __init__(self, tier: str, *, has_word: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tier = tier
        self._has_word = has_word
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.put(tier)

    def put(self, tier: str) -> None:
        """Show another tier."""
        self._tier = tier
        self.setAccessibleName(tier_word(tier))
        self.restyle()

    def sizeHint(self) -> QSize:
        """The disc, and 8 px further its word."""
        word = px(8) + math.ceil(text_width(tier_word(self._tier), "body")) if self._has_word else 0
        return QSize(px(20) + word, px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Disc and word."""
        painter = QPainter(self)
        tier_disc(painter, QRectF(0, 0, px(20), px(20)), self._tier)
        if self._has_word:
            draw_text(painter, QRectF(px(28), 0, self.width(), px(20)), tier_word(self._tier), "body", "text")
