"""The header: page name, jump box, and how far the page is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QStringListModel, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QWidget

from desktop import theme
from desktop.theme import px
from desktop.widgets.label import Label
from desktop.widgets.progress import ProgressBar
from desktop.widgets.search_field import SearchField
from desktop.widgets.themed import Themed, margins
from desktop.words import tr


@dataclass(frozen=True, slots=True)
class Jump:
    """Something the jump box finds: its words and what it does."""

    words: str
    run: Callable[[], object]


class Header(Themed, QWidget):
    """56 px. The jump box finds pages and commands; what is typed that is none of them is looked up as a number."""

    numbered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shell_header")
        self._row = QHBoxLayout(self)
        self.title = Label("", "title")
        self.title.setObjectName("shell_title_label")
        self.jump = SearchField(tr("Search or jump"), "shell_jump_edit", key="Ctrl K")
        self.note = Label("", "body", "muted")
        self.bar = ProgressBar("shell_progress", tr("Progress of this page"))
        self.bar.hide()
        self._row.addWidget(self.title, 1)
        self._row.addWidget(self.jump)
        right = QHBoxLayout()
        right.addStretch(1)
        right.addWidget(self.note)
        right.addWidget(self.bar)
        self._row.addLayout(right, 1)
        self._jumps: dict[str, Jump] = {}
        edit = self.jump.findChild(QLineEdit)
        assert edit is not None
        self.edit = edit
        self._model = QStringListModel(self)
        completer = QCompleter(self._model, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.activated.connect(self._go)
        edit.setCompleter(completer)
        edit.returnPressed.connect(lambda: self._go(edit.text()))
        self.restyle()

    def set_jumps(self, jumps: Sequence[Jump]) -> None:
        """What the box finds. Nothing typed is ever kept."""
        self._jumps = {jump.words: jump for jump in jumps}
        self._model.setStringList(list(self._jumps))

    def put(self, title: str) -> None:
        """The name of the page in front."""
        self.title.put(title)
        self.set_progress(0, 0)

    def set_progress(self, done: int, total: int) -> None:
        """How far the page is; nothing when there is nothing to do."""
        self.bar.setVisible(total > 0)
        self.note.put(tr("{done} of {total} decided", done=done, total=total) if total else "")
        if total:
            self.bar.put(done / total)

    def _go(self, text: str) -> None:
        wanted = text.strip().casefold()
        if not wanted:
            return
        found = next((j for words, j in self._jumps.items() if words.casefold() == wanted), None)
        found = found or next((j for words, j in self._jumps.items() if wanted in words.casefold()), None)
        self.edit.clear()
        self.edit.clearFocus()
        if found is not None:
            found.run()
        else:
            self.numbered.emit(text.strip())

    def restyle(self) -> None:
        """Height and padding of the look."""
        margins(self._row, 20, 0, 16, 0, 12)
        self.setFixedHeight(px(56))
        self.jump.setFixedWidth(px(320))
        self.bar.setFixedWidth(px(96))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Canvas and hairline."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("canvas"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.color("border"))
