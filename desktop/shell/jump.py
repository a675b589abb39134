"""The jump box: finds pages, commands and record numbers. What was typed is never kept.

objectNames: `shell_jump_edit`, `shell_jump_list`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QWidget

from desktop import a11y
from desktop.theme import px
from desktop.widgets.draw import Right, draw_text, rounded
from desktop.widgets.search_field import SearchField
from desktop.widgets.shadow import set_shadow
from desktop.widgets.themed import Themed
from desktop.words import tr

MOST_SHOWN = 8
_ItemRole = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Jump:
    """Something the jump box finds: its words, what kind of thing it is, and what it does."""

    words: str
    run: Callable[[], object]
    kind: str = ""


def rank(jumps: Sequence[Jump], text: str) -> list[Jump]:
    """The jumps that fit a text: those that begin with it first, then those with a word that does, then the rest."""
    wanted = text.strip().casefold()
    if not wanted:
        return list(jumps[:MOST_SHOWN])

    def place(jump: Jump) -> int:
        words = jump.words.casefold()
        if words.startswith(wanted):
            return 0
        if any(word.startswith(wanted) for word in words.split()):
            return 1
        return 2 if wanted in words else 3

    return [jump for jump in sorted(jumps, key=place) if place(jump) < 3][:MOST_SHOWN]


class _Found(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.jumps: list[Jump] = []

    def put(self, jumps: list[Jump]) -> None:
        self.beginResetModel()
        self.jumps = jumps
        self.endResetModel()

    def rowCount(self, parent: Any = None) -> int:
        return len(self.jumps)

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        jump = self.jumps[index.row()]
        if role == _ItemRole:
            return jump
        if role == Qt.ItemDataRole.DisplayRole:
            return jump.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("{words}, {kind}", words=jump.words, kind=jump.kind) if jump.kind else jump.words
        return None


class _RowPainter(QStyledItemDelegate):
    def sizeHint(self, option: Any, index: Any) -> QSize:
        return QSize(0, px(32))

    def paint(self, painter: QPainter, option: Any, index: Any) -> None:
        jump: Jump = index.data(_ItemRole)
        box = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            rounded(painter, box, px(6), "selection")
        draw_text(painter, box.adjusted(px(10), 0, -px(90), 0), jump.words, "body", "text")
        draw_text(painter, box.adjusted(0, 0, -px(10), 0), jump.kind, "helper", "muted", Right)


class _List(Themed, QFrame):
    """The results, under the box, over the page."""

    chosen = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.found = _Found(self)
        self.view = QListView(self)
        a11y.name_widget(self.view, "shell_jump_list", tr("What was found"))
        self.view.setModel(self.found)
        self.view.setItemDelegate(_RowPainter(self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.clicked.connect(lambda _index: self.chosen.emit())
        set_shadow(self)
        self.hide()

    def show_under(self, box: QWidget) -> None:
        """As wide as the box, as high as its rows."""
        host = self._host
        corner = box.mapTo(host, QPoint(0, box.height() + px(6)))
        self.setGeometry(corner.x(), corner.y(), box.width(), px(32) * max(1, self.found.rowCount()) + 2 * px(5))
        self.view.setGeometry(self.rect().adjusted(px(5), px(5), -px(5), -px(5)))
        self.show()
        self.raise_()

    def paintEvent(self, event: Any) -> None:
        """A menu's box."""
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()), px(8), "surface", "border")


class JumpBox(SearchField):
    """320 px in the header. `numbered(text)` for words that are no page and no command: a record number perhaps."""

    numbered = Signal(str)

    def __init__(self, key: str) -> None:
        super().__init__(tr("Search or jump"), "shell_jump_edit", key=key)
        self._offer: Callable[[], Sequence[Jump]] = tuple
        self._list: _List | None = None
        self.edit.textEdited.connect(self._look)

    def offer(self, jumps: Callable[[], Sequence[Jump]]) -> None:
        """Where to find what can be jumped to; asked anew each time, as pages and rights differ."""
        self._offer = jumps

    def begin(self) -> None:
        """Start with an empty box."""
        self.edit.clear()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._look("")

    @property
    def results(self) -> list[Jump]:
        """What is shown now."""
        return self._list.found.jumps if self._list is not None and self._list.isVisible() else []

    def _look(self, text: str) -> None:
        if self._list is None:
            self._list = _List(self.window())
            self._list.chosen.connect(self._go)
        found = rank(self._offer(), text)
        if text.strip() and not found:
            number = text.strip()
            found = [Jump(tr("Look for record {number}", number=number), lambda: self.numbered.emit(number))]
        self._list.found.put(found)
        self._list.show_under(self)
        self._step(0, to=0)

    def _step(self, way: int, to: int | None = None) -> None:
        if self._list is None or not self._list.found.jumps:
            return
        count = len(self._list.found.jumps)
        row = to if to is not None else (self._list.view.currentIndex().row() + way) % count
        index = self._list.found.index(row, 0)
        self._list.view.setCurrentIndex(index)
        words = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
        a11y.announce(self.edit, tr("{words}, {place} of {count}", words=words, place=row + 1, count=count))

    def _go(self) -> None:
        index = self._list.view.currentIndex() if self._list is not None else QModelIndex()
        jump = index.data(_ItemRole) if index.isValid() else None
        self.end()
        if jump is not None:
            jump.run()

    def end(self) -> None:
        """Forget what was typed and close the list."""
        self.edit.clear()
        if self._list is not None:
            self._list.hide()
            self._list.found.put([])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down, Enter and Esc steer the list while the text stays in the box."""
        if watched is self.edit and event.type() == QEvent.Type.FocusOut:
            self.end()
        if watched is self.edit and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            match event.key():
                case Qt.Key.Key_Down:
                    self._step(1) if self.results else self._look(self.edit.text())
                case Qt.Key.Key_Up:
                    self._step(-1)
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._go()
                case Qt.Key.Key_Escape:
                    self.end()
                    self.window().setFocus()
                case _:
                    return False
            return True
        return super().eventFilter(watched, event)
