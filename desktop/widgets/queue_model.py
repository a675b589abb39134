"""Rows of a queue under group headings, as a list model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.widgets.tier_disc import TIER_WORDS, tier_word
from desktop.words import tr

Index = QModelIndex | QPersistentModelIndex
ItemRole = int(Qt.ItemDataRole.UserRole)
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One finding: key, first line, facts, tier letter or icon, group, and a mark at the right with its word."""

    key: str
    title: str
    facts: str
    tier: str = ""
    icon: str = ""
    group: str = ""
    mark_icon: str = ""
    mark_ink: str = "muted"
    mark_word: str = ""


@dataclass(frozen=True, slots=True)
class QueueHeading:
    """A group heading with the number of its rows."""

    text: str
    count: int


QueueItem = QueueRow | QueueHeading


class QueueModel(QAbstractListModel):
    """Headings cannot be chosen; rows keep the order they were given in."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._items: list[QueueItem] = []
        self._places: dict[str, int] = {}

    def set_rows(self, rows: Sequence[QueueRow], counts: dict[str, int] | None = None) -> None:
        """Show these rows; `counts` overrides the number behind a heading when more exist than are shown."""
        totals: dict[str, int] = {}
        for row in rows:
            totals[row.group] = totals.get(row.group, 0) + 1
        totals |= counts or {}
        self.beginResetModel()
        self._items = []
        group: str | None = None
        for row in rows:
            if row.group != group:
                group = row.group
                if group:
                    self._items.append(QueueHeading(group, totals[group]))
            self._items.append(row)
        self._number()
        self.endResetModel()

    def _number(self) -> None:
        self._places = {item.key: place for place, item in enumerate(self._items) if isinstance(item, QueueRow)}

    def replace(self, row: QueueRow) -> None:
        """Show a row anew under its key."""
        place = self._places[row.key]
        self._items[place] = row
        index = self.index(place)
        self.dataChanged.emit(index, index)

    def remove(self, key: str) -> None:
        """Take a row away, and its heading when it was the last of its group."""
        place = self._places[key]
        self._take(place)
        above = self._items[place - 1] if place else None
        if isinstance(above, QueueHeading):
            is_last = place >= len(self._items) or isinstance(self._items[place], QueueHeading)
            if is_last:
                self._take(place - 1)
        else:
            above = next((i for i in reversed(self._items[:place]) if isinstance(i, QueueHeading)), None)
        if isinstance(above, QueueHeading) and above in self._items:
            at = self._items.index(above)
            self._items[at] = QueueHeading(above.text, max(0, above.count - 1))
            self.dataChanged.emit(self.index(at), self.index(at))
        self._number()

    def _take(self, place: int) -> None:
        self.beginRemoveRows(QModelIndex(), place, place)
        del self._items[place]
        self.endRemoveRows()

    def item(self, place: int) -> QueueItem:
        """The row or heading at a place."""
        return self._items[place]

    def place_of(self, key: str) -> int:
        """The place of a key, or -1."""
        return self._places.get(key, -1)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys in order."""
        return tuple(self._places)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Rows and headings."""
        return 0 if parent.isValid() else len(self._items)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings are passed over by keys and mouse."""
        if not index.isValid() or isinstance(self._items[index.row()], QueueHeading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """The item itself, its first line, or what a screen reader says."""
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == ItemRole:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return item.text if isinstance(item, QueueHeading) else item.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(item)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(item, QueueRow):
            return item.mark_word or None
        return None


def spoken(item: QueueItem) -> str:
    """A row or heading in words."""
    if isinstance(item, QueueHeading):
        return tr("{group}, {count} rows", group=item.text, count=item.count)
    tier = tier_word(item.tier) if item.tier in TIER_WORDS else ""
    return ", ".join(part for part in (tier, item.title, item.facts, item.mark_word) if part) or tr("empty")
