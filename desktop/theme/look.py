"""The look in force: mode, scale and motion, with the signal that tells of a change."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from desktop.theme.tokens import TABLES, Mode, Tokens


@dataclass(frozen=True, slots=True)
class Look:
    """What the window looks like now; `scale` multiplies type and the spacing that holds it.

    Without `has_single_keys` single letters do nothing, and no button shows one.
    """

    mode: Mode = "light"
    scale: float = 1.0
    is_motion_on: bool = True
    has_single_keys: bool = True

    @property
    def tokens(self) -> Tokens:
        """The colours of this mode."""
        return TABLES[self.mode]

    @property
    def is_contrast(self) -> bool:
        """Whether row kinds are shown by lines instead of washes."""
        return self.mode == "contrast"


class LookHolder(QObject):
    """Holds the one look of the application; widgets that paint themselves repaint on Qt's style change."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.look = Look()

    def put(self, look: Look) -> None:
        """Set the look without telling anybody yet: the style must be in force first."""
        self.look = look


HOLDER = LookHolder()


def current() -> Look:
    """The look in force (light at 100 % before the first `apply`)."""
    return HOLDER.look


def color(token: str) -> QColor:
    """The colour of a token in the look in force."""
    return QColor(getattr(HOLDER.look.tokens, token))


def pane(width: float) -> int:
    """Width of a side pane: it grows less than type does, so that large type still fits a small window."""
    return round(width * (1 + max(0.0, HOLDER.look.scale - 1) * 0.35))


def px(measure: float) -> int:
    """A measure of the design at 100 %, scaled to the look in force, in whole device-independent pixels."""
    return round(measure * HOLDER.look.scale)
