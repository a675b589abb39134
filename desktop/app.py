"""The application: from first run over unlock to the window, and an end that leaves nothing behind."""

from __future__ import annotations

import getpass
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from core import boot
from core.backup.bring_back import Restored
from core.clock import Clock
from core.desk import Desk
from core.errors import Bug, WrongKey
from core.jobs import Job
from core.usecases.backup import restore, restore_first
from desktop.pages._page import words_of
from desktop.shell import crash
from desktop.shell.door import Door
from desktop.shell.memory import Memory
from desktop.tasks import Tasks
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.shell.window import Window


@dataclass(frozen=True, slots=True)
class Start:
    """How the window is started. `seed` and `patients` shape a new demo; `today` is the date that rules take."""

    home: Path
    is_demo: bool = False
    actor: str = ""
    today: date | None = None
    seed: int | None = None
    patients: int | None = None

    @property
    def demo_home(self) -> Path:
        """The demo's folder: the given one when it was started as the demo or holds one, else one inside it."""
        is_it = self.is_demo or boot.is_demo_home(self.home)
        return self.home if is_it and not self._is_real else self.home / "demo"

    @property
    def _is_real(self) -> bool:
        return boot.store_exists(self.home) and not boot.is_demo_home(self.home)


class App(QObject):
    """Holds what lives as long as the program: the runner, the memory of the window, and the open desk."""

    def __init__(self, application: QApplication, start: Start) -> None:
        super().__init__(application)
        self.application, self._start = application, start
        self.actor = start.actor or getpass.getuser()
        self.tasks = Tasks(application)
        self.memory = Memory(start.home, self.actor)
        self.memory.look(application)
        self.is_clean = True
        self._is_ending = False
        self.window: Window | None = None
        self.desk: Desk | None = None
        self.door = Door(self.memory)
        self.door.wants_demo.connect(self.open_demo)
        self.door.tried.connect(self._unlock)
        self.door.made.connect(self._create)
        self.door.asked_system.connect(self._recall)
        self.door.brought.connect(self._bring_back)
        self.door.closing.connect(self.end)
        application.setQuitOnLastWindowClosed(False)

    def start(self) -> None:
        """Welcome at the first run, else ask for the passphrase; the demo opens at once."""
        self.door.show()
        if self._start.is_demo or boot.is_demo_home(self._start.home):
            self.door.welcome()
            self.open_demo()
        elif boot.store_exists(self._start.home):
            self._ask(self._start.home)
        else:
            self.door.welcome(self._start.home)

    def open_demo(self) -> None:
        """Make or reopen the demo practice, and read it when it is new."""
        self.door.wait(tr("Making the demo practice…"))
        start, actor = self._start, self.actor
        self._open(lambda: _open_demo(start, actor), self.door.fail)

    def end(self) -> None:
        """Stop taking work, cancel, wait a little, close the store."""
        if self._is_ending:
            return
        self._is_ending = True
        if self.window is not None:
            self.window.ending()
        self.tasks.close(self._ended)

    def complain(self, error: Bug) -> None:
        """Something unexpected went wrong: say so where the person is looking."""
        # From the event loop: the handler may run in the middle of painting.
        QTimer.singleShot(0, self, lambda: self._say(error.sentence()))

    def _say(self, words: str) -> None:
        if self.window is not None:
            self.window.toast(words)
        else:
            self.door.fail(words)

    def _ask(self, home: Path) -> None:
        self.door.ask(home, self.actor)
        self.tasks.run(
            lambda: _recalled(home),
            done=lambda found: self.door.offer_system() if found else None,
            owner=self.door,
            lane="network",
        )

    def _unlock(self, home: Path, passphrase: str, name: str) -> None:
        self.actor = name or self.actor
        actor, clock = self.actor, Clock(fixed_today=self._start.today)
        self._open(lambda: boot.open_desk(home, passphrase, actor, clock), self.door.refuse)

    def _recall(self, home: Path, name: str) -> None:
        def recalled(passphrase: str | None) -> None:
            if passphrase:
                self._unlock(home, passphrase, name)
            else:
                self.door.fail(tr("The system's secret store no longer holds the passphrase."))

        self.tasks.run(lambda: _recalled(home), done=recalled, failed=self._failed, owner=self.door, lane="network")

    def _create(self, home: Path, passphrase: str) -> None:
        actor, clock = self.actor, Clock(fixed_today=self._start.today)

        def open_it() -> None:
            self._open(lambda: boot.open_desk(home, passphrase, actor, clock), self.door.fail, "connections")

        self.tasks.run(
            lambda: boot.create_store(home, passphrase),
            done=lambda recovery: self.door.show_recovery(recovery, open_it),
            failed=self._failed,
            owner=self.door,
            lane="store",
        )

    def _failed(self, error: BaseException) -> None:
        self.door.fail(words_of(error).sentence())

    def _open(self, work: Callable[[], Desk], refuse: Callable[[str], None], page: str = "") -> None:
        def failed(error: BaseException) -> None:
            if isinstance(error, WrongKey):
                refuse(tr("That is not the passphrase."))
            else:
                self.door.fail(words_of(error).sentence())

        self.tasks.run(work, done=lambda desk: self._enter(desk, page), failed=failed, owner=self, lane="store")

    def _enter(self, desk: Desk, page: str = "") -> None:
        self.desk = desk
        memory = self.memory.of(desk.actor)
        memory.signed_in()
        memory.look(self.application)
        if page:
            memory.page = page
        from desktop.shell.window import Window  # noqa: PLC0415  (brings numpy: not before the first paint)

        self.window = Window(desk, self.tasks, memory)
        self.window.leaving.connect(self._leave)
        self.window.switching.connect(self._switch)
        self.window.restoring.connect(self._restore)
        self.window.closing.connect(self.end)
        self.door.hide()
        self.window.start()

    def _leave(self) -> None:
        """Leave the demo for the choices of the first run, or for the real store."""
        self._drop_window()
        home = self._start.home
        if boot.store_exists(home) and not boot.is_demo_home(home):
            self._ask(home)
        else:
            self.door.welcome(home if not boot.is_demo_home(home) else None)
        self.door.show()

    def _switch(self) -> None:
        """Somebody else signs in."""
        home = self.desk.home if self.desk is not None else self._start.home
        self._drop_window()
        self.door.ask(home, self.actor, with_name=True)
        self.door.show()

    def _drop_window(self) -> None:
        desk = self._leave_desk()
        if desk is not None:
            self.tasks.run(desk.close, owner=self, failed=self._failed, lane="store")

    def _leave_desk(self) -> Desk | None:
        """Close the window; gives the desk, which stays open."""
        window, desk = self.window, self.desk
        self.window = self.desk = None
        self.tasks.cancel_all()
        if window is not None:
            window.close_for_good()
        return desk

    def _restore(self, source: Path, passphrase: str) -> None:
        """Put a backup in the place of the open store, once nothing else works in it, and open that."""
        desk = self._leave_desk()
        if desk is None:
            return
        self.door.welcome()
        self.door.wait(tr("Restoring the backup…"))
        self.door.show()
        home, actor, clock = desk.home, desk.actor, desk.clock

        def failed(error: BaseException) -> None:
            # Nothing was replaced, and the desk is still open.
            self._enter(desk, "backup")
            self._say(words_of(error).sentence())

        def done(_restored: Restored) -> None:
            self._open(lambda: boot.open_desk(home, passphrase, actor, clock), self.door.fail, "backup")

        def begin() -> None:
            self.tasks.run(
                lambda: restore(desk, source, passphrase), done=done, failed=failed, owner=self, lane="store"
            )

        self._when_idle(begin)

    def _when_idle(self, begin: Callable[[], None]) -> None:
        """As soon as no task is under way any more."""
        if self.tasks.is_idle:
            begin()
            return

        def idle() -> None:
            self.tasks.became_idle.disconnect(idle)
            begin()

        self.tasks.became_idle.connect(idle)

    def _bring_back(self, home: Path, source: Path, passphrase: str) -> None:
        """Restore where no store is open: the third choice of the first run."""
        actor, clock = self.actor, Clock(fixed_today=self._start.today)

        def work() -> Desk:
            restore_first(home, source, passphrase, actor, clock)
            return boot.open_desk(home, passphrase, actor, clock)

        self._open(work, self.door.refuse, "today")

    def _ended(self, is_clean: bool) -> None:
        self.is_clean = is_clean
        if self.window is not None:
            self.window.close_for_good()
            self.window = None
        if self.desk is not None:
            self.desk.close()
            self.desk = None
        self.door.hide()
        self.door.deleteLater()
        self.application.quit()


