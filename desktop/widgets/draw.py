"""Drawing shared by widgets and delegates: text with marked letters, discs, caps, badges, hatch, focus."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from desktop import theme
from desktop.theme import color, px

Ink = str | QColor
"""A token name, or a colour mixed from tokens."""

Left = Qt.AlignmentFlag.AlignLeft
Right = Qt.AlignmentFlag.AlignRight
Centre = Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one role and ink; `is_marked` underlines it 2 px thick, `is_struck` strikes it through."""

    text: str
    role: str = "body"
    ink: str = "text"
    is_marked: bool = False
    is_struck: bool = False


def ink_of(ink: Ink) -> QColor:
    """The colour that a token or colour stands for."""
    return color(ink) if isinstance(ink, str) else ink


def faded(token: str, share: float) -> QColor:
    """A token at part strength, 0 to 1."""
    tint = color(token)
    tint.setAlphaF(share)
    return tint


def hairline() -> QColor:
    """Lines between rows: the border at about half strength, at full strength in high contrast."""
    return faded("border", 0.55) if theme.current().mode != "contrast" else faded("border", 0.5)


def text_width(text: str, role: str) -> float:
    """Width of one line of text."""
    return QFontMetricsF(theme.font(role)).horizontalAdvance(text)


def baseline(rect: QRectF, font: QFont) -> float:
    """The y at which a line of text stands in the middle of a rectangle."""
    metrics = QFontMetricsF(font)
    return rect.center().y() + (metrics.ascent() - metrics.descent()) / 2


def draw_text(  # noqa: PLR0917 - the order of a painter's own calls
    painter: QPainter,
    rect: QRectF,
    text: str,
    role: str = "body",
    ink: Ink = "text",
    align: Qt.AlignmentFlag = Left,
) -> float:
    """One elided line in the middle of a rectangle; answers the width that was used."""
    font = theme.font(role)
    metrics = QFontMetricsF(font)
    shown = text if metrics.horizontalAdvance(text) <= rect.width() else _elided(metrics, text, rect.width())
    width = metrics.horizontalAdvance(shown)
    x = rect.x()
    if align == Right:
        x = rect.right() - width
    elif align == Centre:
        x = rect.x() + (rect.width() - width) / 2
    painter.setFont(font)
    painter.setPen(ink_of(ink))
    painter.drawText(QPointF(x, baseline(rect, font)), shown)
    return width


def draw_spans(painter: QPainter, rect: QRectF, spans: Sequence[Span], align: Qt.AlignmentFlag = Left) -> float:
    """One line of differently set runs; the run that does not fit is elided and ends the line."""
    x = rect.x()
    if align == Right:
        x = max(x, rect.right() - sum(text_width(span.text, span.role) for span in spans))
    start = x
    for number, span in enumerate(spans):
        font = theme.font(span.role)
        metrics = QFontMetricsF(font)
        room = rect.right() - x
        rest = sum(text_width(later.text, later.role) for later in spans[number + 1 :])
        advance = metrics.horizontalAdvance(span.text)
        shown = span.text
        is_last = advance > room or (advance + min(rest, metrics.horizontalAdvance("…")) > room)
        if is_last:
            shown = _elided(metrics, span.text + ("…" if rest else ""), room)
            advance = metrics.horizontalAdvance(shown)
        y = baseline(rect, font)
        painter.setFont(font)
        painter.setPen(color(span.ink))
        painter.drawText(QPointF(x, y), shown)
        if span.is_marked:
            painter.fillRect(QRectF(x, y + px(3), advance, max(1, px(2))), color(span.ink))
        if span.is_struck:
            painter.fillRect(QRectF(x, y - metrics.xHeight() / 2, advance, 1), color(span.ink))
        x += advance
        if is_last:
            break
    return x - start


def _elided(metrics: QFontMetricsF, text: str, width: float) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def rounded(  # noqa: PLR0917 - the order of a painter's own calls
    painter: QPainter,
    rect: QRectF,
    radius: float,
    fill: Ink | None = None,
    edge: Ink | None = None,
    width: float = 1.0,
    *,
    is_dashed: bool = False,
) -> None:
    """A rounded box whose edge lies inside the rectangle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(ink_of(fill) if fill is not None else Qt.BrushStyle.NoBrush)
    inset = 0.0
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        pen = QPen(ink_of(edge), width)
        if is_dashed:
            pen.setDashPattern([3, 2])
        painter.setPen(pen)
        inset = width / 2
    corner = max(0.0, radius - inset)
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), corner, corner)
    painter.restore()


def hatch(painter: QPainter, rect: QRectF, radius: float, *, ground: Ink, line: Ink, step: float = 6) -> None:
    """A rounded box with 1 px lines at 45 degrees, `step` px apart measured across them."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QPainterPath()
    outline.addRoundedRect(rect, radius, radius)
    painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
    painter.fillRect(rect, ink_of(ground))
    hatch_lines(painter, rect, line, step)
    painter.restore()


