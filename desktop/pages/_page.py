"""What a page is and what it gets: a desk, a runner, the bus, and a few words to the shell. Never the whole app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import Property, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.changes import Changes
from core.desk import Desk
from core.errors import Bug, Cancelled, ChartmendError
from core.jobs import Job
from desktop.bus import Bus
from desktop.shell.memory import Memory
from desktop.tasks import Tasks
from desktop.widgets.notice import Action
from desktop.widgets.state_stack import StateStack
from desktop.words import tr


class Shell(Protocol):
    """What a page may ask of the window around it. `memory` is what this person chose for themselves."""

    memory: Memory

    def cover_when_away(self, *, is_on: bool) -> None:
        """Whether the cover comes by itself when another program has the focus."""

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """A short status at the bottom left; never patient detail."""

    def go(self, page: str, argument: object = None) -> None:
        """Open another page, at one of its items when `argument` names it."""

    def follow(self, job: Job) -> None:
        """Show a long job with progress and Cancel in the status strip."""

    def restore(self, source: Path, passphrase: str) -> None:
        """Close the window, put a backup in the place of the store, and open that."""

    def copy(self, text: str, *, is_patient_value: bool = True) -> None:
        """Copy to the clipboard; a patient value is marked as sensitive and cleared after 30 s if it is still ours."""


@dataclass(frozen=True, slots=True)
class PageContext:
    """All that a page gets."""

    desk: Desk
    tasks: Tasks
    bus: Bus
    shell: Shell


@dataclass(frozen=True, slots=True)
class Page:
    """What a module in `desktop.pages` exposes as PAGE. `permission`: the act a role must be allowed to see it.

    `title` heads the page; `word` stands in the navigation when it is another one. `group`: "work" above the line of
    the navigation, "upkeep" below it, "hidden" not in it. `count` names a figure of `core.queries.status.Status` shown
    beside the word.
    """

    id: str
    title: str
    icon: str
    order: int
    permission: str
    make: Callable[[PageContext], BasePage]
    group: str = "work"
    count: str = ""
    word: str = ""

    @property
    def nav_word(self) -> str:
        """The word in the navigation."""
        return self.word or self.title


class BasePage(QWidget):
    """A page with its five states. Subclasses put their body in with `set_body` and load with `load`."""

    areas: frozenset[str] = frozenset()
    help_id = "index"
    main: QWidget | None = None  # what has the focus when the page is opened
    progressed = Signal(int, int)  # decided, total
    state_changed = Signal(str)

    def __init__(self, context: PageContext, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.context = context
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._stack: StateStack | None = None
        self._turn = 0
        self._is_stale = True
        self._was_read = False
        context.bus.changed.connect(self._on_changed)

    def set_body(self, body: QWidget, *, top: QWidget | None = None) -> None:
        """The widget that stands in the ready state; `top` (a toolbar) stays above it in every state."""
        if top is not None:
            self._column.addWidget(top)
        self._stack = StateStack(body, f"{self.objectName()}_state", self)
        self._stack.state_changed.connect(self.state_changed)
        self._column.addWidget(self._stack, 1)

    @property
    def stack(self) -> StateStack:
        """The states of the page."""
        if self._stack is None:
            raise Bug("a page without a body")
        return self._stack

    def _state(self) -> str:
        return str(self.stack.property("state"))

    state = Property(str, _state, notify=state_changed)

    def refresh(self) -> None:
        """Read everything anew. Subclasses call `load`."""

    def open_at(self, argument: object) -> None:
        """Go to one item of the page."""

    def panes(self) -> Sequence[QWidget]:
        """The parts that F6 goes through, in order."""
        return (self,)

    def load(self, work: Callable[[], Any], done: Callable[[Any], None], text: str = "") -> None:
        """Read for the page off this thread; a slow reading shows itself, a failed one says what and what to do."""
        self._turn += 1
        turn = self._turn
        # What was read before stays on screen while it is read anew: no flicker after each decision.
        if not self._was_read or self.stack.property("state") == "error":
            self.stack.show_loading(text)

        def put(value: Any) -> None:
            if turn == self._turn:
                self._is_stale, self._was_read = False, True
                self.stack.show_ready()
                done(value)

        def fail(error: BaseException) -> None:
            if turn == self._turn:
                self.show_failure(error)

        self.context.tasks.run(work, done=put, failed=fail, owner=self)

    def act(
        self,
        work: Callable[[], Changes[Any]],
        done: Callable[[Any], None] | None = None,
        *,
        lane: str = "store",
        job: Job | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Run a use case; what it touched is told to everybody, its failure to the person in a toast."""

        def put(changes: Changes[Any]) -> None:
            if done is not None:
                done(changes.value)
            self.context.bus.tell(changes)

        def fail(error: BaseException) -> None:
            if isinstance(error, Cancelled):
                return
            self.context.shell.toast(words_of(error).sentence())

        self.context.tasks.run(work, done=put, failed=failed or fail, owner=self, lane=lane, job=job)

    def show_failure(self, error: BaseException) -> None:
        """The page's error state."""
        words = words_of(error)
        self.stack.show_error(words.what, words.safe, words.todo, words.code, Action(tr("Try again"), self.refresh))

    def showEvent(self, event: Any) -> None:
        """A page that is opened shows what is so now."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def _on_changed(self, areas: frozenset[str]) -> None:
        if not areas & self.areas:
            return
        self._is_stale = True
        if self.isVisible():
            self.refresh()


def words_of(error: BaseException) -> ChartmendError:
    """Any error as one of ours: what is not one is a fault of the program, said without its text."""
    return error if isinstance(error, ChartmendError) else Bug(tr("Something unexpected went wrong."))
