"""What is done on the review page: decisions with their guards, questions and notes, undo and redo, hidden values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt

from core.changes import Changes
from core.decisions.decide import Answer
from core.queries.pair import PairView, pair, reveal
from core.queries.patients import QueueView
from core.usecases.asking import answer as answer_question
from core.usecases.asking import ask, withdraw
from core.usecases.deciding import add_note, decide, undo
from desktop import a11y
from desktop.pages._page import PageContext, words_of
from desktop.pages.patients.choices import Choices
from desktop.pages.patients.frame import PatientsFrame
from desktop.pages.patients.guard import SlipGuard
from desktop.pages.patients.shelf import PairShelf
from desktop.pages.patients.steps import Asked, Step, Steps
from desktop.pages.patients.words import answer_words
from desktop.words import tr


class PatientsWork(PatientsFrame):
    """Each deed is recorded off this thread; the next pair stands before that is done."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.guard = SlipGuard()
        self.steps = Steps()
        self.shelf = PairShelf(context.desk, context.tasks, self, self._arrived, self._not_read)
        self._view: QueueView | None = None
        self._shown: Choices | None = None
        self._is_own_change = False
        self._wanted = ""
        self._revealing = ""
        self._going = self._undos_wanted = 0

    def _arrived(self, view: PairView) -> None:
        """A pair was read."""

    def _not_read(self, key: str, error: BaseException) -> None:
        """A pair could not be read."""

    def _complain(self, error: BaseException) -> None:
        self.context.shell.toast(words_of(error).sentence())

    # Deciding.

    def _decide(self, answer: str, reason: str) -> None:
        shown = self._shown
        if shown is None or shown.view.status != "open" or not self._can_decide:
            return
        if self.guard.is_too_soon():
            self.detail.say(tr("Look first: this pair was only just shown."), is_flash=True)
            return
        desk, key, given = self.context.desk, shown.view.key, shown.answer(answer, reason)
        if self.guard.decided():
            self.context.shell.toast(tr("Going fast. The last five can be undone with Z."))
        self._leave(key, stays=answer == "not-sure")
        # The next pair is painted before the store begins to work: both share one interpreter.
        self.detail.repaint()

        def done(decided: Any) -> None:
            self.steps.add(Step(decided.decision, key, given))
            self._tell_left(answer_words(answer), is_less=answer != "not-sure")

        self._record(key, lambda: decide(desk, given), done)

    def _record(
        self, key: str, work: Callable[[], Changes[Any]], done: Callable[[Any], None], *, is_shown: bool = False
    ) -> None:
        """Do something to a pair; what went wrong brings the pair back."""

        def put(value: Any) -> None:
            self._is_own_change = True
            self.shelf.forget(key)
            if is_shown:
                self._wanted = key
            done(value)
            self._put_undo()
            self._went()

        def fail(error: BaseException) -> None:
            self._wanted = key
            self._complain(error)
            self.refresh()
            self._went()

        self._going += 1
        self.act(work, put, failed=fail)

    def _went(self) -> None:
        """A deed is recorded; an Undo that was pressed meanwhile means it, not the one before."""
        self._going -= 1
        if not self._going:
            wanted, self._undos_wanted = self._undos_wanted, 0
            for _ in range(wanted):
                self.undo_last()

    def _tell_left(self, what: str, *, is_less: bool) -> None:
        left = len(self._view.open) - is_less if self._view else 0
        a11y.announce(self, tr("{answer}. {count} left.", answer=what, count=left))

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

    # Colleagues.

    def _ask(self, role: str, text: str) -> None:
        shown = self._shown
        if shown is None or not self._can_decide:
            return
        desk, key = self.context.desk, shown.view.key
        self._leave(key, stays=False)

        def done(question: str) -> None:
            self.steps.add(Step(question, key, Asked(role, text)))
            self._tell_left(tr("Waiting for a colleague"), is_less=True)

        self._record(key, lambda: ask(desk, key, role, text), done)

    def _answer(self, text: str) -> None:
        question = self._shown.view.question if self._shown else None
        if self._shown is not None and question is not None:
            desk, key = self.context.desk, self._shown.view.key
            said = tr("Answered. The pair is back in the queue.")
            self._record(
                key,
                partial(answer_question, desk, question.id, text),
                lambda _none: self.context.shell.toast(said),
                is_shown=True,
            )

    def _withdraw(self) -> None:
        question = self._shown.view.question if self._shown else None
        if self._shown is not None and question is not None:
            desk, key = self.context.desk, self._shown.view.key
            self.steps.drop(question.id)
            said = tr("The question is taken back.")
            self._record(
                key, partial(withdraw, desk, question.id), lambda _none: self.context.shell.toast(said), is_shown=True
            )

    # Undo and redo.

    def _put_undo(self) -> None:
        self.undo_button.setVisible(bool(self.steps))
        if self.steps:
            self.undo_button.put(self.steps.undo_words())
        self.redo_button.setVisible(self.steps.can_redo)
        if self.steps.can_redo:
            self.redo_button.setToolTip(self.steps.redo_words())
            self.redo_button.setAccessibleName(self.steps.redo_words())

    def undo_last(self) -> None:
        """Take the newest deed of this session back, and show its pair again."""
        if self._going:
            self._undos_wanted += 1
        elif self.steps:
            step = self.steps.pop()
            self._put_undo()
            self._take_back(step, lambda: self.steps.was_undone(step), lambda: self.steps.put_back(step))

    def redo_last(self) -> None:
        """Do again what was undone last."""
        if not self.steps.can_redo:
            return
        step, desk = self.steps.pop_undone(), self.context.desk
        self._put_undo()
        if self._shown is not None and self._shown.view.key == step.key:
            self._leave(step.key, stays=step.kind == "not-sure")
        deed = step.deed
        if isinstance(deed, Answer):
            self._record(step.key, lambda: decide(desk, deed), lambda made: self.steps.was_redone(step, made.decision))
        else:
            again = partial(ask, desk, step.key, deed.role, deed.text)
            self._record(step.key, again, lambda question: self.steps.was_redone(step, question))

    def _reopen(self) -> None:
        shown = self._shown
        if shown is not None and shown.view.decided is not None:
            decision = shown.view.decided["id"]
            self.steps.drop(decision)
            self._put_undo()
            step = Step(decision, shown.view.key, Answer(shown.view.key, shown.view.decided["answer"]))
            self._take_back(step, lambda: None, lambda: None)

    def _take_back(self, step: Step, on_success: Callable[[], None], on_failure: Callable[[], None]) -> None:
        desk = self.context.desk
        is_answer = isinstance(step.deed, Answer)

        def done(reversing: tuple[str, ...] | None) -> None:
            self._is_own_change = True
            self.shelf.forget(step.key)
            self._wanted = step.key
            if reversing:
                self.context.shell.toast(tr("It was sent already; a reversing correction is staged."))
            else:
                on_success()
                self.context.shell.toast(tr("Taken back."))
            self._put_undo()

        def fail(error: BaseException) -> None:
            on_failure()
            self._put_undo()
            self._complain(error)

        def work() -> Changes[Any]:
            return undo(desk, step.id) if is_answer else withdraw(desk, step.id)

        self.act(work, done, failed=fail)

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
