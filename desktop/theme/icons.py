"""Phosphor icons by name, coloured by a token at paint time, so they follow the look by themselves."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import qtawesome
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QIconEngine, QPainter, QPixmap

from desktop.theme.look import color

PREFIX = "ph"

_LISTED = """
    arrow-counter-clockwise arrows-clockwise buildings calendar-blank caret-down caret-left caret-right caret-up
    clock-counter-clockwise laptop
    chart-bar check check-bold check-circle check-square circle-dashed clipboard-text clock cloud-check cloud-slash
    columns copy currency-dollar database desktop dots-three export eye eye-slash file-pdf file-text fingerprint flag
    folder-open funnel gear git-fork git-merge hand hand-palm house identification-card info keyboard link list
    lock-simple magnifying-glass note-pencil paper-plane-tilt pause play play-circle plus prohibit question x-square
    arrow-right arrow-left arrow-square-out arrows-left-right calendar-check caret-double-right chat-circle-dots circle
    download-simple envelope-simple eyedropper floppy-disk first-aid globe hash heartbeat hourglass key lightning
    list-bullets lock lock-key lock-open lock-simple-open minus moon palette pencil-simple phone power shield shuffle
    sliders-horizontal sort-ascending sun arrow-clockwise swap text-aa timer toggle-left tag user-plus wrench
    receipt shield-check sign-out stack table trash tray upload-simple user users warning warning-circle x x-circle
"""
NAMES: frozenset[str] = frozenset(_LISTED.split())
"""Every icon name that this program uses; a test resolves each one in the font that is shipped."""


@lru_cache(maxsize=512)
def glyph(name: str) -> str:
    """The character of an icon; an unknown name is an error, never an empty square."""
    if name not in NAMES:
        raise KeyError(f"icon {name!r} is not listed in desktop.theme.icons.NAMES")
    return str(qtawesome.charmap(f"{PREFIX}.{name}"))


@lru_cache(maxsize=32)
def _glyph_font(size: int) -> QFont:
    return QFont(qtawesome.font(PREFIX, size))


def paint_icon(painter: QPainter, rect: QRectF, name: str, ink: QColor | str) -> None:
    """Draw an icon centred in a rectangle, as large as its shorter side; `ink` is a colour or a token."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(_glyph_font(max(1, round(min(rect.width(), rect.height())))))
    painter.setPen(color(ink) if isinstance(ink, str) else ink)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyph(name))
    painter.restore()


class _TokenIconEngine(QIconEngine):
    """Draws one icon with the colour that its token has at that moment."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def paint(self, painter: QPainter, rect: QRect, mode: Any, state: Any) -> None:
        token = "control" if mode == QIcon.Mode.Disabled else self._token
        paint_icon(painter, QRectF(rect), self._name, token)

    def pixmap(self, size: QSize, mode: Any, state: Any) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture


@lru_cache(maxsize=512)
def icon(name: str, size: int = 16, token: str = "text") -> QIcon:  # noqa: S107 - a colour token
    """An icon for actions and Qt's own buttons; `size` only names the intended use, Qt asks for what it needs."""
    glyph(name)
    return QIcon(_TokenIconEngine(name, token))


def paint_icon_at(painter: QPainter, centre: QPointF, size: float, name: str, ink: QColor | str) -> None:
    """Draw an icon of a size around a point."""
    paint_icon(painter, QRectF(centre.x() - size / 2, centre.y() - size / 2, size, size), name, ink)
