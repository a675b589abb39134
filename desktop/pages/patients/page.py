"""The review page: tabs by tier, the queue, the pair at hand, its evidence; keys, guards, undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from core.jobs import Job
from core.queries.pair import PairView, pair, reveal, viewed
from core.queries.patients import QueueRow, QueueView, overview
from core.usecases.deciding import add_note, decide, undo
from core.usecases.finding_out import look_again
from desktop import a11y
from desktop.keys import key_of
from desktop.pages._page import Page, PageContext, words_of
from desktop.pages.patients.choices import Choices
from desktop.pages.patients.frame import PatientsFrame
from desktop.pages.patients.guard import SlipGuard
from desktop.pages.patients.listing import fits, queue_rows
from desktop.pages.patients.nothing import show_nothing
from desktop.pages.patients.shelf import PairShelf
from desktop.pages.patients.steps import Step, Steps
from desktop.pages.patients.words import TIER_LETTERS, answer_words
from desktop.words import tr
from desktop.words.moments import clock_time


class PatientsPage(PatientsFrame):
    """One pair after the other; the next ones are read ahead, so that they stand at once."""

    areas = frozenset({"findings", "people", "connections"})
    help_id = "patients"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.guard = SlipGuard()
        self.steps = Steps()
        self.shelf = PairShelf(context.desk, context.tasks, self, self._arrived, self._not_read)
        self._view: QueueView | None = None
        self._shown: Choices | None = None
        self._is_own_change = False
        self._is_failed = False
        self._wanted = ""
        self._revealing = ""
        self._bind()

    def _bind(self) -> None:
        self.main = self.list
        self.tabs.chosen.connect(lambda _key: self._fill())
        self.filter.searched.connect(lambda _text: self._fill())
        self.filter.left_down.connect(self.list.setFocus)
        self.list.current_changed.connect(self._look_at)
        self.list.opened.connect(lambda _key: self.detail.table.setFocus())
        self.undo_button.clicked.connect(self.undo_last)
        self.drawer.noted.connect(self._note)
        self.drawer.steps.copied.connect(self.context.shell.copy)
        self.detail.decided.connect(self._decide)
        self.detail.reopened.connect(self._reopen)
        self.detail.revealed.connect(self._reveal)
        self.detail.keep_changed.connect(self._keep_changed)
        acts: dict[str, Callable[[], Any]] = {
            "next": self.list.select_next,
            "previous": self.list.select_previous,
            "same": self.detail.ask_same,
            "apart": self.detail.ask_apart,
            "unsure": lambda: self._decide("not-sure", ""),
            "switch": self.detail.switch_keep,
            "note": self._open_note,
            "evidence": self.evidence.toggle,
            "undo": self.undo_last,
            "filter": self.filter.edit.setFocus,
        }
        for act, run in acts.items():
            self._add_action(act, key_of(act), run, (self.list, self.detail.table))
        self._add_action("fold", key_of("fold"), self.detail.table.toggle_fold, (self.list,))
        for key in ("Ctrl+Z", "Ctrl+F"):
            run = acts["undo" if key == "Ctrl+Z" else "filter"]
            self._add_action("undo_" if key == "Ctrl+Z" else "filter_", key, run, (self.list, self.detail.table))

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
        rows = self._view.decided if tab == "decided" else self._view.open
        chosen = [row for row in rows if tab in ("all", "decided", row.tier)]
        return [row for row in chosen if fits(row, self.filter.text)]

    def _fill(self) -> None:
        if self._view is None:
            return
        rows = self._rows()
        wanted, self._wanted = self._wanted, ""
        self.list.set_rows(queue_rows(rows, is_decided=self.tabs.current_key == "decided"), current=wanted)
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
        hold = self._view.hold_minutes if self._view else 0
        approval = bool(self._view and self._view.needs_approval)
        self.detail.put(self._shown, hold_minutes=hold, needs_approval=approval, can_decide=self._can_decide)
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

    def _complain(self, error: BaseException) -> None:
        self.context.shell.toast(words_of(error).sentence())

    # Deciding.

    def _decide(self, answer: str, reason: str) -> None:
        shown = self._shown
        if shown is None or shown.view.status != "open" or not self._can_decide:
            return
        if self.guard.is_too_soon():
            self.detail.say(tr("Look first: this pair was only just shown."))
            return
        desk, key, given = self.context.desk, shown.view.key, shown.answer(answer, reason)
        if self.guard.decided():
            self.context.shell.toast(tr("Going fast. The last five can be undone with Z."))
        self._leave(key, stays=answer == "not-sure")

        def done(decided: Any) -> None:
            self._is_own_change = True
            self.shelf.forget(key)
            self.steps.add(Step(decided.decision, answer, key))
            self._put_undo()
            left = len(self._view.open) - (answer != "not-sure") if self._view else 0
            a11y.announce(self, tr("{answer}. {count} left.", answer=answer_words(answer), count=left))

        def fail(error: BaseException) -> None:
            self._wanted = key
            self._complain(error)
            self.refresh()

        self.act(lambda: decide(desk, given), done, failed=fail)

    def _leave(self, key: str, *, stays: bool) -> None:
        self.list.setFocus()
        if stays:
            if not self.list.select_next():
                keys = self.list.queue.keys
                self.list.select(keys[0])
            return
        if len(self.list.queue.keys) == 1:
            # The last one: the empty state follows as soon as it is recorded.
            self._shown = None
            return
        self.list.leave(key)

    def _put_undo(self) -> None:
        self.undo_button.setVisible(bool(self.steps))
        if self.steps:
            self.undo_button.put(self.steps.words())

    def undo_last(self) -> None:
        """Take the newest decision of this session back, and show its pair again."""
        if self.steps:
            step = self.steps.pop()
            self._put_undo()
            self._take_back(step.decision, step.key, lambda: self.steps.add(step))

    def _reopen(self) -> None:
        shown = self._shown
        if shown is not None and shown.view.decided is not None:
            decision = shown.view.decided["id"]
            self.steps.drop(decision)
            self._put_undo()
            self._take_back(decision, shown.view.key, lambda: None)

    def _take_back(self, decision: str, key: str, on_failure: Callable[[], None]) -> None:
        desk = self.context.desk

        def done(reversing: tuple[str, ...]) -> None:
            self._is_own_change = True
            self.shelf.forget(key)
            self._wanted = key
            self.context.shell.toast(
                tr("It was sent already; a reversing correction is staged.") if reversing else tr("Taken back.")
            )

        def fail(error: BaseException) -> None:
            on_failure()
            self._put_undo()
            self._complain(error)

        self.act(lambda: undo(desk, decision), done, failed=fail)

    # Evidence, notes, hidden values.

    def _keep_changed(self) -> None:
        if self._shown is not None:
            self.drawer.put_keep(self._shown)

    def _open_note(self) -> None:
        self.evidence.setChecked(True)
        self.drawer.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _note(self, text: str) -> None:
        shown = self._shown
        if shown is None:
            return
        desk, key = self.context.desk, shown.view.key

        def done(_none: None) -> None:
            self._is_own_change = True
            self.context.tasks.run(
                lambda: pair(desk, key, is_viewed=False), done=put, failed=self._complain, owner=self
            )

        def put(view: PairView) -> None:
            if self._shown is shown:
                self.drawer.put_notes(view)
            self.shelf.forget(key)

        self.act(lambda: add_note(desk, key, text), done)

    def _reveal(self, field: str) -> None:
        shown = self._shown
        if shown is None or not field:
            self._revealing = ""
            self.detail.show_revealed("", ())
            return
        desk, key = self.context.desk, shown.view.key
        self._revealing = field

        def put(values: tuple[str, ...]) -> None:
            # R may be up again, or another pair at hand, by the time the values are read.
            if self._revealing == field and self._shown is shown:
                self.detail.show_revealed(field, values)

        self.act(lambda: reveal(desk, key, field), put)

    def _pull(self) -> None:
        desk, job = self.context.desk, Job(tr("Pulling"))
        self.context.shell.follow(job)
        self.act(lambda: look_again(desk, (), job), lane="network", job=job)


PAGE = Page("patients", "Duplicate patients", "users", 20, "see-patients", PatientsPage, count="pairs", word="Patients")
