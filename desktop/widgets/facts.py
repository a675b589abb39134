"""Facts: label and value pairs of a drawer, 22 px a line; IconFacts: the same with icons in two columns."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.draw import draw_text, ink_of
from desktop.widgets.themed import Themed

_WRAPPED = int(Qt.TextFlag.TextWordWrap)
_PAD = 2


class Facts(Themed, QWidget):
    """Muted label at the left, value 104 px further; what does not fit of either goes on below itself."""

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

    def restyle(self) -> None:
        """22 px a fact, and a line of text more for each further line of its value."""
        self.setFixedHeight(sum(self._height(label, value, self.width()) for label, value in self._pairs))
        super().restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, other lines."""
        if event.oldSize().width() != event.size().width():
            self.restyle()

    def sizeHint(self) -> QSize:
        """As wide as a drawer's column, as high as its lines."""
        return QSize(px(280), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Labels and values."""
        painter = QPainter(self)
        left, top = px(self._label_width), 0
        for label, value in self._pairs:
            height = self._height(label, value, self.width())
            if self._needed(label, "body", left - px(8)) <= px(22):
                draw_text(painter, QRectF(0, top, left - px(8), px(22)), label, "body", "muted")
            else:
                painter.setFont(theme.font("body"))
                painter.setPen(ink_of("muted"))
                painter.drawText(QRectF(0, top + _PAD, left - px(8), height), _WRAPPED, label)
            if height == px(22):
                draw_text(painter, QRectF(left, top, self.width() - left, height), value, "number", "text")
            else:
                painter.setFont(theme.font("number"))
                painter.setPen(ink_of("text"))
                inner = QRectF(left, top + _PAD, self.width() - left, height)
                painter.drawText(inner, _WRAPPED, value)
            top += height

    def _height(self, label: str, value: str, width: int) -> int:
        beside = max(width - px(self._label_width), px(40))
        needed = max(self._needed(label, "body", px(self._label_width - 8)), self._needed(value, "number", beside))
        return max(px(22), needed)

    def _needed(self, text: str, role: str, width: float) -> int:
        room = QRectF(0, 0, width, 10_000)
        return ceil(QFontMetricsF(theme.font(role)).boundingRect(room, _WRAPPED, text).height() + 2 * _PAD)


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
