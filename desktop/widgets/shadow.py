"""The soft shadow of what floats: toasts and popups, none in high contrast."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsDropShadowEffect, QWidget

from desktop import theme
from desktop.theme import px


def set_shadow(widget: QWidget) -> None:
    """0 8 24; 16 % in light, 50 % in dark."""
    mode = theme.current().mode
    if mode == "contrast":
        widget.setGraphicsEffect(None)  # type: ignore[arg-type]
        return
    effect = QGraphicsDropShadowEffect(widget)
    effect.setBlurRadius(px(24))
    effect.setOffset(0, px(8))
    tint = QColor(theme.tokens.LIGHT.text) if mode == "light" else QColor(theme.tokens.CONTRAST.canvas)
    tint.setAlphaF(0.16 if mode == "light" else 0.5)
    effect.setColor(tint)
    widget.setGraphicsEffect(effect)
