"""PagedTable: rows of a page (charges, outbox, audit) painted by column kind; TotalsBar sticks below it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QTableView,
    QWidget,
)

from desktop import a11y
from desktop.theme import color, px
from desktop.widgets.draw import Left, Right, badge, badge_width, draw_text, hairline, rounded, row_focus
from desktop.widgets.paged import Column, ItemRole, PagedModel
from desktop.widgets.row_focus import RowFocus
from desktop.widgets.stage_ladder import Stage, paint_stage
from desktop.widgets.themed import Themed
from desktop.words import tr

_INKS = {"muted": "muted", "link": "accent"}
_ROLES = {"number": "number", "money": "number", "link": "medium"}
_UNKNOWN = {"—", "unknown", "none found"}
EDGE = 12


class RowDelegate(QStyledItemDelegate):
    """Paints one cell by the kind of its column."""

    def __init__(self, table: PagedTable) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: Any, index: Any) -> QSize:
        """Rows of one height."""
        return QSize(px(40), px(self._table.row_height))

    def paint(self, painter: QPainter, option: Any, index: Any) -> None:
        """Fill, hairline, content, and the ring of the current row."""
        rect = QRectF(option.rect)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        fill = "selection" if is_selected else "hover" if index.row() == self._table.hovered_row else "surface"
        painter.save()
        painter.fillRect(rect, color(fill))
        painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), hairline())
        column = self._table.paged.columns[index.column()]
        last = len(self._table.paged.columns) - 1
        inner = rect.adjusted(
            px(8 + (EDGE if index.column() == 0 else 0)), 0, -px(8 + (EDGE if index.column() == last else 0)), -1
        )
        if self._table.paged.row_at(index.row()) is None:
            rounded(
                painter, QRectF(inner.x(), inner.center().y() - px(4), inner.width() * 0.6, px(8)), px(4), "blank_bg"
            )
        else:
            paint_cell(painter, inner, column, index.data(ItemRole), is_selected=is_selected)
        if index.row() == self._table.currentIndex().row() and self._table.is_ring_shown:
            painter.setClipRect(rect)
            row_focus(painter, QRectF(0, rect.y(), self._table.viewport().width(), rect.height() - 1))
        painter.restore()


def paint_cell(painter: QPainter, inner: QRectF, column: Column, value: Any, *, is_selected: bool = False) -> None:
    """The content of a cell; `value` is a text, a (word, badge kind, icon), or a Stage."""
    if isinstance(value, Stage):
        paint_stage(painter, inner.adjusted(-px(2), 0, 0, 0), value)
    elif column.kind == "badge" and isinstance(value, tuple):
        word, kind, icon = value
        width = min(badge_width(word, icon), int(inner.width()))
        badge(painter, QRectF(inner.x(), round(inner.center().y() - px(10)), width, px(20)), word, kind, icon)
    elif value is not None:
        text = str(value)
        ink = "muted" if text in _UNKNOWN else _INKS.get(column.kind, "text")
        role = _ROLES.get(column.kind, "number")
        if column.kind == "strong":
            role = "semibold" if is_selected else "medium"
        draw_text(painter, inner, text, role, ink, Right if column.is_right else Left)


class _RowHeader(Themed, QHeaderView):
    """32 px, 12 muted; titles stand where the values of their column do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(px(32))

    def restyle(self) -> None:
        self.updateGeometry()
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), color("surface"))
        model = self.model()
        if isinstance(model, PagedModel):
            last = len(model.columns) - 1
            for section, column in enumerate(model.columns):
                if self.isSectionHidden(section):
                    continue
                left, width = self.sectionViewportPosition(section), self.sectionSize(section)
                cell = QRectF(left, 0, width, self.height() - 1).adjusted(
                    px(8 + (EDGE if section == 0 else 0)), 0, -px(8 + (EDGE if section == last else 0)), 0
                )
                side = Right if column.is_right else Left
                draw_text(painter, cell, column.title, "helper_medium", "muted", side)
        bottom = self.viewport().height() - 1
        painter.fillRect(QRectF(0, bottom, self.viewport().width(), 1), color("border"))


