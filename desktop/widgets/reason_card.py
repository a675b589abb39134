"""ReasonCard: why this is asked, in one sentence, and what to check."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.draw import Span, rounded
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins


class ReasonCard(Themed, QWidget):
    """The reason is semibold, the check muted; both come ready made from the matching layer."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name)
        self._row = QHBoxLayout(self)
        self.label = Label("", is_wrapped=True, parent=self)
        self.label.setObjectName(f"{name}_label")
        self._row.addWidget(self.label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.restyle()

    def put(self, reason: str, check: str = "") -> None:
        """Show a reason and, behind it, what to check."""
        spans = [Span(reason, "semibold")]
        if check:
            spans.append(Span(" " + check, "body", "muted"))
        self.label.put(spans)
        self.setAccessibleName(f"{reason} {check}".strip())

    def restyle(self) -> None:
        """Padding 10 14, the text after the icon."""
        margins(self._row, 40, 10, 14, 10)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box and icon."""
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()), px(8), "canvas", "border")
        theme.paint_icon_at(painter, QPointF(px(22), px(20)), px(16), "info", "accent")
