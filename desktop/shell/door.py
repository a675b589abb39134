"""What stands before the window: welcome, unlock, a new store's passphrase and its recovery key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QMenu, QStackedWidget, QWidget

from core import boot
from core.backup.file import SUFFIX
from core.security.sign_in import read_names
from desktop import a11y
from desktop.keys import bind, keys_of
from desktop.shell.help import HelpPane
from desktop.shell.memory import SCALES, Memory
from desktop.shell.recovery import RecoveryPage
from desktop.shell.scrolled import Scrolled
from desktop.shell.unlock import UnlockPage
from desktop.shell.welcome import WelcomePage
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr


class Door(QWidget):
    """One window for all of them. Where people are set up they choose their name.

    `tried(home, passphrase, name)`, `made(home, passphrase)` for a new store, `brought(home, file, passphrase)` for a
    backup.
    """

    wants_demo = Signal()
    tried = Signal(object, str, str)
    made = Signal(object, str)
    brought = Signal(object, object, str)
    asked_system = Signal(object, str)
    closing = Signal()

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        a11y.name_widget(self, "door", "Chartmend")
        set_ground(self, "canvas")
        self.setWindowTitle("Chartmend")
        self.resize(1366, 768)
        self._memory = memory
        self._home: Path | None = None
        self._asked: Path | None = None  # the store whose passphrase is asked
        self.stack = QStackedWidget()
        self.stack.setObjectName("door_pages")
        self.help = HelpPane()
        row = QHBoxLayout(self)
        margins(row, 0, 0, 0, 0)
        row.addWidget(self.stack, 1)
        row.addWidget(self.help)
        self.choices = WelcomePage()
        self.choices.chosen.connect(self._chosen)
        self.stack.addWidget(Scrolled(self.choices))
        for act, words, run in (
            ("help", tr("help for this page"), self._help),
            ("keys", tr("keys"), self.help.show_keys),
            ("close", tr("close help"), self.help.close_pane),
            ("quit", tr("quit"), self.close),
        ):
            bind(self, act, keys_of(act), words, run, in_window=True)

    @property
    def page(self) -> QWidget:
        """What is shown."""
        area = self.stack.currentWidget()
        return area.page if isinstance(area, Scrolled) else self.choices

    def welcome(self, home: Path | None = None) -> None:
        """The choices of the first run; `home` is where a new store would be."""
        self._home = home or self._home
        self.choices.say("")
        self._put(self.choices)
        self.choices.demo.setFocus()

    def wait(self, words: str) -> None:
        """Something is being made."""
        self.choices.wait(words)

    def ask(self, home: Path, name: str, *, with_name: bool = False) -> None:
        """Ask for the passphrase of a store."""
        self._asked = home
        offered = read_names(home)
        page = UnlockPage(offered.practice or "Chartmend", can_switch=not with_name)
        page.tried.connect(lambda text: self.tried.emit(home, text, page.name))
        page.switched.connect(lambda: page.ask_name(name))
        page.asked_system.connect(lambda: self.asked_system.emit(home, page.name))
        page.left.connect(lambda: self.welcome(home))
        self._put(page)
        if boot.is_demo_home(home):
            page.ask(tr("The demo's passphrase is: {passphrase}", passphrase=boot.DEMO_PASSPHRASE))
        else:
            page.ask(
                tr("Choose your name and type the practice's passphrase.")
                if offered.names
                else tr("Type your passphrase.")
            )
        if offered.names:
            page.offer_names(offered.names, "" if with_name else self._memory.last_of(offered.names) or name)
        elif with_name:
            page.ask_name("")

    def offer_system(self) -> None:
        """The system's secret store holds the passphrase."""
        if isinstance(self.page, UnlockPage):
            self.page.offer_system()

    def refuse(self, words: str) -> None:
        """It was not the passphrase."""
        if isinstance(self.page, UnlockPage):
            self.page.refuse(words)

    def fail(self, words: str) -> None:
        """It did not work for another reason; no try is counted. A store that was opened tells who may sign in."""
        if isinstance(self.page, UnlockPage):
            names = read_names(self._asked).names if self._asked is not None else ()
            if names and not self.page.name:
                self.page.offer_names(names, "")
            self.page.refuse(words, is_wrong=False)
        else:
            self._put(self.choices)
            self.choices.say(words, is_mistake=True)

    def show_recovery(self, recovery: str, kept: Callable[[], None]) -> None:
        """Show the recovery key of a new store, once."""
        page = RecoveryPage(recovery)
        page.kept.connect(kept)
        self._put(page)

    def _put(self, page: QWidget) -> None:
        before = self.stack.currentWidget()
        if page is self.choices:
            self.stack.setCurrentIndex(0)
        else:
            self.stack.setCurrentIndex(self.stack.addWidget(Scrolled(page)))
        # A passphrase page is used once: what was typed into it goes with it.
        if isinstance(before, Scrolled) and before.page not in (page, self.choices):
            self.stack.removeWidget(before)
            before.deleteLater()

    def _chosen(self, what: str) -> None:
        match what:
            case "demo":
                self.wants_demo.emit()
            case "connect":
                self._connect()
            case "keys":
                self.help.show_keys()
            case "look":
                self._look_menu()
            case "restore":
                self._restore()
            case _:
                dialog = QFileDialog(self, tr("Folder of the store"))
                dialog.setFileMode(QFileDialog.FileMode.Directory)
                dialog.fileSelected.connect(lambda folder: self._opened(Path(folder)))
                dialog.open()

    def _connect(self) -> None:
        home = self._home
        if home is None:
            self.choices.say(tr("This folder holds the demo. Start Chartmend without it first."), is_mistake=True)
        elif boot.store_exists(home):
            self.ask(home, "")
        else:
            page = UnlockPage(tr("A passphrase for your store"), is_new=True)
            page.tried.connect(lambda text: self.made.emit(home, text))
            page.left.connect(lambda: self.welcome(home))
            self._put(page)
            page.ask(tr("It encrypts everything that is kept on this computer."))

    def _restore(self) -> None:
        home = self._home
        if home is None:
            self.choices.say(tr("This folder holds the demo. Start Chartmend without it first."), is_mistake=True)
            return
        dialog = QFileDialog(self, tr("A backup file"))
        dialog.setNameFilter(tr("Backups (*{suffix})", suffix=SUFFIX))
        dialog.fileSelected.connect(lambda path: self.ask_backup(home, Path(path)))
        dialog.open()

    def ask_backup(self, home: Path, source: Path) -> None:
        """Ask for the passphrase of a backup that becomes the store of `home`."""
        page = UnlockPage(tr("Restore a backup"), is_backup=True)
        page.tried.connect(lambda text: self.brought.emit(home, source, text))
        page.left.connect(lambda: self.welcome(home))
        self._asked = None
        self._put(page)
        page.ask(tr("Type the passphrase that was in force when it was made, or the recovery key."))

    def _opened(self, folder: Path) -> None:
        if boot.store_exists(folder):
            self.ask(folder, "")
        else:
            self.choices.say(
                tr("There is no store in that folder. Choose the one with store.db in it."), is_mistake=True
            )

    def _look_menu(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        menu = QMenu(self)
        a11y.name_widget(menu, "look_menu", tr("Appearance and text size"))
        for mode, words in (
            ("light", tr("Light")),
            ("dark", tr("Dark")),
            ("contrast", tr("High contrast")),
            ("system", tr("Like the system")),
        ):
            menu.addAction(words, lambda mode=mode: self._memory.look(application, mode=mode))  # type: ignore[misc]
        menu.addSeparator()
        for scale in SCALES:
            words = tr("Text size {percent} %", percent=round(scale * 100))
            menu.addAction(words, lambda scale=scale: self._memory.look(application, scale=scale))  # type: ignore[misc]
        menu.aboutToHide.connect(menu.deleteLater)
        link = self.choices.look_link
        menu.popup(link.mapToGlobal(QPoint(0, link.height())))

    def _help(self) -> None:
        if self.help.isVisible():
            self.help.close_pane()
        else:
            self.help.show_page("unlock" if isinstance(self.page, UnlockPage) else "welcome")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing it ends the program."""
        event.ignore()
        self.closing.emit()
