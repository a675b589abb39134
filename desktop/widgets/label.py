"""Text by role and token: one elided line, or wrapped lines at the line height of the design."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop import theme
from desktop.theme import color
from desktop.widgets.draw import Centre, Left, Span, draw_spans, text_width
from desktop.widgets.themed import Themed


class Label(Themed, QLabel):
    """A text in one role, or several runs in a row; long text is elided unless `is_wrapped`."""

    def __init__(
        self,
        text: str | Sequence[Span] = "",
        role: str = "body",
        ink: str = "text",
        *,
        is_wrapped: bool = False,
        align: Qt.AlignmentFlag = Left,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role = role
        self._ink = ink
        self._align = align
        self._spans: tuple[Span, ...] = ()
        self._is_wrapped = is_wrapped
        vertical = QSizePolicy.Policy.Preferred if is_wrapped else QSizePolicy.Policy.Fixed
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, vertical)
        policy.setHeightForWidth(is_wrapped)
        self.setSizePolicy(policy)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.put(text)

    def put(self, text: str | Sequence[Span]) -> None:
        """Show a plain text or runs of text."""
        self._spans = (Span(text, self._role, self._ink),) if isinstance(text, str) else tuple(text)
        plain = "".join(span.text for span in self._spans)
        QLabel.setText(self, plain)
        self.setAccessibleName(plain)
        self.updateGeometry()
        self.update()

    def setText(self, text: str) -> None:
        """Qt's own name for `put`."""
        self.put(text)

    def set_ink(self, ink: str) -> None:
        """Another colour token for a plain text."""
        self._ink = ink
        self.put(self.text())

    @property
    def _line(self) -> int:
        return max((theme.line_height(span.role) for span in self._spans), default=theme.line_height(self._role))

    def sizeHint(self) -> QSize:
        """As wide as the text in one line (at most 60 letters when wrapped)."""
        width = math.ceil(sum(text_width(span.text, span.role) for span in self._spans)) + 1
        if self._is_wrapped:
            width = min(width, 60 * self._line // 2)
            return QSize(width, self.heightForWidth(width))
        return QSize(width, self._line)

    def minimumSizeHint(self) -> QSize:
        """A line may shrink to a few letters and is then elided."""
        if self._is_wrapped:
            return QSize(min(self.sizeHint().width(), 6 * self._line), self._line)
        return QSize(min(self.sizeHint().width(), 2 * self._line), self._line)

    def hasHeightForWidth(self) -> bool:
        """Wrapped text grows as it gets narrower."""
        return self._is_wrapped

    def heightForWidth(self, width: int) -> int:
        """Height of all lines at a width."""
        if not self._is_wrapped:
            return self._line
        return max(1, len(self._lines(width)[1])) * self._line

    def _lines(self, width: int) -> tuple[QTextLayout, list[QPointF]]:
        layout = QTextLayout("".join(span.text for span in self._spans), theme.font(self._role))
        option = QTextOption(self._align)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(list(self._formats()))
        layout.beginLayout()
        places: list[QPointF] = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            slack = (self._line - line.height()) / 2
            place = QPointF(0, len(places) * self._line + slack)
            line.setPosition(place)
            places.append(place)
        layout.endLayout()
        return layout, places

    def _formats(self) -> list[QTextLayout.FormatRange]:
        ranges = []
        start = 0
        for span in self._spans:
            run = QTextLayout.FormatRange()
            run.start = start
            run.length = _utf16_length(span.text)
            style = QTextCharFormat()
            style.setFont(theme.font(span.role))
            style.setForeground(color(span.ink if self.isEnabled() else "control"))
            run.format = style
            ranges.append(run)
            start += run.length
        return ranges

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lines at the line height of the role, in tokens of the look in force."""
        painter = QPainter(self)
        inner = QRectF(self.contentsRect())
        if self._is_wrapped:
            layout, _ = self._lines(int(inner.width()))
            layout.draw(painter, inner.topLeft())
            return
        spans = self._spans
        if self._align == Centre:
            width = sum(text_width(span.text, span.role) for span in spans)
            inner.setLeft(inner.left() + max(0.0, (inner.width() - width) / 2))
        draw_spans(painter, inner.adjusted(0, 0, 1, 0), spans, self._align)


def _utf16_length(text: str) -> int:
    """Qt counts text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
