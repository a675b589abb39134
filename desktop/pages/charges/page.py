"""The day: difference bar, gap tabs, ledger, drawer; keys C, X, Z, Alt+Left and Alt+Right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.decisions.decide import Answer
from core.queries.charges import DayRow, DayView, GapView, day, days, gap
from core.usecases.deciding import decide, undo
from desktop.pages._page import BasePage, Page, PageContext
from desktop.pages.charges.drawer import GapDrawer
from desktop.pages.charges.words import basis_words, next_word, stage_of, tab_words, worth
from desktop.widgets.bars import Toolbar
from desktop.widgets.button import Button, IconButton
from desktop.widgets.difference_bar import DayTotals, DifferenceBar
from desktop.widgets.label import Label
from desktop.widgets.notice import Action
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable, TotalsBar
from desktop.widgets.stage_ladder import stage_in_words
from desktop.widgets.themed import margins
from desktop.widgets.tool_tabs import TabSpec, ToolTabs
from desktop.words import tr
from desktop.words.moments import day_words, dollars


class ChargesPage(BasePage):
    """One day at a time; the first one shown is the newest with open gaps."""

    areas = frozenset({"findings", "visits"})
    help_id = "charges"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "charges_page")
        self._on: date | None = None
        self._open_days: list[tuple[date, int]] = []
        self._rows: dict[str, DayRow] = {}
        self._wanted: str | None = None
        self._last: list[tuple[str, str]] = []  # (decision, what it was) for Z
        self.label = Label("", "section")
        self.label.setObjectName("charges_day_label")
        previous = IconButton("caret-left", tr("Day before"), "charges_previous_button", size="tool", kind="plain")
        following = IconButton("caret-right", tr("Day after"), "charges_next_button", size="tool", kind="plain")
        previous.clicked.connect(lambda: self._step(-1))
        following.clicked.connect(lambda: self._step(1))
        self.undo_button = Button(tr("Undo"), "charges_undo_button", size="tool", kind="quiet", key="Z",
                                  icon="arrow-counter-clockwise")  # fmt: skip
        self.undo_button.clicked.connect(self._undo)
        self.older = Button(tr("Open days"), "charges_days_button", size="tool")
        self.older.clicked.connect(self._next_open)
        toolbar = Toolbar("charges_toolbar")
        toolbar.add_left(previous, self.label, following, self.older)
        toolbar.add_right(self.undo_button)
        self.bar = DifferenceBar("charges_difference_label")
        words = tab_words()
        self.tabs = ToolTabs([TabSpec(k, w) for k, w in words.items()], "charges_gap_tabs", tr("Gaps by kind"))
        self.tabs.chosen.connect(lambda _key: self._fill())
        tabs = Toolbar("charges_tabs")
        tabs.add_left(self.tabs)
        self.model = PagedModel(_columns(), list, lambda ids: {i: self._rows[i] for i in ids if i in self._rows})
        self.table = PagedTable(self.model, "charges_ledger_table", tr("Gaps of the day"))
        self.main = self.table
        self.table.current_changed.connect(self._show)
        self.totals = TotalsBar("charges_totals")
        self.totals.stand_under(self.table, 6)
        self.drawer = GapDrawer()
        self.drawer.accepted.connect(self._accept)
        self.drawer.explained.connect(self._explain)
        self.set_body(_body(tabs, self.table, self.totals, self.drawer), top=_above(toolbar, self.bar))
        self._bind()

    def refresh(self) -> None:
        """Read the day anew; the first time, the newest day with open gaps."""
        desk, wanted = self.context.desk, self._on

        def read() -> tuple[list[tuple[date, int]], DayView]:
            listed = days(desk)
            on = wanted or (listed[0][0] if listed else desk.clock.today())
            return listed, day(desk, on)

        self.load(read, self._put)

    def open_at(self, argument: object) -> None:
        """Show a day, or the day of a finding by its key."""
        if isinstance(argument, date):
            self._on = argument
        elif isinstance(argument, str):
            self._wanted = argument
        self.refresh()

    def _put(self, found: tuple[list[tuple[date, int]], DayView]) -> None:
        self._open_days, view = found
        self._on = view.on
        self._rows = {row.key: row for row in view.rows}
        self.label.put(day_words(view.on))
        left = sum(count for _, count in self._open_days)
        self.older.put(tr("{days} days open, {gaps} gaps", days=len(self._open_days), gaps=left))
        at_risk = tr("about {money}", money=dollars(view.totals.at_risk_cents, is_short=True))
        shown = view.totals
        self.bar.put(DayTotals(shown.visits, shown.charged, shown.explained, at_risk if shown.at_risk_cents else ""))
        self.tabs.set_counts({"all": len(view.rows), **shown.tabs})
        self.undo_button.setEnabled(bool(self._last))
        self._fill()

    def _fill(self) -> None:
        chosen = [row for row in self._rows.values() if self.tabs.current_key in ("all", row.tab)]
        before = self._wanted or self.table.current_id
        self._wanted = None
        self.model.set_source(lambda: [row.key for row in chosen], lambda ids: {i: self._rows[i] for i in ids})
        known = sum(row.worth_cents or 0 for row in chosen if row.tab != "twice")
        self.totals.put((tr("{count} shown; doubles and unknown worth are not counted", count=len(chosen)),
                         tr("about {money}", money=dollars(known, is_short=True))))  # fmt: skip
        if not chosen:
            self.drawer.hide()
            self._show_nothing()
            return
        self.stack.show_ready()
        self.table.select_id(before if before in {row.key for row in chosen} else chosen[0].key)
        if before == self.table.current_id:
            self._show(before)

    def _show_nothing(self) -> None:
        if self._rows:
            self.stack.show_empty(
                "filter", tr("No gap of this kind"), "", [Action(tr("Show all gaps"), self._show_all)]
            )
        elif self._open_days:
            on, count = self._open_days[0]
            text = tr("{count} gaps are open on {day}.", count=count, day=day_words(on))
            self.stack.show_empty(
                "done", tr("Nothing is open on this day"), text, [Action(tr("Go there"), self._next_open)]
            )
        else:
            self.stack.show_empty("done", tr("Every day is settled"), tr("New gaps appear after the next pull."))

    def _show_all(self) -> None:
        self.tabs.choose("all")
        self._fill()

    def _show(self, key: object) -> None:
        if key is None or str(key) not in self._rows:
            return
        desk, wanted = self.context.desk, str(key)
        self.context.tasks.run(lambda: gap(desk, wanted), done=self._put_gap, failed=self.show_failure, owner=self)

    def _put_gap(self, found: GapView) -> None:
        if found.key == self.table.current_id:
            self.drawer.put(found)
            self.drawer.show()

    def _accept(self, takes: dict[str, str]) -> None:
        self._decide("accept", tr("staged"), takes=takes)

    def _explain(self, reason: str) -> None:
        self._decide("dismiss", tr("explained"), reason=reason)

    def _decide(self, answer: str, word: str, *, takes: dict[str, str] | None = None, reason: str = "") -> None:
        desk, key = self.context.desk, self.table.current_id
        if key is None:
            return
        self._select_after(str(key))

        def done(decided: Any) -> None:
            self._last.append((decided.decision, word))
            self.context.shell.toast(tr("Gap {word}.", word=word), self._undo)

        self.act(lambda: decide(desk, Answer(key=str(key), answer=answer, takes=takes or {}, reason=reason)), done)

    def _select_after(self, key: str) -> None:
        """The next gap is looked at once this one is gone."""
        ids = [row.key for row in self._rows.values() if self.tabs.current_key in ("all", row.tab)]
        place = ids.index(key) if key in ids else 0
        rest = ids[place + 1 :] or ids[:place]
        self._wanted = rest[0] if rest else None

    def _undo(self) -> None:
        if not self._last:
            return
        desk, (decision, word) = self.context.desk, self._last.pop()
        work: Any = lambda: undo(desk, decision)  # noqa: E731
        self.act(work, lambda _ids: self.context.shell.toast(tr("Taken back: {word}.", word=word)))

    def _step(self, days_on: int) -> None:
        if self._on is not None:
            self._on += timedelta(days=days_on)
            self.refresh()

    def _next_open(self) -> None:
        """The next older day with open gaps, from the newest again at the end."""
        older = [on for on, _ in self._open_days if self._on is None or on < self._on]
        listed = older or [on for on, _ in self._open_days]
        if listed:
            self._on = listed[0]
            self.refresh()

    def _bind(self) -> None:
        keys = {
            "C": self.drawer.accept.click,
            "X": self.drawer.explain.click,
            "Z": self._undo,
            "J": self.table.select_next,
            "K": self.table.select_previous,
        }
        for key, run in keys.items():
            # Single letters only while the table has the focus: never while somebody types.
            shortcut = QShortcut(QKeySequence(key), self.table)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda run=run: run())
        for key, step in (("Alt+Left", -1), ("Alt+Right", 1)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(lambda step=step: self._step(step))


def _columns() -> list[Column]:
    return [
        Column(tr("Time"), lambda r: r.time or "—", width=60),
        Column(tr("Patient"), lambda r: r.patient, "strong", stretch=1.8),
        Column(tr("Provider"), lambda r: r.provider, width=120),
        Column(tr("Visit type"), lambda r: r.visit_type, stretch=1.0),
        Column(tr("Stage"), stage_of, "stage", width=164, spoken=lambda r: stage_in_words(stage_of(r))),
        Column(tr("Lag"), lambda r: "—" if r.lag_days is None else tr("{days} d", days=r.lag_days), "number", width=48),
        Column(tr("Worth"), worth, "money", width=76, tooltip=lambda r: basis_words(r.worth_basis)),
        Column(tr("Next"), next_word, "link", width=68),
    ]


def _above(toolbar: QWidget, bar: QWidget) -> QWidget:
    top = QWidget()
    column = QVBoxLayout(top)
    margins(column, 0, 0, 0, 0)
    column.addWidget(toolbar)
    column.addWidget(bar)
    return top


def _body(tabs: QWidget, table: QWidget, totals: QWidget, drawer: QWidget) -> QWidget:
    body, left = QWidget(), QVBoxLayout()
    row = QHBoxLayout(body)
    margins(row, 0, 0, 0, 0)
    margins(left, 0, 0, 0, 0)
    left.addWidget(tabs)
    left.addWidget(table, 1)
    left.addWidget(totals)
    row.addLayout(left, 1)
    row.addWidget(drawer)
    return body


PAGE = Page("charges", "Charges", "receipt", 30, "see-patients", ChargesPage, count="charges")
