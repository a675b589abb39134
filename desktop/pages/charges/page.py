"""The day: difference bar, gap tabs, ledger, drawer; keys C, X, L, N, Z, F, Alt+Left and Alt+Right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut

from core.changes import Changes
from core.days.draft import DraftLine
from core.days.reasons import Why
from core.decisions.decide import Answer
from core.desk import Desk
from core.export.table import ExportTable
from core.queries.charge_draft import DraftView, draft_of
from core.queries.charge_links import near_matches
from core.queries.charges import VISIT, DayRow, DayView, GapView, day, days, gap
from core.security.roles import may
from core.usecases import days as day_work
from core.usecases.charges import draft_charge, link_charge
from core.usecases.deciding import add_note, decide, take_back_note, undo
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.pages.charges.closing import ClosedBar, CloseParts, who_may_open
from desktop.pages.charges.drawer import GapDrawer
from desktop.pages.charges.frame import DayFrame, columns
from desktop.pages.charges.lag import LagView
from desktop.pages.charges.tall import Tall
from desktop.pages.charges.words import reason_words, worth
from desktop.theme import px
from desktop.widgets.difference_bar import DayTotals
from desktop.widgets.export_menu import table_of
from desktop.widgets.notice import Action
from desktop.words import tr
from desktop.words.moments import day_words, dollars

_SIDE_BY_SIDE = 900  # px at 100 % that ledger and drawer need together
Reverse = Callable[[Any], Changes[Any]]


class ChargesPage(BasePage):
    """One day at a time; the first one shown is the newest with open gaps."""

    areas = frozenset({"findings", "visits"})
    help_id = "charges"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "charges_page")
        self._on: date | None = None
        self._view: DayView | None = None
        self._open_days: list[tuple[date, int]] = []
        self._rows: dict[str, DayRow] = {}
        self._wanted: str | None = None
        self._last: list[tuple[str, str | None, Callable[[], Changes[Any]]]] = []  # what, where, and what undoes it
        self.drawer = GapDrawer()
        self.lag = LagView(context)
        self.closing = CloseParts(context.desk.role)
        self.closed = ClosedBar(context.desk.role)
        self.frame = frame = DayFrame(self.drawer, self.lag, self.closing, self.closed)
        self.table, self.tabs, self.bar, self.totals = frame.table, frame.tabs, frame.bar, frame.totals
        self.label, self.undo_button, self.main = frame.label, frame.undo_button, frame.table
        self.set_body(frame.body)
        self._column.removeWidget(self.stack)
        self._column.addWidget(Tall("charges_scroller", frame.top, self.stack))
        self._connect()
        self._bind()

    def _connect(self) -> None:
        frame, drawer = self.frame, self.drawer
        frame.stepped.connect(self._step)
        frame.filtered.connect(self.refresh)
        frame.open_days.clicked.connect(self._next_open)
        frame.undo_button.clicked.connect(self._undo)
        frame.lag_button.clicked.connect(self._show_lag)
        frame.tabs.chosen.connect(lambda _key: self._fill())
        frame.table.current_changed.connect(self._show)
        frame.table.opened.connect(lambda _key: self._into_drawer())
        drawer.closed.connect(self._out_of_drawer)
        frame.export.serve(self, self._export_table)
        self.closing.button.clicked.connect(self._close_day)
        self.closed.reopened.connect(self._reopen)
        drawer.explain.clicked.connect(lambda: drawer.ask_why(self.context.desk.clock.today()))
        drawer.accepted.connect(self._accept)
        drawer.drafted.connect(self._draft)
        drawer.explained.connect(self._explain)
        drawer.linked.connect(self._link)
        drawer.noted.connect(self._note)
        drawer.asked_links.connect(self._ask_links)

    def refresh(self) -> None:
        """Read the day anew; the first time, the newest day with open gaps. What time brought is brought in first."""
        desk, wanted, chosen = self.context.desk, self._on, self.frame.chosen()

        def read() -> tuple[list[tuple[date, int]], DayView, Changes[None]]:
            open_days = days(desk)
            on = wanted or (open_days[0][0] if open_days else desk.clock.today())
            brought = day_work.look_after_days(desk, on) if may(desk.role, "decide-charges") else None
            listed = days(desk) if brought is not None and brought.areas else open_days
            return listed, day(desk, on, **chosen), brought or Changes(frozenset(), None)

        self.load(read, self._put)

    def open_at(self, argument: object) -> None:
        """Show a day, or the day of a finding by its key."""
        if isinstance(argument, date):
            self._on = argument
        elif isinstance(argument, str):
            self._wanted = argument
        self.refresh()

    def _put(self, found: tuple[list[tuple[date, int]], DayView, Changes[None]]) -> None:
        self._open_days, view, brought = found
        self._on, self._view = view.on, view
        self._rows = {row.key: row for row in view.rows}
        self.frame.put_day(view, self._open_days)
        shown = view.totals
        at_risk = tr("about {money}", money=dollars(shown.at_risk_cents, is_short=True)) if shown.at_risk_cents else ""
        if view.closed is not None and not self.frame.is_filtered:  # what was signed, whatever came after it
            self.bar.put(DayTotals(view.closed.visits, view.closed.charged, view.closed.explained, at_risk))
        else:
            self.bar.put(DayTotals(shown.visits, shown.charged, shown.explained, at_risk))
        gaps = next((count for on, count in self._open_days if on == view.on), 0)
        self.closing.put(view, is_to_come=view.on > self.context.desk.clock.today(), open_gaps=gaps)
        self.closed.put(view)
        counts = Counter(row.tab for row in view.rows)
        self.tabs.set_counts({"all": len(view.rows), **{key: counts[key] for key in self.frame.tab_keys}})
        self._put_undo()
        self._fill()
        if brought.areas:
            self.context.bus.tell(Changes(brought.areas, brought.value))

    def _put_undo(self) -> None:
        self.undo_button.put(tr("Undo: {what}", what=self._last[-1][0]) if self._last else tr("Undo"))
        self.undo_button.setEnabled(bool(self._last))

    def _shown(self) -> list[DayRow]:
        return [row for row in self._rows.values() if self.tabs.current_key in ("all", row.tab)]

    def _fill(self) -> None:
        chosen = self._shown()
        before = self._wanted or self.table.current_id
        self._wanted = None
        self.frame.model.set_source(lambda: [row.key for row in chosen], lambda ids: {i: self._rows[i] for i in ids})
        self._put_totals()
        if not chosen:
            self.drawer.hide()
            self.frame.ledger.show()
            self._show_nothing()
            return
        self.stack.show_ready()
        self.table.select_id(before if before in {row.key for row in chosen} else chosen[0].key)
        if before == self.table.current_id:
            self._show(before)

    def _export_table(self) -> Callable[[], ExportTable]:
        on, parts, rows = self._on or self.context.desk.clock.today(), self.frame.filter_words(), self._shown()
        title = tr("Charges of {day}", day=day_words(on))
        return lambda: table_of("charges", title, columns(), rows, filters=parts, has_patients=True)

    def _put_totals(self) -> None:
        def about(rows: Sequence[DayRow]) -> str:
            known = sum(row.worth_cents or 0 for row in rows if row.tab not in ("twice", "changed"))
            return tr("about {money}", money=dollars(known, is_short=True))

        row, chosen = self._rows.get(str(self.table.current_id)), self._shown()
        selected = (tr("1 selected"), about([row]) if row.worth_cents else worth(row)) if row else (tr("none"), "")
        words = tr("{count} shown; doubles and unknown worth are not counted", count=len(chosen))
        self.totals.put(selected, (words, about(chosen)))

    def _show_nothing(self) -> None:
        if self.frame.is_filtered or self._rows:
            self.stack.show_empty(
                "filter", tr("Nothing fits what is chosen"), "", [Action(tr("Show all gaps"), self._show_all)]
            )
        elif self._open_days and self._open_days[0][0] != self._on:
            on, count = self._open_days[0]
            text = tr("{count} gaps are open on {day}.", count=count, day=day_words(on))
            self.stack.show_empty(
                "done", tr("Nothing is open on this day"), text, [Action(tr("Go there"), self._next_open)]
            )
        else:
            self.stack.show_empty("done", tr("Every day is settled"), tr("New gaps appear after the next pull."))

    def _show_all(self) -> None:
        self.frame.clear_filters()
        self.tabs.choose("all")
        self.refresh()

    def _lock_words(self) -> str:
        if self._view is not None and self._view.closed is not None:
            return tr("This day is closed. {who}", who=who_may_open())
        if not may(self.context.desk.role, "decide-charges"):
            return tr("Your role can look, but not decide charges.")
        return ""

    def _show(self, key: object) -> None:
        self._put_totals()
        row = self._rows.get(str(key))
        if row is None:
            return
        if row.key.startswith(VISIT):
            self.drawer.put_visit(row, lock=self._lock_words())
            self._show_drawer()
            return
        desk, wanted = self.context.desk, row.key

        def read() -> tuple[GapView, DraftView | None]:
            return gap(desk, wanted), draft_of(desk, wanted) if row.status == "open" else None

        self.context.tasks.run(read, done=self._put_gap, failed=self.show_failure, owner=self)

    def _put_gap(self, found: tuple[GapView, DraftView | None]) -> None:
        view, draft = found
        if view.key == self.table.current_id:
            lock = "" if view.rule == "closed-day-changed" else self._lock_words()
            self.drawer.put(view, draft, lock=lock)
            self._show_drawer()

    def _accept(self, takes: dict[str, str]) -> None:
        self._decide(lambda desk, key: decide(desk, Answer(key, "accept", takes=takes)), tr("staged"))

    def _draft(self, lines: list[DraftLine]) -> None:
        self._decide(lambda desk, key: draft_charge(desk, key, lines), tr("drafted"))

    def _link(self, chosen: str) -> None:
        self._decide(lambda desk, key: link_charge(desk, key, chosen), tr("linked"))

    def _explain(self, why: Why) -> None:
        row = self._rows.get(str(self.table.current_id))
        if row is not None and row.key.startswith(VISIT) and row.visit_id is not None:
            visit_id = row.visit_id
            self._select_after(row.key)
            self._do(
                lambda desk: day_work.explain_visit(desk, visit_id, why), tr("explained"),
                lambda made: day_work.undo_explain(self.context.desk, made),
            )  # fmt: skip
            return
        text = ": ".join(part for part in (reason_words()[why.reason], why.note) if part)
        self._decide(lambda desk, key: decide(desk, Answer(key, "dismiss", reason=text, why=why)), tr("explained"))

    def _decide(self, work: Callable[[Desk, str], Changes[Any]], word: str) -> None:
        key = self.table.current_id
        if key is None:
            return
        self._select_after(str(key))
        back: Reverse = lambda made: undo(self.context.desk, made.decision)  # noqa: E731
        self._do(lambda desk: work(desk, str(key)), word, back)

    def _note(self, text: str) -> None:
        key = str(self.table.current_id)
        self._wanted = key
        self._do(lambda desk: add_note(desk, key, text), tr("note"),
                 lambda note_id: take_back_note(self.context.desk, note_id))  # fmt: skip

    def _close_day(self) -> None:
        on = self._on
        if on is not None:
            self._do(lambda desk: day_work.close_day(desk, on), tr("day closed"),
                     lambda closing: day_work.undo_close(self.context.desk, closing))  # fmt: skip

    def _reopen(self, reason: str) -> None:
        on = self._on
        if on is not None:
            self._do(lambda desk: day_work.reopen_day(desk, on, reason), tr("day opened"),
                     lambda opened: day_work.undo_reopen(self.context.desk, opened))  # fmt: skip

    def _do(self, work: Callable[[Desk], Changes[Any]], word: str, back: Reverse) -> None:
        """One act: done, told, and remembered with what takes it back."""
        desk, key = self.context.desk, self.table.current_id

        def done(made: Any) -> None:
            self._last.append((word, key, lambda: back(made)))
            self.table.setFocus()
            self.context.shell.toast(tr("Done: {word}.", word=word), self._undo)

        self.act(lambda: work(desk), done)

    def _undo(self) -> None:
        if not self._last:
            return
        word, self._wanted, work = step = self._last.pop()
        self._put_undo()

        def failed(error: BaseException) -> None:
            self._last.append(step)  # it stands as before
            self._put_undo()
            self.context.shell.toast(words_of(error).sentence())

        self.act(work, lambda _: self.context.shell.toast(tr("Taken back: {word}.", word=word)), failed=failed)

    def _ask_links(self) -> None:
        desk, key = self.context.desk, str(self.table.current_id)

        def put(found: Any) -> None:
            if key == self.table.current_id:
                self.drawer.show_links(found)

        self.context.tasks.run(lambda: near_matches(desk, key), done=put, failed=self.show_failure, owner=self)

    def _select_after(self, key: str) -> None:
        """The next gap is looked at once this one is gone."""
        ids = [row.key for row in self._shown()]
        place = ids.index(key) if key in ids else 0
        rest = ids[place + 1 :] or ids[:place]
        self._wanted = rest[0] if rest else None

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

    def _show_lag(self) -> None:
        self.frame.show_lag(is_on=not self.frame.is_lag_shown)
        if self.frame.is_lag_shown:
            self.stack.show_ready()
            self.lag.refresh()
        else:
            self._fill()

    def _bind(self) -> None:
        drawer = self.drawer
        keys: dict[str, Callable[[], object]] = {
            "C": drawer.accept.click,
            "X": drawer.explain.click,
            "L": drawer.link.click,
            "N": drawer.note.click,
            "Z": self._undo,
            "F": self.frame.site.click,
            "Right": self._into_drawer,
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

    @property
    def _is_narrow(self) -> bool:
        """Whether ledger and drawer do not fit side by side: then one stands in place of the other."""
        return self.width() < px(_SIDE_BY_SIDE)

    def _show_drawer(self) -> None:
        self.drawer.setVisible(not self._is_narrow or self.drawer.isVisible())
        is_alone = self._is_narrow and self.drawer.isVisible()
        self.frame.ledger.setVisible(not is_alone)
        if is_alone:
            self.drawer.setFixedWidth(self.frame.body.width())
        else:
            self.drawer.restyle()

    def _into_drawer(self) -> None:
        if self.table.current_id is not None:
            self.drawer.show()
            self._show_drawer()
            (self.drawer.explain if self.drawer.explain.isEnabled() else self.drawer.accept).setFocus()

    def _out_of_drawer(self) -> None:
        self.frame.ledger.show()
        self.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a wide window both stand side by side again."""
        super().resizeEvent(event)
        if not self._is_narrow:
            self.frame.ledger.show()


PAGE = Page("charges", "Charges", "receipt", 30, "see-patients", ChargesPage, count="charges")
