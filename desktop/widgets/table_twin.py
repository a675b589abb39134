"""TableTwin: the same figures as a chart, as a plain table for whoever reads better in rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QFrame, QHeaderView, QTableView, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.row_focus import RowFocus
from desktop.widgets.themed import Themed
from desktop.words import tr

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class _TwinModel(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.titles: tuple[str, ...] = ()
        self.rows: tuple[tuple[str, ...], ...] = ()

    def put(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.beginResetModel()
        self.titles, self.rows = tuple(titles), tuple(tuple(row) for row in rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.titles)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.rows[index.row()][index.column()] or tr("empty")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_side(index.column()) | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole:
            return theme.font("number")
        return None

    def headerData(self, section: int, orientation: Any, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_side(section) | Qt.AlignmentFlag.AlignVCenter)
        is_text = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
        return self.titles[section] if is_text and section < len(self.titles) else None


def _side(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight


class TableTwin(Themed, RowFocus, QTableView):
    """First column words, the others figures at the right."""

    def __init__(self, name: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name, spoken)
        self._twin = _TwinModel(self)
        self.setModel(self._twin)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.restyle()

    def put(self, titles: Sequence[str], rows: Sequence[Sequence[str]], *, most: int = 0) -> None:
        """Show titles and rows of ready words. With `most` it is as high as its rows, up to so many."""
        self._twin.put(titles, rows)
        if most:
            self.setFixedHeight(px(32 + 26 * min(len(rows), most) + 2))

    def restyle(self) -> None:
        """Row height of the look."""
        self.verticalHeader().setMinimumSectionSize(px(20))
        self.verticalHeader().setDefaultSectionSize(px(26))
        self.viewport().update()
