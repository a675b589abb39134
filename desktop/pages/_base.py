"""What our pages have in common on top of the port: a body with its five states, loading, and acting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.changes import Changes
from core.errors import Bug, ChartmendError
from core.jobs import Job
from desktop.pages._page import PageContext, PageWidget
from desktop.tasks import Lane
from desktop.widgets.notice import Action
from desktop.widgets.state_stack import StateStack
from desktop.words import tr


class BasePage(PageWidget):
    """A page with a toolbar that stays, and a body that may be loading, ready, empty, failed or offline."""

    def __init__(self, context: PageContext, name: str) -> None:
        super().__init__(context)
        self.setObjectName(name)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._stack: StateStack | None = None
        self._turn = 0
        self._was_read = False

    def set_body(self, body: QWidget, *, top: QWidget | None = None) -> None:
        """The widget that stands in the ready state; `top` (a toolbar) stays above it in every state."""
        if top is not None:
            self._column.addWidget(top)
        self._stack = StateStack(body, f"{self.objectName()}_state", self)
        self._stack.state_changed.connect(self._on_state)
        self._column.addWidget(self._stack, 1)

    @property
    def stack(self) -> StateStack:
        """The states of the page."""
        if self._stack is None:
            raise Bug("a page without a body")
        return self._stack

    def load(self, work: Callable[[], Any], done: Callable[[Any], None], text: str = "") -> None:
        """Read for the page off this thread; a slow reading shows itself, a failed one says what and what to do."""
        self._turn += 1
        turn = self._turn
        # What was read before stays on screen while it is read anew: no flicker after each decision.
        if not self._was_read or self.get_state() == "error":
            self.stack.show_loading(text)

        def put(value: Any) -> None:
            if turn == self._turn:
                self._was_read = True
                self.stack.show_ready()
                done(value)

        def fail(error: ChartmendError) -> None:
            if turn == self._turn:
                self.show_failure(error)

        self.context.run(work, done=put, failed=fail)

    def act(
        self,
        work: Callable[..., Changes[Any]],
        done: Callable[[Any], None] | None = None,
        *,
        lane: Lane = "store",
        job: Job | None = None,
        failed: Callable[[ChartmendError], None] | None = None,
    ) -> None:
        """Run a use case; what it touched is told to everybody, its failure to the person."""

        def put(changes: Changes[Any]) -> None:
            if done is not None:
                done(changes.value)

        self.context.run(work, done=put, failed=failed, lane=lane, job=job)

    def show_failure(self, error: ChartmendError) -> None:
        """The page's error state."""
        again = Action(tr("Try again"), self.refresh)
        self.stack.show_error(error.what, error.safe, error.todo, error.code, again)

    def forget(self) -> None:
        """The window was locked: nothing that was read stays."""
        self._was_read = False
        self.stack.show_loading()

    def showEvent(self, event: QShowEvent) -> None:
        """A page is read when it is first shown."""
        super().showEvent(event)
        if not self._was_read:
            self.refresh()

    def _on_state(self, state: str) -> None:
        self.set_state(state)  # type: ignore[arg-type]
