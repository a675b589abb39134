"""The Batch accept page: choose, check blind, stage, and a second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QStackedWidget

from core.changes import Changes
from core.jobs import Job
from core.queries.batch import BatchView, BlindPair, UnderWay, batch_view, blind_pair
from core.security.roles import may
from core.usecases import batch as acts
from desktop.keys import bind, keys_of
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.pages.batch.check import CheckPart
from desktop.pages.batch.choose import ChoosePart
from desktop.pages.batch.ending import EndingPart
from desktop.pages.patients.guard import SlipGuard
from desktop.widgets.notice import Action
from desktop.words import tr


class BatchPage(BasePage):
    """Shows the step at which the practice's batch is; there is one at a time."""

    areas = frozenset({"batch", "settings", "findings"})
    help_id = "batch"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "batch_page")
        self._under_way: UnderWay | None = None
        self._pair: BlindPair | None = None
        self._guard = SlipGuard()
        self._is_busy = False
        self.choose, self.check, self.ending = ChoosePart(), CheckPart(), EndingPart()
        self.steps = QStackedWidget()
        for part in (self.choose, self.check, self.ending):
            self.steps.addWidget(part)
        self.main = self.check.table
        self.set_body(self.steps)
        self.choose.chosen.connect(self._start)
        self.check.answered.connect(self._answer)
        self.check.took_back.connect(self._take_back)
        self.check.stopped.connect(lambda: self._give_up(""))
        self.ending.staged.connect(self._stage)
        self.ending.approved.connect(lambda: self._run(lambda b: acts.approve_batch(self.context.desk, b.id)))
        self.ending.given_up.connect(self._give_up)
        bind(self.check, "same", keys_of("same"), tr("same person"), lambda: self._answer(is_same=True))
        bind(self.check, "apart", keys_of("apart"), tr("different people"), lambda: self._answer(is_same=False))
        bind(self.check, "undo", keys_of("undo"), tr("undo"), self._take_back)

    def refresh(self) -> None:
        """Read at which step the batch is."""
        desk = self.context.desk

        def read() -> tuple[BatchView, BlindPair | None]:
            view = batch_view(desk)
            batch = view.under_way
            is_asked = batch is not None and batch.state == "checking" and batch.is_own and batch.left
            return view, blind_pair(desk, batch.id) if batch is not None and is_asked else None

        self.load(read, self._put, tr("Looking for pairs that may be accepted together…"))

    def _put(self, found: tuple[BatchView, BlindPair | None]) -> None:
        view, pair = found
        self._under_way, self._is_busy = view.under_way, False
        batch = view.under_way
        if pair is None:
            self.progressed.emit(0, 0)
        if batch is None and not view.is_on:
            self.stack.show_empty(
                "not_set_up",
                tr("Accepting pairs together is switched off"),
                tr("An administrator can allow it in Settings. Until then every pair is decided on its own."),
                [Action(tr("Open the settings"), lambda: self.context.shell.go("settings", "holds"),
                        name="batch_settings_button")],
            )  # fmt: skip
        elif batch is None:
            self.choose.put(view.choices)
            self.steps.setCurrentWidget(self.choose)
        elif pair is not None:
            self._show_pair(pair)
        elif batch.state == "checking" and not batch.is_own:
            who = tr("{who} is checking a batch. It can be looked at when the check is done.", who=batch.made_by)
            self.stack.show_empty("done", tr("A check is under way"), who)
        else:
            self.ending.put(batch, may_approve=may(self.context.desk.role, "approve"))
            self.steps.setCurrentWidget(self.ending)

    def _show_pair(self, pair: BlindPair) -> None:
        if self._pair != pair:
            self._guard.painted()
        self._pair = pair
        self.check.put(pair)
        self.steps.setCurrentWidget(self.check)
        self.progressed.emit(pair.number - 1, pair.total)
        self.check.table.setFocus()

    def _start(self, rules: str, percent: int) -> None:
        desk = self.context.desk
        self.act(lambda: acts.start_batch(desk, rules, percent))

    def _answer(self, is_same: bool) -> None:
        batch, pair, desk = self._under_way, self._pair, self.context.desk
        if batch is None or pair is None or self._is_busy or self.steps.currentWidget() is not self.check:
            return
        if self._guard.is_too_soon():
            self.check.flash.put(tr("Look first: this pair was only just shown."))
            return
        self._is_busy = True

        def told(state: Any) -> None:
            if state == "refused":
                self.context.shell.toast(tr("Refused: the check found two people. All pairs are in the queue."))

        self.act(
            lambda: acts.answer_sample(desk, batch.id, pair.key, is_same=is_same), told, failed=self._say_and_refresh
        )

    def _take_back(self) -> None:
        if not self._is_busy:
            self._run(lambda batch: acts.take_answer_back(self.context.desk, batch.id))

    def _give_up(self, reason: str) -> None:
        self._run(lambda batch: acts.give_up_batch(self.context.desk, batch.id, reason))

    def _stage(self) -> None:
        job = Job(tr("Staging the pairs of a batch"))
        self.context.shell.follow(job)
        self.ending.stage.setEnabled(False)
        self._run(lambda batch: acts.stage_batch(self.context.desk, batch.id, job), job)

    def _run(self, work: Callable[[UnderWay], Changes[Any]], job: Job | None = None) -> None:
        batch = self._under_way
        if batch is not None:
            self.act(lambda: work(batch), failed=self._say_and_refresh, job=job)

    def _say_and_refresh(self, error: BaseException) -> None:
        self._is_busy = False
        self.context.shell.toast(words_of(error).sentence())
        self.refresh()


PAGE = Page("batch", "Batch accept", "stack", 25, "batch", BatchPage)