def hatch_lines(painter: QPainter, rect: QRectF, line: Ink, step: float = 6, width: float = 1.0) -> None:
    """Lines at 45 degrees over a rectangle; the caller clips."""
    pitch = step * math.sqrt(2)
    height = rect.height()
    painter.setPen(QPen(ink_of(line), width))
    x = rect.left() - height
    while x < rect.right():
        painter.drawLine(QLineF(x, rect.bottom(), x + height, rect.top()))
        x += pitch


def tier_disc(painter: QPainter, rect: QRectF, tier: str) -> None:
    """S filled, L ringed, U dashed: the three tiers differ without colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink: Ink = "accent"
    if tier == "S":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("accent"))
        painter.drawEllipse(rect)
        ink = "on_accent"
    else:
        pen = QPen(color("accent" if tier == "L" else "control"), 2)
        if tier != "L":
            pen.setDashPattern([2.4, 1.8])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            ink = "muted"
        painter.setPen(pen)
        painter.setBrush(color("surface"))
        painter.drawEllipse(rect.adjusted(1, 1, -1, -1))
    draw_text(painter, rect, tier, "helper_semibold", ink, Centre)
    painter.restore()


def side_letter(painter: QPainter, rect: QRectF, letter: str, *, is_kept: bool) -> None:
    """The letter of a record: filled for the record that is kept."""
    if is_kept:
        rounded(painter, rect, px(5), "accent")
    else:
        rounded(painter, rect, px(5), "surface", "control")
    draw_text(painter, rect, letter, "helper_semibold", "on_accent" if is_kept else "text", Centre)


def key_cap_width(key: str) -> int:
    """Width of a key cap: square for one letter, wider for words."""
    return max(px(20), math.ceil(text_width(key, "key")) + px(10))


def key_cap(painter: QPainter, rect: QRectF, key: str, ink: Ink = "muted", *, is_on_accent: bool = False) -> None:
    """A key drawn as a cap."""
    if is_on_accent:
        edge = color("on_accent")
        edge.setAlphaF(0.45 if theme.current().mode != "contrast" else 1.0)
        rounded(painter, rect, px(4), None, edge)
        ink = "on_accent"
    else:
        rounded(painter, rect, px(4), "canvas", "border")
    draw_text(painter, rect, key, "key", ink, Centre)


BADGE_TOKENS: dict[str, tuple[str, str]] = {
    "neutral": ("muted", "sunken"),
    "info": ("only_ink", "only_bg"),
    "ok": ("ok", "ok_bg"),
    "warn": ("warn", "warn_bg"),
    "bad": ("bad", "bad_bg"),
    "accent": ("accent", "accent_soft"),
}
"""Badge kind -> (ink, ground)."""


def badge_width(text: str, icon: str = "") -> int:
    """Width of a badge with padding 7 and, when it has one, an icon of 14 px."""
    return math.ceil(text_width(text, "key")) + px(14) + (px(19) if icon else 0)


def badge(painter: QPainter, rect: QRectF, text: str, kind: str = "neutral", icon: str = "") -> None:
    """A small state word on its wash; in high contrast an outline instead of the wash."""
    ink, ground = BADGE_TOKENS[kind]
    rounded(painter, rect, px(6), ground, ink if theme.current().is_contrast else None)
    inner = rect.adjusted(px(7), 0, -px(7), 0)
    if icon:
        theme.paint_icon_at(painter, QPointF(inner.x() + px(7), rect.center().y()), px(14), icon, ink)
        inner.setLeft(inner.x() + px(19))
    draw_text(painter, inner.adjusted(0, 0, 1, 0), text, "key", ink)


def row_focus(painter: QPainter, rect: QRectF, radius: float = 4) -> None:
    """Focus inside a row: 2 px, nothing outside the row."""
    rounded(painter, rect, px(radius), None, "focus", 2)
