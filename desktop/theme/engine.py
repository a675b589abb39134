"""Puts a look in force: fonts, palette, proxy style, style sheet and focus ring."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop.theme.focus import FocusRing
from desktop.theme.fonts import font, load_fonts
from desktop.theme.look import HOLDER, Look, current
from desktop.theme.qss import build_sheet
from desktop.theme.style import ChartmendStyle
from desktop.theme.tokens import Mode, Tokens

_Role = QPalette.ColorRole
_ROLE_TOKENS: dict[QPalette.ColorRole, str] = {
    _Role.Window: "canvas",
    _Role.WindowText: "text",
    _Role.Base: "surface",
    _Role.AlternateBase: "canvas",
    _Role.Text: "text",
    _Role.PlaceholderText: "muted",
    _Role.Button: "surface",
    _Role.ButtonText: "text",
    _Role.BrightText: "bad",
    _Role.ToolTipBase: "surface",
    _Role.ToolTipText: "text",
    _Role.Highlight: "selection",
    _Role.HighlightedText: "text",
    _Role.Link: "accent",
    _Role.LinkVisited: "accent",
    _Role.Accent: "accent",
    _Role.Light: "surface",
    _Role.Midlight: "hover",
    _Role.Mid: "border",
    _Role.Dark: "control",
    _Role.Shadow: "border",
}


def apply(
    app: QApplication, mode: Mode, scale: float = 1.0, *, is_motion_on: bool = True, has_single_keys: bool = True
) -> None:
    """Put a look in force for the whole application; `scale` 0.9 to 2.0 multiplies type and spacing."""
    if not 0.9 <= scale <= 2.0:
        raise ValueError(f"scale must be 0.9 to 2.0, not {scale}")
    load_fonts()
    HOLDER.put(Look(mode=mode, scale=scale, is_motion_on=is_motion_on, has_single_keys=has_single_keys))
    app.setStyle(ChartmendStyle())
    app.setPalette(_palette(current().tokens))
    app.setFont(font("body"))
    app.setStyleSheet(build_sheet(current()))
    if app.findChild(FocusRing, options=Qt.FindChildOption.FindDirectChildrenOnly) is None:
        FocusRing(app)
    HOLDER.changed.emit()


def mode_for_system(app: QApplication) -> Mode:
    """The look that the system asks for: more contrast first, then dark or light."""
    hints = app.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return "contrast"
    return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    for role, token in _ROLE_TOKENS.items():
        palette.setColor(role, QColor(getattr(tokens, token)))
    for role in (_Role.Text, _Role.WindowText, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.control))
    return palette
