"""Facts: label and value pairs of a drawer, 22 px a line; IconFacts: the same with icons in two columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.draw import draw_text
from desktop.widgets.themed import Themed


class Facts(Themed, QWidget):
    """Muted label at the left, value 104 px further."""

    def __init__(self, name: str, spoken: str, *, label_width: int = 104, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: tuple[tuple[str, str], ...] = ()
        self._label_width = label_width
        a11y.name_widget(self, name, spoken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show other facts."""
        self._pairs = tuple(pairs)
        self.setAccessibleDescription("; ".join(f"{label}: {value}" for label, value in pairs))
        self.restyle()

    def sizeHint(self) -> QSize:
        """22 px a line."""
        return QSize(px(280), px(22) * len(self._pairs))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Labels and values."""
        painter = QPainter(self)
        left = px(self._label_width)
        for number, (label, value) in enumerate(self._pairs):
            top = number * px(22)
            draw_text(painter, QRectF(0, top, left - px(8), px(22)), label, "body", "muted")
            draw_text(painter, QRectF(left, top, self.width() - left, px(22)), value, "number", "text")


class IconFacts(Themed, QWidget):
    """What will move: icon and words, two columns, 28 px a line."""

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[tuple[str, str], ...] = ()
        a11y.name_widget(self, name, spoken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show other (icon, words) facts."""
        self._facts = tuple(facts)
        self.setAccessibleDescription("; ".join(words for _, words in facts))
        self.restyle()

    def sizeHint(self) -> QSize:
        """28 px for each pair of facts."""
        return QSize(px(280), px(28) * ((len(self._facts) + 1) // 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icons and words."""
        painter = QPainter(self)
        half = self.width() / 2
        for number, (icon, words) in enumerate(self._facts):
            left, top = (number % 2) * half, (number // 2) * px(28)
            theme.paint_icon_at(painter, QPointF(left + px(8), top + px(14)), px(16), icon, "muted")
            draw_text(painter, QRectF(left + px(24), top, half - px(28), px(28)), words, "number")
