"""The review page: tabs by tier, the queue, the pair at hand, its evidence; keys, guards, undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from core.jobs import Job
from core.queries.pair import PairView, viewed
from core.queries.patients import QueueRow, QueueView, overview
from core.usecases.finding_out import look_again
from desktop.keys import key_of, keys_of
from desktop.pages._page import Page, PageContext
from desktop.pages.patients.choices import Choices
from desktop.pages.patients.listing import fits, queue_rows
from desktop.pages.patients.nothing import show_nothing
from desktop.pages.patients.talk import talk_of
from desktop.pages.patients.words import TIER_LETTERS
from desktop.pages.patients.work import PatientsWork
from desktop.words import tr
from desktop.words.moments import clock_time


class PatientsPage(PatientsWork):
    """One pair after the other; the next ones are read ahead, so that they stand at once."""

    areas = frozenset({"findings", "people", "connections"})
    help_id = "patients"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._is_failed = False
        self._bind()

    def _bind(self) -> None:
        self.main = self.list
        self.tabs.chosen.connect(self._choose_tab)
        self.search.raised.connect(self.open_at)
        self.filter.searched.connect(lambda _text: self._fill())
        self.filter.left_down.connect(self.list.setFocus)
        self.list.current_changed.connect(self._look_at)
        self.list.opened.connect(lambda _key: self.detail.table.setFocus())
        self.undo_button.clicked.connect(self.undo_last)
        self.find_button.clicked.connect(lambda: self.context.shell.go("find"))
        self.redo_button.clicked.connect(self.redo_last)
        self.drawer.noted.connect(self._note)
        self.drawer.steps.copied.connect(self.context.shell.copy)
        self.detail.decided.connect(self._decide)
        self.detail.asked.connect(self._ask)
        self.detail.answered.connect(self._answer)
        self.detail.withdrawn.connect(self._withdraw)
        self.detail.reopened.connect(self._reopen)
        self.detail.revealed.connect(self._reveal)
        self.detail.keep_changed.connect(self._keep_changed)
        acts: dict[str, Callable[[], Any]] = {
            "next": self.list.select_next,
            "previous": self.list.select_previous,
            "same": self.detail.ask_same,
            "apart": self.detail.ask_apart,
            "unsure": lambda: self._decide("not-sure", ""),
            "ask": self.detail.ask_colleague,
            "switch": self.detail.switch_keep,
            "note": self._open_note,
            "evidence": self.evidence.toggle,
            "undo": self.undo_last,
            "redo": self.redo_last,
            "filter": self.filter.edit.setFocus,
        }
        for act, run in acts.items():
            self._add_action(act, keys_of(act), run, (self.list, self.detail.table))
        self._add_action("fold", (key_of("fold"),), self.detail.table.toggle_fold, (self.list,))

    def panes(self) -> Sequence[QWidget]:
        """List, comparison, evidence."""
        return (self.list, self.detail.table, self.drawer)

    # Reading.

    def refresh(self) -> None:
        """Read both lists anew; what was read of other pairs stays only after a change of our own."""
        desk = self.context.desk
        if not self._is_own_change:
            self.shelf.clear()
        self._is_own_change = False
        self.load(lambda: overview(desk), self._put, tr("Reading the pairs..."))
        self._put_list(self._view is not None)

    def open_at(self, argument: object) -> None:
        """Show one pair by its key, in the tab where it is."""
        self._wanted = str(argument)
        self.refresh()

    def _put(self, view: QueueView) -> None:
        self._view = view
        counts: dict[str, int | None] = {tier: sum(r.tier == tier for r in view.open) for tier in TIER_LETTERS}
        self.tabs.set_counts({"all": len(view.open), **counts, "decided": len(view.decided)})
        self.progressed.emit(len(view.decided), len(view.decided) + len(view.open))
        if self._wanted:
            is_decided = any(row.key == self._wanted for row in view.decided)
            self.tabs.choose("decided" if is_decided else "all")
            self.filter.edit.clear()
        self._put_offline()
        self._fill()

    def _put_offline(self) -> None:
        found = self._view.status.connections if self._view else ()
        is_off = bool(found) and all(one.outcome == "failed" for one in found)
        last = max((one.last_read_at for one in found if one.last_read_at), default=None)
        words = tr("Working offline since {when}. Decisions wait in the Outbox.", when=clock_time(last))
        self.stack.set_offline(words if is_off else "")

    def _rows(self) -> list[QueueRow]:
        if self._view is None:
            return []
        tab = self.tabs.current_key
        # What waits for somebody else stands below, in a group of its own.
        rows = self._view.decided if tab == "decided" else (*self._view.open, *self._view.waiting)
        chosen = [row for row in rows if tab in ("all", "decided", row.tier)]
        return [row for row in chosen if fits(row, self.filter.text)]

    def _choose_tab(self, key: str) -> None:
        self._put_search(key == "search")
        self._fill()

    def _fill(self) -> None:
        if self._view is None or self.tabs.current_key == "search":
            return
        rows = self._rows()
        wanted, self._wanted = self._wanted, ""
        is_decided = self.tabs.current_key == "decided"
        has_years = not self.context.shell.memory.is_at_counter
        self.list.set_rows(queue_rows(rows, is_decided=is_decided, has_years=has_years), current=wanted)
        if not rows:
            self._show_nothing()
            return
        self._put_list(True)
        self.stack.show_ready()
        self._look_at(self.list.current_key)

    def _show_nothing(self) -> None:
        self._shown = None
        if self._view is None:
            return
        self._put_list(bool(self.filter.text))
        acts: dict[str, Callable[[], object]] = {
            "clear": self._clear,
            "connect": lambda: self.context.shell.go("connections"),
            "open": lambda: self.tabs.choose("all"),
            "decided": lambda: self.tabs.choose("decided"),
            "pull": self._pull,
        }
        show_nothing(self.stack, self._view, tab=self.tabs.current_key, text=self.filter.text, acts=acts)

    def _clear(self) -> None:
        self.filter.clear()
        self.list.setFocus()

    # The pair at hand.

    def _look_at(self, key: str) -> None:
        self._is_failed = False
        found = self.shelf.get(key)
        if not key or (self._shown is not None and self._shown.view is found):
            return
        if found is not None:
            self._show(found)
            return
        self._shown = None
        self.shelf.read(key)

    def _arrived(self, view: PairView) -> None:
        # A pair that was asked for before the lists could not be read must not cover that they could not.
        if self.list.current_key == view.key and not self._is_failed:
            self._show(view)

    def _not_read(self, key: str, error: BaseException) -> None:
        if self.list.current_key == key:
            self.show_failure(error)

    def _show(self, view: PairView) -> None:
        self._shown = Choices(view)
        self.stack.show_ready()
        queue, is_stopped = self._view, self._shown.is_stopped
        hold = queue.hold_minutes if queue else 0
        approval = bool(queue and (queue.needs_approval or (queue.stops_need_approval and is_stopped)))
        talk = talk_of(view, self.context.desk)
        self.detail.put(self._shown, talk, hold_minutes=hold, needs_approval=approval, can_decide=self._can_decide)
        self.drawer.put(self._shown)
        self.guard.painted()
        desk = self.context.desk
        self.context.tasks.run(
            lambda: viewed(desk, view.key, view.records), failed=self._complain, owner=self, lane="store"
        )
        self.shelf.read_ahead(self.list.queue.keys, view.key)

    def show_failure(self, error: BaseException) -> None:
        """The error state; no key decides a pair that is no longer seen."""
        self._shown, self._is_failed = None, True
        super().show_failure(error)

    def _pull(self) -> None:
        desk, job = self.context.desk, Job(tr("Pulling"))
        self.context.shell.follow(job)
        self.act(lambda: look_again(desk, (), job), lane="network", job=job)


PAGE = Page("patients", "Duplicate patients", "users", 20, "see-patients", PatientsPage, count="pairs", word="Patients")
