"""Chartmend's look: colour tokens, type, icons and one generated style sheet over Fusion.

`apply(app, mode, scale)` puts a look in force; `color`, `px`, `font` and `icon` answer for the look in force.
Widgets that paint themselves ask at paint time and repaint on Qt's own style-change event.
"""

from desktop.theme import tokens
from desktop.theme.engine import apply, mode_for_system
from desktop.theme.fonts import font, line_height
from desktop.theme.icons import glyph, icon, paint_icon, paint_icon_at
from desktop.theme.look import HOLDER, Look, color, current, pane, px

changed = HOLDER.changed
"""Signal without arguments, sent after a new look is in force."""

__all__ = [
    "Look",
    "apply",
    "changed",
    "color",
    "current",
    "font",
    "glyph",
    "icon",
    "line_height",
    "mode_for_system",
    "paint_icon",
    "paint_icon_at",
    "pane",
    "px",
    "tokens",
]
