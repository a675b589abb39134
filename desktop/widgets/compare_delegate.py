"""How a comparison is painted: glyphs, washes, marked letters, ticks, hatch, results and folds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate

from desktop import theme
from desktop.theme import color, px
from desktop.widgets.compare_model import (
    FIELD_COLUMN,
    FIRST_RECORD,
    GLYPH_COLUMN,
    HIDDEN_DOTS,
    CompareModel,
    CompareRow,
    FoldLine,
    ItemRole,
)
from desktop.widgets.draw import (
    Centre,
    Span,
    badge,
    badge_width,
    draw_spans,
    draw_text,
    hairline,
    hatch,
    key_cap,
    key_cap_width,
    rounded,
    row_focus,
    side_letter,
    text_width,
)
from desktop.words import tr

_TEXT_GLYPHS = {"same": "=", "near": "~", "different": "≠", "both": "+"}
_ICON_GLYPHS = {"history": "clock", "hidden": "eye-slash"}
_GLYPH_INKS = {"near": "diff_ink", "different": "diff_ink", "only": "only_ink"}
SEGMENT_WIDTH, SEGMENT_HEIGHT = 256, 28


class CompareDelegate(QStyledItemDelegate):
    """Paints the cells of a `CompareModel`."""

    def __init__(self, view: QAbstractItemView, row_height: int = 32) -> None:
        super().__init__(view)
        self._view = view
        self.row_height = row_height

    def sizeHint(self, option: Any, index: Any) -> QSize:
        """Rows of one height."""
        return QSize(px(80), px(self.row_height))

    def paint(self, painter: QPainter, option: Any, index: Any) -> None:
        """One cell, over the fill of the current row."""
        line = index.data(ItemRole)
        model = index.model()
        rect = QRectF(option.rect)
        painter.save()
        is_current = index.row() == self._view.currentIndex().row()
        painter.fillRect(rect, color("selection" if is_current else "surface"))
        painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), hairline())
        if isinstance(line, FoldLine):
            self._paint_fold(painter, rect, line)
        elif index.column() == GLYPH_COLUMN:
            middle = QPointF(rect.x() + px(30), rect.center().y() - 0.5)
            paint_glyph(painter, middle, line, model)
        elif index.column() == FIELD_COLUMN:
            ink = "text" if is_current else "muted"
            role = "medium" if is_current else "body"
            draw_text(painter, rect.adjusted(px(4), 0, -px(4), -1), line.field, role, ink)
        elif index.column() == model.result_column:
            self._paint_result(painter, rect, line, model)
        else:
            self._paint_value(painter, rect, line, index.column() - FIRST_RECORD, model)
        if is_current and getattr(self._view, "is_ring_shown", False):
            _ring(painter, self._view, rect)
        painter.restore()

    def _paint_value(self, painter: QPainter, rect: QRectF, row: CompareRow, side: int, model: CompareModel) -> None:
        high = px(26 if self.row_height <= 32 else 34)
        box = QRectF(rect.x() + px(2), round(rect.center().y() - 0.5 - high / 2), rect.width() - px(4), high)
        ink = paint_wash(painter, box, row, side)
        inner = box.adjusted(px(8), 0, -px(8), 0)
        if side in row.taken and row.kind not in {"same", "hidden"}:
            tick = QPointF(inner.right() - px(7), inner.center().y())
            tick_ink = ink if row.kind in {"near", "different", "only"} else "accent"
            theme.paint_icon_at(painter, tick, px(14), "check-bold", tick_ink)
            inner.setRight(inner.right() - px(20))
        draw_spans(painter, inner, _value_spans(row, side, ink, model))

    def _paint_result(self, painter: QPainter, rect: QRectF, row: CompareRow, model: CompareModel) -> None:
        inner = rect.adjusted(px(10), 0, -px(16), -1)
        middle = inner.center().y()
        if row.options:
            parts = segment_rects(rect, row.options, row.option)
            paint_segments(painter, parts, row.options, row.option)
            return
        x = inner.x()
        for side in sorted(row.taken):
            letter = model.heads[side].letter
            if letter and row.kind != "same":
                side_letter(painter, QRectF(x, round(middle - px(10)), px(20), px(20)), letter, is_kept=False)
                x += px(28)
        if row.is_by_person:
            box = QRectF(x, round(middle - px(10)), badge_width(row.source), px(20))
            badge(painter, box, row.source, "accent")
        else:
            role = "helper" if row.taken else "helper_medium"
            draw_text(painter, QRectF(x, inner.y(), inner.right() - x, inner.height()), row.source, role, "muted")

    def _paint_fold(self, painter: QPainter, rect: QRectF, line: FoldLine) -> None:
        middle = rect.center().y() - 0.5
        band = QRectF(rect.x(), rect.y(), rect.width(), rect.height() - 1)
        draw_text(painter, QRectF(rect.x() + px(22), band.y(), px(16), band.height()), "=", "semibold", "muted", Centre)
        right = rect.right() - px(24)
        if line.fold.has_key:
            cap = key_cap_width(tr("Space"))
            key_cap(painter, QRectF(right - cap, round(middle - px(10)), cap, px(20)), tr("Space"))
            right -= cap + px(8)
        word = tr("Hide") if line.is_open else tr("Show")
        width = text_width(word, "medium")
        draw_text(painter, QRectF(right - width, band.y(), width + 1, band.height()), word, "medium", "accent")
        left = rect.x() + px(48)
        room = QRectF(left, band.y(), right - width - px(12) - left, band.height())
        spans = [Span(line.fold.text, "medium", "muted"), Span("  " + line.fold.detail, "helper", "muted")]
        draw_spans(painter, room, spans if line.fold.detail else spans[:1])


def paint_glyph(painter: QPainter, middle: QPointF, row: CompareRow, model: CompareModel | None = None) -> None:
    """The sign of a row kind: a text sign, an icon, or a triangle to the side that has the value."""
    ink = _GLYPH_INKS.get(row.kind, "muted")
    box = QRectF(middle.x() - px(8), middle.y() - px(10), px(16), px(20))
    if row.kind in _TEXT_GLYPHS:
        draw_text(painter, box, _TEXT_GLYPHS[row.kind], "bold", ink, Centre)
    elif row.kind in _ICON_GLYPHS:
        theme.paint_icon_at(painter, middle, px(16), _ICON_GLYPHS[row.kind], ink)
    else:
        is_left = bool(row.values and row.values[0])
        reach = px(4) * (1 if is_left else -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(ink))
        corners = [middle + QPointF(-reach, 0), middle + QPointF(reach, -px(5)), middle + QPointF(reach, px(5))]
        painter.drawPolygon(QPolygonF(corners))
        painter.restore()


def paint_wash(painter: QPainter, box: QRectF, row: CompareRow, side: int) -> str:
    """The ground of a value by row kind; answers the ink that goes on it."""
    if side in row.plain:
        return "muted"
    is_blank = side in row.history or (row.kind == "only" and not row.values[side])
    if row.kind in {"near", "different"}:
        ground, ink = "diff_bg", "diff_ink"
    elif row.kind == "only" and not is_blank:
        ground, ink = "only_bg", "only_ink"
    else:
        ground, ink = "", "text" if row.kind == "both" else "muted"
    if theme.current().is_contrast:
        _underline(painter, box, row.kind, is_blank=is_blank)
        return "text" if is_blank else ink
    if is_blank:
        hatch(painter, box, px(6), ground="blank_bg", line="border", step=px(6))
    elif ground:
        rounded(painter, box, px(6), ground)
    return ink


def _underline(painter: QPainter, box: QRectF, kind: str, *, is_blank: bool) -> None:
    """High contrast: solid for differences, dashed for one side only, double for blank and history."""
    y = box.bottom() - 1
    if is_blank:
        for line in (y, y - 3):
            painter.fillRect(QRectF(box.x(), line, box.width(), 1), color("border"))
    elif kind in {"near", "different"}:
        painter.fillRect(QRectF(box.x(), y - 1, box.width(), 2), color("diff_ink"))
    elif kind == "only":
        pen = QPen(color("only_ink"), 2)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.drawLine(QPointF(box.x(), y), QPointF(box.right(), y))


def _value_spans(row: CompareRow, side: int, ink: str, model: CompareModel) -> list[Span]:
    if row.kind == "hidden":
        return [Span(HIDDEN_DOTS, "medium", ink)]
    text = row.values[side]
    if not text:
        return [Span("—", "body", "muted")]
    if side in row.plain:
        return [Span(text, "body", ink)]
    if row.kind == "near":
        return [
            Span(piece.text, "bold" if piece.is_different else "body", ink, is_marked=piece.is_different)
            for piece in model.pieces_of(row, side)
        ]
    return [Span(text, "semibold" if row.kind == "different" else "body", ink)]


def segment_rects(cell: QRectF, words: Sequence[str], chosen: int) -> list[QRectF]:
    """The parts of a choice inside a result cell, each as wide as its word needs; the chosen one has a tick."""
    whole = min(px(SEGMENT_WIDTH), cell.width() - px(28))
    top = round(cell.center().y() - 0.5 - px(SEGMENT_HEIGHT) / 2)
    left = cell.x() + px(10)
    needs = [text_width(word, "medium") + (px(18) if n == chosen else 0) for n, word in enumerate(words)]
    air = (whole - sum(needs)) / len(words)
    edges = [left]
    for need in needs:
        edges.append(edges[-1] + need + air)
    return [QRectF(round(a), top, round(b) - round(a), px(SEGMENT_HEIGHT)) for a, b in pairwise(edges)]


def paint_segments(painter: QPainter, parts: list[QRectF], words: Sequence[str], chosen: int) -> None:
    """A choice in parts; the chosen one is filled and ticked."""
    whole = parts[0].united(parts[-1])
    rounded(painter, whole, px(6), "surface")
    for number, (part, word) in enumerate(zip(parts, words, strict=True)):
        is_on = number == chosen
        if is_on:
            painter.save()
            painter.setClipRect(part)
            rounded(painter, whole, px(6), "accent")
            painter.restore()
        elif number and number - 1 != chosen:
            painter.fillRect(QRectF(part.x(), part.y(), 1, part.height()), color("control"))
        width = text_width(word, "medium" if is_on else "body")
        left = part.x() + (part.width() - width - (px(18) if is_on else 0)) / 2
        if is_on:
            theme.paint_icon_at(painter, QPointF(left + px(6), part.center().y()), px(12), "check-bold", "on_accent")
            left += px(18)
        role, ink = ("medium", "on_accent") if is_on else ("body", "text")
        draw_text(painter, QRectF(left, part.y(), part.right() - left, part.height()), word, role, ink)
    rounded(painter, whole, px(6), None, "control")


def _ring(painter: QPainter, view: QAbstractItemView, cell: QRectF) -> None:
    """The part of the ring of the whole row that lies in this cell."""
    row = QRectF(0, cell.y(), view.viewport().width(), cell.height() - 1)
    painter.setClipRect(cell)
    row_focus(painter, row)