class PagedTable(Themed, RowFocus, QTableView):
    """One row at a time is looked at; `current_changed` tells its id, `opened` comes with Enter or double click."""

    current_changed = Signal(object)
    opened = Signal(object)

    def __init__(
        self, model: PagedModel, name: str, spoken: str, *, row_height: int = 32, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name, spoken)
        self.paged = model
        self.row_height = row_height
        self.hovered_row = -1
        model.setParent(self)
        self.setHorizontalHeader(_RowHeader(self))
        a11y.name_widget(self.horizontalHeader(), f"{name}_header", spoken)
        a11y.name_widget(self.horizontalHeader(), f"{name}_header", tr("Column titles"))
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.selectionModel().currentRowChanged.connect(self._tell)
        self.activated.connect(lambda index: self.opened.emit(model.id_at(index.row())))
        self.entered.connect(lambda index: self._hover(index.row()))
        self.viewportEntered.connect(lambda: self._hover(-1))
        self.restyle()

    def restyle(self) -> None:
        """Row heights and column widths of the look."""
        self.verticalHeader().setMinimumSectionSize(px(20))
        self.verticalHeader().setDefaultSectionSize(px(self.row_height))
        self._lay_out()

    def _lay_out(self) -> None:
        columns = self.paged.columns
        fixed = [px(column.width + (EDGE if n in {0, len(columns) - 1} else 0)) for n, column in enumerate(columns)]
        # Large type takes from the fixed columns too, so that the names keep at least a quarter of the width.
        taken = sum(w for w, c in zip(fixed, columns, strict=True) if not c.stretch)
        limit = self.viewport().width() * (75 if any(c.stretch for c in columns) else 100) // 100
        if taken > limit > 0:
            fixed = [width * limit // taken for width in fixed]
        shares = sum(column.stretch for column in columns) or 1.0
        room = max(0, self.viewport().width() - sum(w for w, c in zip(fixed, columns, strict=True) if not c.stretch))
        for number, column in enumerate(columns):
            width = int(room * column.stretch / shares) if column.stretch else fixed[number]
            self.setColumnWidth(number, max(width, px(32)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stretching columns share what the others leave."""
        super().resizeEvent(event)
        self._lay_out()

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            self.hovered_row = row
            self.viewport().update()

    def leaveEvent(self, event: Any) -> None:
        """No row stays marked when the mouse is gone."""
        self._hover(-1)
        super().leaveEvent(event)

    def _tell(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.viewport().update()
        self.current_changed.emit(self.paged.id_at(current.row()) if current.isValid() else None)

    @property
    def current_id(self) -> Any:
        """The id of the row that is looked at, or None."""
        index = self.currentIndex()
        return self.paged.id_at(index.row()) if index.isValid() else None

    def select_id(self, row_id: Any) -> bool:
        """Look at a row by id; False when it is not there."""
        return self._select(self.paged.place_of(row_id))

    def select_next(self) -> bool:
        """Look at the next row; False at the end."""
        return self._select(self.currentIndex().row() + 1)

    def select_previous(self) -> bool:
        """Look at the row before; False at the start."""
        return self._select(self.currentIndex().row() - 1)

    def _select(self, place: int) -> bool:
        if not 0 <= place < self.paged.rowCount():
            return False
        self.setCurrentIndex(self.paged.index(place, 0))
        return True


class TotalsBar(Themed, QWidget):
    """Lines of 28 px under a table: words at the left, a sum that stands under a column of the table."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name)
        self._lines: tuple[tuple[str, str], ...] = ()
        self._table: PagedTable | None = None
        self._column = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, *lines: tuple[str, str]) -> None:
        """Show (words, sum) lines; the last is semibold."""
        self._lines = lines
        self.setAccessibleName("; ".join(f"{words}: {total}" for words, total in lines))
        self.restyle()

    def stand_under(self, table: PagedTable, column: int) -> None:
        """Sums stand at the right edge of this column."""
        self._table, self._column = table, column
        table.horizontalHeader().sectionResized.connect(lambda *_: self.update())

    def sizeHint(self) -> QSize:
        """28 px for each line."""
        return QSize(px(300), px(28) * len(self._lines))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Canvas, hairlines, words, sums."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("canvas"))
        right = float(self.width() - px(20))
        if self._table is not None:
            header = self._table.horizontalHeader()
            right = header.sectionViewportPosition(self._column) + header.sectionSize(self._column) - px(8)
        for number, (words, total) in enumerate(self._lines):
            line = QRectF(0, number * px(28), self.width(), px(28))
            painter.fillRect(QRectF(0, line.y(), line.width(), 1), color("border"))
            draw_text(painter, QRectF(px(20), line.y(), right - px(140), line.height()), words, "helper", "muted")
            is_last = number == len(self._lines) - 1
            role = "helper_number_semibold" if is_last else "helper_number"
            draw_text(painter, QRectF(right - px(120), line.y(), px(120), line.height()), total, role, "text", Right)
