"""The Search tab: any two records held side by side, flagged or not, and put into the queue when they look like one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.changes import Changes
from core.queries.pair import PairView, any_pair
from core.queries.records_search import RecordHit, search_records
from core.usecases.raising import raise_pair
from desktop.pages._page import PageContext, words_of
from desktop.pages.patients.choices import Choices
from desktop.pages.patients.words import date_words
from desktop.widgets.bars import ActionBar
from desktop.widgets.button import Button
from desktop.widgets.compare_table import CompareTable
from desktop.widgets.hint_line import HintLine
from desktop.widgets.label import Label
from desktop.widgets.queue_list import QueueList
from desktop.widgets.queue_model import QueueRow
from desktop.widgets.reason_card import ReasonCard
from desktop.widgets.search_field import SearchField
from desktop.widgets.side_pane import SidePane
from desktop.widgets.stop_card import StopCard
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr

WIDTH = 320


class RecordSearch(QWidget):
    """One search field over its list; `chosen` when another record is looked at."""

    chosen = Signal()

    def __init__(self, context: PageContext, letter: str) -> None:
        super().__init__()
        self._context = context
        self._hits: dict[str, RecordHit] = {}
        self._text = ""
        column = QVBoxLayout(self)
        margins(column, 0, 12, 0, 0, 8)
        frame = QHBoxLayout()
        margins(frame, 12, 0, 12, 0)
        name = f"patients_search_{letter.lower()}"
        self.field = SearchField(
            tr("Record {letter}: name, number or birth date", letter=letter), f"{name}_edit", key=""
        )
        self.list = QueueList(f"{name}_list", tr("Records found for {letter}", letter=letter))
        frame.addWidget(self.field)
        column.addLayout(frame)
        column.addWidget(self.list, 1)
        self.field.searched.connect(self._search)
        self.field.left_down.connect(self.list.setFocus)
        self.list.current_changed.connect(lambda _key: self.chosen.emit())

    @property
    def hit(self) -> RecordHit | None:
        """The record that is looked at."""
        return self._hits.get(self.list.current_key)

    def _search(self, text: str) -> None:
        self._text = text
        desk = self._context.desk

        def put(hits: tuple[RecordHit, ...]) -> None:
            if self._text == text:  # else something else is typed by now
                self._put(hits)

        def fail(error: BaseException) -> None:
            self._context.shell.toast(words_of(error).sentence())

        self._context.tasks.run(lambda: search_records(desk, text), done=put, failed=fail, owner=self)

    def _put(self, hits: Sequence[RecordHit]) -> None:
        self._hits = {str(hit.ref): hit for hit in hits}
        self.list.set_rows(
            [
                QueueRow(str(hit.ref), hit.label, _facts(hit, has_years=not self._context.shell.memory.is_at_counter))
                for hit in hits
            ]
        )
        self.chosen.emit()


class SearchPane(QWidget):
    """Two searches at the left, the comparison at the right; `raised(key)` when the two are in the queue."""

    raised = Signal(str)

    def __init__(self, context: PageContext, *, can_decide: bool) -> None:
        super().__init__()
        self.setObjectName("patients_search")
        self._context = context
        self._can_decide = can_decide
        self._view: PairView | None = None
        self._wanted: tuple[str, str] | None = None
        self.one, self.other = RecordSearch(context, "A"), RecordSearch(context, "B")
        side = SidePane("patients_search_side", width=WIDTH)
        left = QVBoxLayout(side)
        margins(left, 0, 0, 1, 0, 0)
        for search in (self.one, self.other):
            left.addWidget(search, 1)
            search.chosen.connect(self._compare)
        row = QHBoxLayout(self)
        margins(row, 0, 0, 0, 0)
        row.addWidget(side)
        row.addWidget(self._make_detail(), 1)
        self._show(None)

    def _make_detail(self) -> QWidget:
        detail = QWidget()
        set_ground(detail, "surface")
        column = QVBoxLayout(detail)
        margins(column, 0, 0, 0, 0)
        upper = QVBoxLayout()
        margins(upper, 16, 12, 16, 8, 8)
        self.hint = Label("", "body", "muted", is_wrapped=True)
        self.hint.setObjectName("patients_search_label")
        self.reason = ReasonCard("patients_search_reason")
        self.stop = StopCard("patients_search_stop")
        for part in (self.hint, self.reason, self.stop):
            upper.addWidget(part)
        self.table = CompareTable("patients_search_table", tr("Records side by side"))
        self.button = Button(tr("Put into the queue"), "patients_raise_button", kind="primary")
        self.button.clicked.connect(self._raise)
        self.note = HintLine("patients_search_hint")
        self.note.put(tr("Nobody flagged these two. In the queue they are decided like any other pair."), "info")
        bar = ActionBar("patients_search_bar")
        bar.add_right(self.button)
        column.addLayout(upper)
        column.addWidget(self.table, 1)
        column.addStretch()
        column.addWidget(self.note)
        column.addWidget(bar)
        self._parts = (self.reason, self.table, self.note, bar)
        return detail

    def _compare(self) -> None:
        a, b = self.one.hit, self.other.hit
        self._wanted = (str(a.ref), str(b.ref)) if a and b else None
        if a is None or b is None:
            self._show(None)
            return
        if a.ref == b.ref:
            self._show(None, tr("This is one and the same record. Choose another one for A or B."))
            return
        desk, wanted = self._context.desk, self._wanted

        def put(view: PairView) -> None:
            if self._wanted == wanted:
                self._show(view)

        self._context.tasks.run(lambda: any_pair(desk, a.ref, b.ref), done=put, failed=self._fail, owner=self)

    def _show(self, view: PairView | None, words: str = "") -> None:
        self._view = view
        self.hint.put(words or tr("Look for two records that may be one person: one at the top, one below it."))
        self.hint.setVisible(view is None)
        for part in self._parts:
            part.setVisible(view is not None)
        stops = Choices(view).stops if view else ()
        self.stop.put(" ".join(stops))
        self.stop.setVisible(bool(stops))
        self.button.setVisible(self._can_decide)
        if view is not None:
            choices = Choices(view)
            self.reason.put(view.reason or tr("Nothing that is compared is known of both."), view.check)
            self.table.put(choices.heads(), choices.rows())

    def _raise(self) -> None:
        view, desk = self._view, self._context.desk
        if view is None:
            return
        a, b = (side.ref for side in view.records)

        def done(changes: Changes[Any]) -> None:
            self._context.bus.tell(changes)
            self.raised.emit(changes.value)

        self._context.tasks.run(lambda: raise_pair(desk, a, b), done=done, failed=self._fail, owner=self, lane="store")

    def _fail(self, error: BaseException) -> None:
        self._context.shell.toast(words_of(error).sentence())


def _facts(hit: RecordHit, *, has_years: bool) -> str:
    born = date_words(hit.birth_date) if has_years else ""
    return " · ".join(part for part in (born, f"{hit.ref.system} {hit.number}") if part)
