"""PagedModel: big lists as ordered ids first, then rows in pages of 200 by id, as they come into view.

`ids()` answers all ids in order; `rows(ids)` answers one plain value per id, in any order, keyed by id. Both run
through the runner, which calls back on the window's thread; nothing here touches a store.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from desktop.words import tr

Index = QModelIndex | QPersistentModelIndex
ItemRole = int(Qt.ItemDataRole.UserRole)
PAGE_SIZE = 200
PAGES_KEPT = 64
_ROOT = QModelIndex()

Done = Callable[[Any], None]
Failed = Callable[[BaseException], None]
Runner = Callable[[Callable[[], Any], Done, Failed], None]
"""runner(work, done, failed): runs `work` elsewhere, then calls `done` or `failed` on the window's thread."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: title, how to get its value from a row, and how it is set.

    Kinds: text, strong, muted, number, money, link, badge (word, badge kind, icon), stage. `width` in px at 100 %,
    or `stretch` as a share of what is left. `spoken` makes the words for screen readers where the value is not text.
    """

    title: str
    value: Callable[[Any], Any]
    kind: str = "text"
    width: int = 0
    stretch: float = 0.0
    spoken: Callable[[Any], str] | None = None
    tooltip: Callable[[Any], str] | None = None

    @property
    def is_right(self) -> bool:
        """Figures and next steps stand at the right."""
        return self.kind in {"number", "money", "link"}


def run_here(work: Callable[[], Any], done: Done, failed: Failed) -> None:
    """A runner that runs at once on the calling thread, for small lists and tests."""
    done(work())


class PagedModel(QAbstractTableModel):
    """Loads only what is looked at; at most 64 pages are kept, the longest unseen goes first."""

    loaded = Signal(int)  # number of rows
    failed = Signal(object)  # the error of a failed load

    def __init__(
        self,
        columns: Sequence[Column],
        ids: Callable[[], Sequence[Any]],
        rows: Callable[[Sequence[Any]], Mapping[Any, Any]],
        runner: Runner = run_here,
        parent: Any = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._read_ids, self._read_rows, self._runner = ids, rows, runner
        self._ids: Sequence[Any] = ()
        self._pages: OrderedDict[int, Mapping[Any, Any]] = OrderedDict()
        self._asked: set[int] = set()
        self._turn = 0

    def reload(self) -> None:
        """Read the ids anew; answers of an earlier turn are dropped."""
        self._turn += 1
        turn = self._turn
        self._runner(self._read_ids, lambda ids: self._put_ids(turn, ids), lambda error: self._fail(turn, error))

    def set_source(self, ids: Callable[[], Sequence[Any]], rows: Callable[[Sequence[Any]], Mapping[Any, Any]]) -> None:
        """Another filter or order: other ids from the same page."""
        self._read_ids, self._read_rows = ids, rows
        self.reload()

    def _put_ids(self, turn: int, ids: Sequence[Any]) -> None:
        if turn != self._turn:
            return
        self.beginResetModel()
        self._ids = ids
        self._pages.clear()
        self._asked.clear()
        self.endResetModel()
        self.loaded.emit(len(ids))

    def _fail(self, turn: int, error: BaseException) -> None:
        if turn == self._turn:
            self.failed.emit(error)

    def _ask(self, page: int) -> None:
        if page in self._asked:
            return
        self._asked.add(page)
        turn = self._turn
        ids = list(self._ids[page * PAGE_SIZE : (page + 1) * PAGE_SIZE])
        self._runner(
            lambda: self._read_rows(ids),
            lambda rows: self._put_page(turn, page, rows),
            lambda error: self._fail_page(turn, page, error),
        )

    def _put_page(self, turn: int, page: int, rows: Mapping[Any, Any]) -> None:
        if turn != self._turn:
            return
        self._asked.discard(page)
        self._pages[page] = rows
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        last = min((page + 1) * PAGE_SIZE, len(self._ids)) - 1
        self.dataChanged.emit(self.index(page * PAGE_SIZE, 0), self.index(last, len(self.columns) - 1))

    def _fail_page(self, turn: int, page: int, error: BaseException) -> None:
        self._asked.discard(page)
        self._fail(turn, error)

    def id_at(self, place: int) -> Any:
        """The id of a row, known before the row itself is."""
        return self._ids[place] if 0 <= place < len(self._ids) else None

    def place_of(self, row_id: Any) -> int:
        """The place of an id, or -1."""
        try:
            return self._ids.index(row_id)
        except ValueError:
            return -1

    def row_at(self, place: int) -> Any | None:
        """The row at a place, or None while it is being read (which this starts)."""
        page = place // PAGE_SIZE
        rows = self._pages.get(page)
        if rows is None:
            self._ask(page)
            rows = self._pages.get(page)
            if rows is None:
                return None
        self._pages.move_to_end(page)
        return rows.get(self._ids[place])

    @property
    def pages_held(self) -> tuple[int, ...]:
        """Numbers of the pages in memory, longest unseen first."""
        return tuple(self._pages)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """All ids."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """All columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """The value of a cell, or nothing while its page is being read; screen readers always hear something."""
        if not index.isValid() or role not in _ROLES:
            return None
        column = self.columns[index.column()]
        row = self.row_at(index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("loading") if row is None else spoken_cell(column, row)
        if row is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tooltip(row) if column.tooltip else None
        value = column.value(row)
        if role == ItemRole:
            return value
        return value if isinstance(value, str) else str(value) if value is not None else ""

    def headerData(self, section: int, orientation: Any, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Titles; figures have theirs at the right."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].is_right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


_ROLES = {
    int(Qt.ItemDataRole.DisplayRole),
    int(Qt.ItemDataRole.AccessibleTextRole),
    int(Qt.ItemDataRole.ToolTipRole),
    ItemRole,
}


def spoken_cell(column: Column, row: Any) -> str:
    """A cell in words, never empty."""
    if column.spoken is not None:
        return column.spoken(row) or tr("empty")
    value = column.value(row)
    if isinstance(value, tuple):
        value = value[0]
    return str(value) if value not in {None, "", "—"} else tr("empty")
