"""What lies over the window: the lock and the privacy cover. The lock always wins; uncovering never unlocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QStackedWidget, QWidget

from core import boot
from core.errors import WrongKey
from core.queries.settings import lock_minutes
from core.security.sign_in import read_names
from core.settings.store import DEFAULTS
from desktop.pages._page import words_of
from desktop.privacy.cover import AwayWatch, Cover
from desktop.privacy.idle import WARNED_BEFORE_S, IdleWatch
from desktop.shell.scrolled import Scrolled
from desktop.shell.unlock import UnlockPage
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.shell.window import Window

_STAYS_ON = ("act_quit", "act_cover")


class Over(QStackedWidget):
    """The window's content, and over it the unlock page or the cover."""

    def __init__(self, window: Window, content: QWidget) -> None:
        super().__init__()
        self.setObjectName("shell_over")
        self._window = window
        self._content = content
        self._title = ""
        self._is_locked = self._is_covered = False
        self._hidden: list[QWidget] = []
        practice = read_names(window.desk.home).practice
        self.unlock = UnlockPage(practice or "Chartmend", can_switch=self.can_switch)
        self.unlock.tried.connect(self._check)
        self.unlock.switched.connect(window.switching)
        self.curtain = Cover()
        self.curtain.uncovered.connect(self.cover)
        self._unlock_area = Scrolled(self.unlock)
        for part in (content, self._unlock_area, self.curtain):
            self.addWidget(part)
        self.idle = IdleWatch(DEFAULTS["privacy.lock_minutes"], QApplication.instance() or self, self)
        self.idle.idle.connect(self._lock_idle)
        self.idle.warned.connect(self._warn)
        self.idle.stayed.connect(window.end_warning)
        window.bus.changed.connect(self._settings_changed)
        self.away = AwayWatch(self)
        self.away.away.connect(self._cover_away)

    @property
    def can_switch(self) -> bool:
        """Whether somebody else can sign in: in the demo once people are set up there."""
        desk = self._window.desk
        return not desk.is_demo or bool(read_names(desk.home).names)

    @property
    def is_locked(self) -> bool:
        """Whether the passphrase is asked."""
        return self._is_locked

    @property
    def is_on(self) -> bool:
        """Whether anything lies over the content."""
        return self._is_locked or self._is_covered

    def start(self) -> None:
        """Begin to watch for idle time."""
        self.idle.start()
        self._read_minutes()

    def stop(self) -> None:
        """Stop watching."""
        self.idle.stop()

    def lock(self, why: str = "") -> None:
        """Ask for the passphrase before anything is seen again. Work and place are kept."""
        if self._is_locked:
            return
        self.idle.stop()
        self._is_locked, self._is_covered = True, False
        words = why or tr("Locked. Your work is kept.")
        if self._window.desk.is_demo:
            words = tr("Locked. The demo's passphrase is: {passphrase}", passphrase=boot.DEMO_PASSPHRASE)
        self.unlock.ask(words, can_leave=False)
        self.unlock.switch.setVisible(self.can_switch)
        self._arrange()

    def cover(self) -> None:
        """Cover, or uncover what is not locked."""
        if not self._is_locked:
            self._is_covered = not self._is_covered
            self._arrange()

    def _unlocked(self) -> None:
        self._is_locked = False
        self.unlock.passed()
        self._arrange()
        self.idle.start()
        if self._window.current is not None:
            self._window.current.refresh()
        self._window.look()

    def _arrange(self) -> None:
        """Show the right part; while anything lies over the content, its keys, dialogs and title are away."""
        part = self._unlock_area if self._is_locked else self.curtain if self._is_covered else self._content
        if self.is_on and self.currentWidget() is self._content:
            self._title = self._window.windowTitle()
            self._window.setWindowTitle("Chartmend")
            self._hide_dialogs()
        for action in self._window.findChildren(QAction):
            if action.parent() is self._window and action.objectName() not in _STAYS_ON:
                action.setEnabled(not self.is_on)
        self.setCurrentWidget(part)
        if part is self._content:
            self._window.setWindowTitle(self._title)
            self._show_dialogs()
            self._window.focus_page()
        else:
            (self.unlock.edit if self._is_locked else self.curtain).setFocus()

    def _hide_dialogs(self) -> None:
        popup = QApplication.activePopupWidget()
        while popup is not None:
            popup.close()
            popup = QApplication.activePopupWidget()
        self._hidden = [dialog for dialog in self._window.findChildren(QDialog) if dialog.isVisible()]
        for dialog in self._hidden:
            dialog.hide()

    def _show_dialogs(self) -> None:
        for dialog in self._hidden:
            dialog.show()
        self._hidden = []

    def _check(self, passphrase: str) -> None:
        desk = self._window.desk

        def failed(error: BaseException) -> None:
            is_wrong = isinstance(error, WrongKey)
            words = tr("That is not the passphrase.") if is_wrong else words_of(error).sentence()
            self.unlock.refuse(words, is_wrong=is_wrong)

        self._window.tasks.run(
            lambda: boot.check_sign_in(desk, passphrase),
            done=lambda _none: self._unlocked(),
            failed=failed,
            owner=self,
            lane="store",
        )

    def _lock_idle(self) -> None:
        self.lock(tr("Locked after {minutes} minutes. Your work is kept.", minutes=round(self.idle.minutes)))

    def _warn(self) -> None:
        self._window.warn(tr("It locks in a minute. Press any key to stay."), WARNED_BEFORE_S)

    def _settings_changed(self, areas: frozenset[str]) -> None:
        if "settings" in areas:
            self._read_minutes()

    def _read_minutes(self) -> None:
        window, desk = self._window, self._window.desk

        def put(minutes: int) -> None:
            self.idle.minutes = minutes

        window.tasks.run(lambda: lock_minutes(desk), done=put, failed=window.complain, owner=self)

    def _cover_away(self) -> None:
        if not self.is_on:
            self.cover()
