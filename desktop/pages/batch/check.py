"""The blind check: a pair's fields side by side, and only the two answers."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.queries._compare import CompareRow
from core.queries.batch import BlindPair
from desktop.keys import key_of
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.themed import margins
from desktop.words import tr


class CheckPart(QWidget):
    """`answered(is_same)`, `took_back()`, `stopped()`."""

    answered = Signal(bool)
    took_back = Signal()
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("batch_check")
        self.title = Label("", "section")
        self.hint = Label(tr("Is this one person? Score and reason are hidden on purpose."), "body", "muted")
        self._rows: list[CompareRow] = []
        columns = [
            Column(tr("Field"), lambda row: row.label, "muted", width=160),
            Column(tr("One record"), lambda row: row.values[0] or "—", stretch=1.0),
            Column(tr("The other"), lambda row: row.values[-1] or "—", stretch=1.0),
        ]
        self.model = PagedModel(columns, lambda: range(len(self._rows)), lambda ids: {i: self._rows[i] for i in ids})
        self.table = PagedTable(self.model, "batch_pair_table", tr("Two records side by side"), row_height=36)
        self.flash = Label("", "helper", "warn")
        self.same = Button(tr("Same person"), "batch_same_button", kind="primary", key=key_of("same"), is_decision=True)
        self.apart = Button(tr("Different people"), "batch_apart_button", key=key_of("apart"), is_decision=True)
        self.back = Button(tr("Take the last answer back"), "batch_undo_button", key=key_of("undo"))
        self.stop = Button(tr("Stop this check"), "batch_stop_button")
        bar = ActionBar("batch_bar")
        bar.add_left(self.stop, self.back)
        bar.add_right(self.flash, self.apart, self.same)
        column = QVBoxLayout(self)
        margins(column, 0, 0, 0, 0, 0)
        top = QVBoxLayout()
        margins(top, 24, 16, 24, 16, 8)
        top.addWidget(self.title)
        top.addWidget(self.hint)
        top.addWidget(self.table, 1)
        column.addLayout(top, 1)
        column.addWidget(bar)
        self.same.clicked.connect(lambda: self.answered.emit(True))
        self.apart.clicked.connect(lambda: self.answered.emit(False))
        self.back.clicked.connect(self.took_back)
        self.stop.clicked.connect(self.stopped)

    def put(self, pair: BlindPair) -> None:
        """Show a pair."""
        self.title.put(tr("Pair {number} of {total}", number=pair.number, total=pair.total))
        self._rows = list(pair.rows)
        self.model.reload()
        self.flash.put("")
        self.back.setEnabled(pair.number > 1)
