"""The application: from first run over unlock to the window, and an end that leaves nothing behind."""

from __future__ import annotations

import getpass
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QApplication, QFileDialog, QStackedWidget

from core import boot
from core.demo.walk import look_around
from core.desk import Desk
from core.errors import WrongKey
from core.jobs import Job
from desktop import theme
from desktop.pages._page import words_of
from desktop.shell.unlock import UnlockPage
from desktop.shell.welcome import WelcomePage
from desktop.shell.window import Window
from desktop.tasks import Tasks
from desktop.words import tr

_LOG = logging.getLogger(__name__)


class App(QObject):
    """Holds what lives as long as the program: the runner, the settings of the window, and the open desk."""

    def __init__(self, application: QApplication, home: Path, actor: str = "") -> None:
        super().__init__(application)
        self.application, self.home = application, home
        self.actor = actor or getpass.getuser()
        self.tasks = Tasks(application)
        self.settings = QSettings(str(home / "window.ini"), QSettings.Format.IniFormat)
        self.door = QStackedWidget()
        self.door.setObjectName("door")
        self.door.resize(1366, 768)
        self.window: Window | None = None
        self.desk: Desk | None = None
        application.setQuitOnLastWindowClosed(False)
        mode = str(self.settings.value("mode") or theme.mode_for_system(application))
        theme.apply(application, mode)  # type: ignore[arg-type]

    def start(self, *, is_demo: bool = False) -> None:
        """Welcome at the first run, else ask for the passphrase; the demo opens at once."""
        self.welcome = WelcomePage()
        self.welcome.chosen.connect(self._chosen)
        self.door.addWidget(self.welcome)
        self.door.setWindowTitle("Chartmend")
        self.door.show()
        if is_demo:
            self._chosen("demo")
        elif boot.store_exists(self.home):
            self._ask(self.home)

    def end(self) -> None:
        """Stop taking work, cancel, wait a little, close the store."""
        self.tasks.close()
        if self.window is not None:
            self.window.hide()
        self.door.close()
        if self.desk is not None:
            self.desk.close()
            self.desk = None
        self.application.quit()

    def _chosen(self, what: str) -> None:
        if what == "demo":
            self.welcome.say(tr("Making the demo practice…"))
            home = self.home if self.home.name == "demo" or boot.is_demo_home(self.home) else self.home / "demo"
            self._open(lambda: _open_demo(home, self.actor), self.welcome.say)
        elif what == "connect":
            self._ask(self.home)
        else:
            dialog = QFileDialog(self.door, tr("Folder of the store"))
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.fileSelected.connect(lambda folder: self._ask(Path(folder)))
            dialog.open()

    def _ask(self, home: Path) -> None:
        is_new = not boot.store_exists(home)
        page = UnlockPage(tr("A passphrase for your store") if is_new else "Chartmend", is_new=is_new)
        page.left.connect(lambda: self.door.setCurrentWidget(self.welcome))
        page.tried.connect(lambda text: self._unlock(home, text, page, is_new=is_new))
        self.door.addWidget(page)
        self.door.setCurrentWidget(page)
        page.ask(tr("It opens the store on this computer.") if is_new else tr("Type your passphrase."))

    def _unlock(self, home: Path, passphrase: str, page: UnlockPage, *, is_new: bool) -> None:
        actor = self.actor
        if is_new:
            self.tasks.run(
                lambda: boot.create_store(home, passphrase),
                done=lambda recovery: self._show_recovery(home, passphrase, recovery),
                failed=lambda why: page.refuse(words_of(why).sentence()),
                owner=page,
                lane="store",
            )
            return
        self._open(lambda: boot.open_desk(home, passphrase, actor), page.refuse)

    def _show_recovery(self, home: Path, passphrase: str, recovery: str) -> None:
        from desktop.shell.recovery import RecoveryPage  # noqa: PLC0415  (seen once in the life of a store)

        page = RecoveryPage(recovery)
        page.kept.connect(lambda: self._open(lambda: boot.open_desk(home, passphrase, self.actor), self.welcome.say))
        self.door.addWidget(page)
        self.door.setCurrentWidget(page)

    def _open(self, work: Callable[[], Desk], refuse: Callable[[str], None]) -> None:
        self.tasks.run(
            work, done=self._enter, failed=lambda why: refuse(words_of(why).sentence()), owner=self, lane="store"
        )

    def _enter(self, desk: Desk) -> None:
        self.desk = desk
        self.window = Window(desk, self.tasks, self.settings)
        self.window.unlocking.connect(self._check)
        self.window.leaving.connect(self._leave)
        self.window.closed.connect(self._closed)
        self.door.hide()
        self.window.start()

    def _check(self, passphrase: str) -> None:
        window, desk = self.window, self.desk
        if window is None or desk is None:
            return

        def failed(error: BaseException) -> None:
            is_wrong = isinstance(error, WrongKey)
            window.unlock.refuse(tr("That is not the passphrase.") if is_wrong else words_of(error).sentence())

        self.tasks.run(
            lambda: boot.check_passphrase(desk.home, passphrase),
            done=lambda _none: window.unlocked(),
            failed=failed,
            owner=window,
            lane="store",
        )

    def _leave(self) -> None:
        """Leave the demo for the choices of the first run."""
        window, desk = self.window, self.desk
        self.window = self.desk = None
        if window is not None:
            window.closed.disconnect(self._closed)
            window.close()
            window.deleteLater()
        if desk is not None:
            self.tasks.run(desk.close, owner=self, lane="store")
        self.welcome.say("")
        self.door.setCurrentWidget(self.welcome)
        self.door.show()

    def _closed(self) -> None:
        self.end()


def _open_demo(home: Path, actor: str) -> Desk:
    desk = boot.open_demo(home, actor)
    if boot.is_fresh(desk):
        look_around(desk, Job(tr("Reading the demo practice")))
    return desk


def run_window(home: Path, *, is_demo: bool = False, actor: str = "") -> int:
    """Open the window and stay until it is closed."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("Chartmend")
    sys.excepthook = _crashed
    app = App(application, home, actor)
    app.start(is_demo=is_demo)
    app.door.destroyed.connect(application.quit)
    application.lastWindowClosed.connect(app.end)
    return int(application.exec())


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Keep the window alive; log where it happened, never what the values were."""
    places: list[str] = []
    at: Any = trace
    while at is not None:
        places.append(f"{Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno}")
        at = at.tb_next
    _LOG.error("unexpected error=%s at=%s", kind.__name__, " ".join(places[-6:]))
