"""CompareTable: records side by side with the value that each field will carry.

Keys are told as signals, the page decides: Left and Right take a side, = keeps both, Space opens equal fields,
R held shows a hidden value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QTableView, QWidget

from desktop import a11y
from desktop.theme import px
from desktop.widgets.compare_delegate import CompareDelegate, segment_rects
from desktop.widgets.compare_header import CompareHeader
from desktop.widgets.compare_model import (
    FIRST_RECORD,
    CompareModel,
    CompareRow,
    Fold,
    FoldLine,
    Index,
    Line,
    RecordHead,
)
from desktop.widgets.row_focus import RowFocus
from desktop.widgets.themed import Themed
from desktop.words import tr

_SIDE_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class CompareTable(Themed, RowFocus, QTableView):
    """Two to many records; rows as tall as `row_height` px."""

    side_picked = Signal(str, int)  # row key, number of the record
    both_kept = Signal(str)
    option_picked = Signal(str, int)  # row key, number of the option
    fold_toggled = Signal(str, bool)
    reveal_changed = Signal(str, bool)  # row key, whether R is held
    row_changed = Signal(str)
    member_toggled = Signal(int)

    def __init__(
        self,
        name: str,
        spoken: str,
        *,
        row_height: int = 32,
        field: int = 96,
        result: int = 124,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name, spoken)
        self._field_width, self._result_width = field, result
        self._revealed = ""
        self.compare = CompareModel(self)
        self._header = CompareHeader(self)
        a11y.name_widget(self._header, f"{name}_header", tr("Column titles"))
        self._cells = CompareDelegate(self, row_height)
        self.setHorizontalHeader(self._header)
        self.setModel(self.compare)
        self.setItemDelegate(self._cells)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.compare.modelReset.connect(self._lay_out)
        self._header.member_toggled.connect(self.member_toggled)
        self.restyle()

    def restyle(self) -> None:
        """Row heights and column widths of the look."""
        # Default first: rows that a larger minimum had to stretch would no longer follow it.
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(px(self._cells.row_height))
        self.verticalHeader().setMinimumSectionSize(px(20))
        self._header.restyle()
        self._lay_out()

    def set_measures(self, *, field: int, result: int) -> None:
        """Widths of the field and result columns, in px at 100 %."""
        self._field_width, self._result_width = field, result
        self._lay_out()

    def put(
        self, heads: Sequence[RecordHead], rows: Sequence[CompareRow], folds: Sequence[Fold] = (), current: str = ""
    ) -> None:
        """Show records; `current` is the row to stand on, else the first."""
        self.compare.put(heads, rows, folds)
        self.set_row(current)

    def replace(self, row: CompareRow) -> None:
        """Show one row anew."""
        self.compare.replace(row)

    def set_row(self, key: str = "") -> None:
        """Stand on a row; the first when the key is not there."""
        place = max(0, self.compare.place_of(key))
        if self.compare.rowCount():
            self.setCurrentIndex(self.compare.index(place, FIRST_RECORD))

    @property
    def current_line(self) -> Line | None:
        """The row or fold that the table stands on."""
        index = self.currentIndex()
        return self.compare.line(index.row()) if index.isValid() else None

    @property
    def current_key(self) -> str:
        """Key of the row that the table stands on, "" on a fold."""
        line = self.current_line
        return line.key if isinstance(line, CompareRow) else ""

    def toggle_fold(self, key: str = "") -> None:
        """Open or close a fold; without a key the one under the cursor, else the first."""
        line = self.current_line
        places = self.compare.fold_places
        if not key and isinstance(line, FoldLine):
            key = line.fold.key
        elif not key and places:
            first = self.compare.line(places[0])
            key = first.fold.key if isinstance(first, FoldLine) else ""
        if not key:
            return
        here = self.current_key or key
        is_open = not self.compare.is_open(key)
        self.compare.set_open(key, is_open)
        self.set_row(here if self.compare.place_of(here) >= 0 else key)
        self.fold_toggled.emit(key, is_open)

    def _lay_out(self) -> None:
        self.clearSpans()
        for place in self.compare.fold_places:
            self.setSpan(place, 0, 1, self.compare.columnCount())
        count = len(self.compare.heads)
        if not count:
            return
        whole = self.viewport().width()  # large type must leave the records their room
        glyph = px(44)
        field = min(px(self._field_width), whole * 24 // 100)
        result = min(px(self._result_width + 16), whole * 30 // 100)
        room = max(count * px(40), whole - glyph - field - result)
        self.setColumnWidth(0, glyph)
        self.setColumnWidth(1, field)
        for side in range(count):
            self.setColumnWidth(FIRST_RECORD + side, room * (side + 1) // count - room * side // count)
        self.setColumnWidth(self.compare.result_column, result)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Records share what the other columns leave."""
        super().resizeEvent(event)
        self._lay_out()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Both rows are painted anew over their full width."""
        super().currentChanged(current, previous)
        if current.row() != previous.row():
            self.viewport().update()
            self.row_changed.emit(self.current_key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the comparison; the others move between rows."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self._take_key(event):
            super().keyPressEvent(event)

    def _take_key(self, event: QKeyEvent) -> bool:
        line = self.current_line
        key = event.key()
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.toggle_fold()
            return True
        if not isinstance(line, CompareRow):
            return key in _SIDE_KEYS
        if key in _SIDE_KEYS:
            self.is_keyed = True
            if not event.isAutoRepeat():
                self._pick_by_key(line, _SIDE_KEYS[Qt.Key(key)])
            return True
        if key == Qt.Key.Key_Equal:
            if line.can_keep_both and not event.isAutoRepeat():
                self.both_kept.emit(line.key)
            return True
        if key == Qt.Key.Key_R and line.kind == "hidden":
            if not event.isAutoRepeat():
                self._revealed = line.key
                self.reveal_changed.emit(line.key, True)
            return True
        return False

    def _pick_by_key(self, row: CompareRow, way: int) -> None:
        """With two records Left is A and Right is B; with more, the choice moves one column."""
        if row.options:
            option = min(max(row.option + way, 0), len(row.options) - 1)
            self.option_picked.emit(row.key, option)
            return
        if not row.can_pick:
            return
        last = len(self.compare.heads) - 1
        if last == 1 or not row.taken:
            side = 0 if way < 0 else last
        else:
            side = min(max((min(row.taken) if way < 0 else max(row.taken)) + way, 0), last)
        self._pick(row, side)

    def _pick(self, row: CompareRow, side: int) -> None:
        self.setCurrentIndex(self.compare.index(self.currentIndex().row(), FIRST_RECORD + side))
        self.side_picked.emit(row.key, side)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A hidden value is shown only while R is held."""
        if event.key() == Qt.Key.Key_R and self._revealed and not event.isAutoRepeat():
            key, self._revealed = self._revealed, ""
            self.reveal_changed.emit(key, False)
            return
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: Any) -> None:
        """Leaving the table hides what R showed."""
        if self._revealed:
            key, self._revealed = self._revealed, ""
            self.reveal_changed.emit(key, False)
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a fold opens it, on a choice takes it, on a value of the current row takes that side."""
        index = self.indexAt(event.position().toPoint())
        was_current = index.isValid() and index.row() == self.currentIndex().row()
        super().mousePressEvent(event)
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        line = self.compare.line(index.row())
        if isinstance(line, FoldLine):
            self.toggle_fold(line.fold.key)
        elif line.options and index.column() == self.compare.result_column:
            parts = segment_rects(QRectF(self.visualRect(index)), line.options, line.option)
            for number, part in enumerate(parts):
                if part.contains(event.position()):
                    self.option_picked.emit(line.key, number)
        elif was_current and line.can_pick and FIRST_RECORD <= index.column() < self.compare.result_column:
            self.side_picked.emit(line.key, index.column() - FIRST_RECORD)
