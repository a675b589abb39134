"""What every widget that paints itself shares: it measures and repaints anew when the look changes."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLayout, QWidget

from desktop.theme import px

_LOOK_EVENTS = {QEvent.Type.StyleChange, QEvent.Type.FontChange}


class Themed:
    """Mix-in before a QWidget class: `restyle` is called when look or scale change."""

    def changeEvent(self, event: QEvent) -> None:
        """Qt tells each widget of a new style sheet; that is our sign of a new look."""
        super().changeEvent(event)  # type: ignore[misc]
        if event.type() in _LOOK_EVENTS:
            self.restyle()

    def restyle(self) -> None:
        """Measure and paint anew; widgets with layouts set their margins here too."""
        self.updateGeometry()  # type: ignore[attr-defined]
        self.update()  # type: ignore[attr-defined]


def margins(layout: QLayout, left: float, top: float, right: float, bottom: float, spacing: float = 0) -> None:  # noqa: PLR0917
    """Margins and spacing of a layout in px at 100 %."""
    layout.setContentsMargins(px(left), px(top), px(right), px(bottom))
    layout.setSpacing(px(spacing))


def set_ground(widget: QWidget, token: str) -> None:
    """Fill a plain widget with canvas, surface or sunken, by the style sheet."""
    widget.setProperty("ground", token)
