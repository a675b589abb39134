"""Heads of the compared records: letter or icon, name, age of the source, "kept", and a tick in groups."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QStyle, QWidget

from desktop import theme
from desktop.theme import color, px
from desktop.theme.style import draw_tick
from desktop.widgets.compare_model import FIELD_COLUMN, FIRST_RECORD, CompareModel, RecordHead
from desktop.widgets.draw import badge, badge_width, draw_text, side_letter, text_width
from desktop.widgets.themed import Themed
from desktop.words import tr


class CompareHeader(Themed, QHeaderView):
    """52 px high; a click on a tick tells which record was ticked or left out."""

    member_toggled = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(px(20))

    def restyle(self) -> None:
        """Height of the look."""
        self.updateGeometry()
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """Two lines of text."""
        return QSize(super().sizeHint().width(), px(52))

    def paintEvent(self, event: QPaintEvent) -> None:
        """All heads and the line below them."""
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), color("surface"))
        model = self.model()
        if not isinstance(model, CompareModel):
            return
        for section in range(self.count()):
            cell = QRectF(self._cell(section))
            if section == FIELD_COLUMN:
                draw_text(painter, cell.adjusted(px(4), 0, 0, 0), tr("Field"), "helper_medium", "muted")
            elif section == model.result_column:
                draw_text(painter, cell.adjusted(px(10), 0, 0, 0), tr("Result"), "helper_medium", "muted")
            elif section >= FIRST_RECORD:
                _paint_head(painter, cell, model.heads[section - FIRST_RECORD])
        bottom = self.viewport().height() - 1
        painter.fillRect(QRectF(0, bottom, self.viewport().width(), 1), color("border"))

    def _cell(self, section: int) -> QRect:
        return QRect(self.sectionViewportPosition(section), 0, self.sectionSize(section), self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ticks of groups."""
        model = self.model()
        section = self.logicalIndexAt(event.position().toPoint())
        if isinstance(model, CompareModel) and FIRST_RECORD <= section < model.result_column:
            head = model.heads[section - FIRST_RECORD]
            is_hit = _tick_rect(QRectF(self._cell(section))).adjusted(-4, -4, 4, 4).contains(event.position())
            if head.is_member is not None and is_hit:
                self.member_toggled.emit(section - FIRST_RECORD)
        super().mousePressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """The tooltip of a head is its full text."""
        if event.type() == QEvent.Type.ToolTip:
            return False
        return super().viewportEvent(event)


def _tick_rect(cell: QRectF) -> QRectF:
    return QRectF(cell.right() - px(26), cell.center().y() - px(8), px(16), px(16))


def _paint_head(painter: QPainter, cell: QRectF, head: RecordHead) -> None:
    left = cell.x() + px(8)
    top = cell.y() + (cell.height() - px(36)) / 2
    if head.letter:
        side_letter(painter, QRectF(left, top, px(20), px(20)), head.letter, is_kept=head.is_kept)
        left += px(28)
    elif head.icon:
        theme.paint_icon_at(painter, QPointF(left + px(8), top + px(10)), px(16), head.icon, "muted")
        left += px(24)
    right = cell.right() - px(8) - (px(26) if head.is_member is not None else 0)
    kept = tr("kept")
    # Where the name and "kept" do not both fit the filled letter says it alone.
    badge_room = badge_width(kept) + px(10)
    has_badge = head.is_kept and text_width(head.title, "semibold") + badge_room <= right - left
    room = right - left - (badge_room if has_badge else 0)
    used = draw_text(painter, QRectF(left, top, room, px(20)), head.title, "semibold")
    if has_badge:
        box = QRectF(round(left + used + px(10)), round(top), badge_width(kept), px(20))
        badge(painter, box, kept)
    draw_text(painter, QRectF(left, top + px(20), right - left, px(16)), head.subtitle, "helper", "muted")
    if head.is_member is not None:
        flags: Any = QStyle.StateFlag.State_Enabled
        flags |= QStyle.StateFlag.State_On if head.is_member else QStyle.StateFlag.State_Off
        draw_tick(painter, _tick_rect(cell), flags)