def _open_demo(start: Start, actor: str) -> Desk:
    clock = Clock(fixed_today=start.today)
    desk = boot.open_demo(start.demo_home, actor, clock, seed=start.seed, patients=start.patients)
    if boot.is_fresh(desk):
        from core.demo.walk import look_around  # noqa: PLC0415  (brings numpy: not before the first paint)

        look_around(desk, Job())
    return desk


def _recalled(home: Path) -> str | None:
    from core.security.secrets import recall  # noqa: PLC0415  (may ask the desktop session; off this thread)

    return recall(f"store:{home.resolve()}")


def run_window(start: Start) -> int:
    """Open the window and stay until it is closed."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("Chartmend")
    app = App(application, start)
    crash.install(app.complain)
    application.aboutToQuit.connect(app.end)
    _end_on_signals(app)
    QTimer.singleShot(0, app, app.start)
    code = int(application.exec())
    if not app.is_clean:
        # A thread did not stop in time, and Python would wait for it without end. The store is closed.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def _end_on_signals(app: App) -> None:
    """Ctrl+C in the terminal and a polite kill end it like closing the window."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: app.end())
    # Python looks at signals only while it runs; the event loop alone would never let it.
    beat = QTimer(app)
    beat.setInterval(250)
    beat.timeout.connect(lambda: None)
    beat.start()
