"""Chip: a filter that is on or off, a value that can be taken away, or a fact with an icon."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.draw import Span, draw_spans, rounded, text_width
from desktop.widgets.themed import Themed
from desktop.words import tr


class Chip(Themed, QAbstractButton):
    """24 px high; `is_filter` toggles, `is_removable` ends with a cross, `detail` follows the bold word."""

    removed = Signal()

    def __init__(
        self,
        text: str,
        name: str,
        *,
        icon: str = "",
        detail: str = "",
        is_filter: bool = False,
        is_removable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._detail = detail
        self._is_removable = is_removable
        self.setText(text)
        self.setCheckable(is_filter)
        is_active = is_filter or is_removable
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_active else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, is_active)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", 12)
        spoken = f"{text} {detail}".strip()
        a11y.name_widget(self, name, tr("{text}, remove", text=spoken) if is_removable else spoken)
        if is_removable:
            self.clicked.connect(self.removed)

    @property
    def _role(self) -> str:
        return "helper_semibold" if self._detail else "key"

    def _spans(self) -> list[Span]:
        ink = "accent" if self.isChecked() else "text"
        spans = [Span(self.text(), self._role, ink)]
        if self._detail:
            spans.append(Span("  " + self._detail, "key", ink))
        return spans

    def _lead(self) -> str:
        return "check" if self.isChecked() else self._icon_name

    def sizeHint(self) -> QSize:
        """Padding 10, icon 14, cross 12."""
        width = sum(text_width(span.text, span.role) for span in self._spans())
        lead = px(19) if self._lead() else 0
        cross = px(18) if self._is_removable else 0
        return QSize(math.ceil(width) + px(20) + 2 + lead + cross, px(24))

    def nextCheckState(self) -> None:
        """A tick appears or goes, so the width changes."""
        super().nextCheckState()
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Pill, icon or tick, words, cross."""
        painter = QPainter(self)
        whole = QRectF(self.rect())
        is_on = self.isChecked()
        is_over = self.underMouse() and self.focusPolicy() != Qt.FocusPolicy.NoFocus
        fill = "accent_soft" if is_on else "hover" if is_over else "surface"
        rounded(painter, whole, whole.height() / 2, fill, "accent" if is_on else "border")
        x = px(11)
        if self._lead():
            ink = "accent" if is_on else "muted"
            theme.paint_icon_at(painter, QPointF(x + px(7), whole.center().y()), px(14), self._lead(), ink)
            x += px(19)
        x += round(draw_spans(painter, QRectF(x, 0, whole.width() - x, whole.height()), self._spans()))
        if self._is_removable:
            theme.paint_icon_at(painter, QPointF(x + px(12), whole.center().y()), px(12), "x", "text")
