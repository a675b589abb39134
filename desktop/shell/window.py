"""The window: rail, header, banners, pages, status strip; toasts, help, lock. What pages may ask of it is `Shell`.

objectNames: `window`, `shell_pages`, `shell_banners`, `unlock_page` and `privacy_cover` while they lie over it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

import desktop.pages as pages_package
from core.changes import Changes
from core.desk import Desk
from core.errors import Cancelled
from core.jobs import Job
from core.queries.numbers import NumberHit, find_number
from core.queries.status import Status, status
from core.registry import discover
from core.security.roles import may
from core.usecases.backup import back_up_if_due
from core.usecases.sending import push_due
from desktop.bus import Bus
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.privacy.clipboard import ClipboardGuard
from desktop.shell.commands import Commands
from desktop.shell.header import Header
from desktop.shell.help import HelpPane
from desktop.shell.memory import Memory
from desktop.shell.notices import Notices, notices
from desktop.shell.over import Over
from desktop.shell.panes import Panes, first_focusable
from desktop.shell.rail import Rail, RailItem
from desktop.shell.strip import Strip
from desktop.tasks import Tasks
from desktop.theme import px
from desktop.widgets.banner import BannerStack
from desktop.widgets.themed import margins
from desktop.widgets.toast import Toast
from desktop.words import tr
from desktop.words.moments import day_words
from desktop.words.roles import role_words

WIDE_FROM = 1440
LOOK_EVERY_MS = 20_000
BACKUP_EVERY_TICKS = 30
"""How often it is asked whether a backup is due, in looks."""
SMALLEST = (1100, 640)
"""Whatever the size of text: large type scrolls and elides, it does not force a larger window."""


class Window(QMainWindow):
    """`leaving` when the demo is left; `switching(name)` for somebody else; `closing` when the person ends it.

    `restoring(file, passphrase)` when a backup shall take the place of the store.
    """

    leaving = Signal()
    switching = Signal()
    restoring = Signal(object, str)
    closing = Signal()

    def __init__(self, desk: Desk, tasks: Tasks, memory: Memory) -> None:
        super().__init__()
        self.setObjectName("window")
        self.desk, self.tasks, self.memory = desk, tasks, memory
        self.bus = Bus(self)
        self.context = PageContext(desk, tasks, self.bus, self)
        self.kinds: dict[str, Page] = {
            page.id: page for page in discover(pages_package, "PAGE").values() if may(desk.role, page.permission)
        }
        self.pages: dict[str, BasePage] = {}
        self._undo: Callable[[], None] | None = None
        self._shown = self._warning = ""
        self._waiting_focus: QWidget | None = None  # has the focus until a page without a place of its own is read
        self._may_close = False
        self._clipboard = ClipboardGuard(self)
        self._build()
        self.commands = Commands(self)
        self.header.jump.offer(self.commands.jumps)
        self.bus.changed.connect(lambda _areas: self.look())
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._tick)
        self.setMinimumSize(*SMALLEST)
        self.memory.restore(self)

    def start(self) -> None:
        """Show the page that was open last and begin to look at what changes."""
        self.show()
        wanted = self.memory.page
        first = "today" if "today" in self.kinds else next(iter(self.kinds))
        self.go(wanted if wanted in self.kinds else first)
        self.look()
        self._timer.start()
        self.over.start()

    # What pages may ask of the window.

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """A short status at the bottom left."""
        self._undo = undo
        self._toast.show_text(text, can_undo=undo is not None)

    def go(self, page: str, argument: object = None) -> None:
        """Open a page, at one of its items when `argument` names it."""
        if page not in self.kinds or self.over.is_on:
            return
        shown = self.page(page)
        self.stack.setCurrentWidget(shown)
        self.rail.mark(page)
        title = tr(self.kinds[page].title)
        if page != self._shown:
            self._shown = page
            self.header.put(title, day_words(self.desk.clock.today()) if page == "today" else "")
            self.setWindowTitle(f"Chartmend - {title}")
            self.memory.page = page
        if argument is not None:
            shown.open_at(argument)
        if self.help.isVisible():
            self.help.show_page(shown.help_id)
        self.focus_page()

    def cover_when_away(self, *, is_on: bool) -> None:
        """Let the cover come by itself, or not."""
        self.memory.covers_when_away = is_on
        self.over.away.is_on = is_on

    def warn(self, text: str, seconds: int) -> None:
        """Say something that holds for so many seconds."""
        self._undo = None
        self._toast.show_text(text, icon="clock", shown_ms=seconds * 1000)
        self._warning = text

    def end_warning(self) -> None:
        """It holds no longer."""
        if self._warning and self._toast.label.text() == self._warning:
            self._toast.hide()
        self._warning = ""

    def follow(self, job: Job) -> None:
        """Show a long job in the status strip until its answer is there."""
        self.strip.follow(job, self._shown or "connections")
        QTimer.singleShot(0, lambda: self._follow(job))

    def restore(self, source: Path, passphrase: str) -> None:
        """Close the window, put a backup in the place of the store, and open that."""
        self.restoring.emit(source, passphrase)

    def copy(self, text: str, *, is_patient_value: bool = True) -> None:
        """Copy; a patient value is cleared after 30 s if it is still ours."""
        if is_patient_value:
            seconds = self.memory.clear_after_s
            self._clipboard.copy(text, seconds)
            self.toast(tr("Copied. It is cleared after {seconds} seconds.", seconds=seconds))
        else:
            QApplication.clipboard().setText(text)
            self.toast(tr("Copied."))

    # The window itself.

    def look(self) -> None:
        """Read the counts of rail, strip and banners anew."""
        desk = self.desk
        self.tasks.run(lambda: status(desk), done=self._put, failed=self.complain, owner=self)

    def lock(self) -> None:
        """Cover everything and ask for the passphrase."""
        self.over.lock()

    def cover(self) -> None:
        """Lay a plain panel over the window, or take it away."""
        self.over.cover()

    def complain(self, error: BaseException) -> None:
        """Say an error in words."""
        self.toast(words_of(error).sentence())

    @property
    def current(self) -> BasePage | None:
        """The page in front."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, BasePage) else None

    def page(self, page: str) -> BasePage:
        """A page's widget, made when it is first opened."""
        if page not in self.pages:
            made = self.kinds[page].make(self.context)
            made.progressed.connect(lambda done, total: self._progress(made, done, total))
            made.state_changed.connect(lambda _state: self._settle_focus(made))
            self.pages[page] = made
            self.stack.addWidget(made)
        return self.pages[page]

    def focus_page(self) -> None:
        """Put the focus where the page in front wants it, else on its place in the navigation."""
        current = self.current
        front = (current.main if current else None) or self.rail.buttons.get(self._shown)
        if front is None and current is not None:
            front = first_focusable(current)
        self._waiting_focus = None if front is not None else self.rail.buttons["help"]
        (front or self.rail.buttons["help"]).setFocus()

    def open_place(self, where: str) -> None:
        """What a button of rail or strip asked for: a page, help, lock, or leaving the demo."""
        match where:
            case "help":
                self.show_help()
            case "lock":
                self.lock()
            case "leave":
                self.leaving.emit()
            case _:
                self.go(where)

    def show_help(self) -> None:
        """Open help for the page in front, or close it."""
        if self.help.isVisible():
            self.help.close_pane()
        else:
            self.help.show_page(self.current.help_id if self.current else "index")

    def show_keys(self) -> None:
        """Open the list of keys."""
        self.help.show_keys()

    def find_number(self, number: str) -> None:
        """Go to what waits under a record number."""
        desk = self.desk
        self.tasks.run(lambda: find_number(desk, number), done=self._found, failed=self.complain, owner=self)

    def ending(self) -> None:
        """The program ends: say what is waited for."""
        self._timer.stop()
        self.over.stop()
        self._clipboard.clear()
        waits = self.tasks.waits_for
        self.strip.say(tr("Ending: {what}", what=waits[-1]) if waits else tr("Ending"))
        self.setEnabled(False)

    def close_for_good(self) -> None:
        """Close without asking anybody again; pages go with it."""
        self._may_close = True
        self._timer.stop()
        self.over.stop()
        self.close()
        self.deleteLater()

    def _build(self) -> None:
        shown = list(self.kinds.values())
        self.ordered = [page.id for group in ("work", "upkeep") for page in shown if page.group == group]
        work, upkeep = ([self._item(p) for p in shown if p.group == group] for group in ("work", "upkeep"))
        self.rail = Rail(work, upkeep)
        self.rail.opened.connect(self.open_place)
        self.header = Header()
        self.header.jump.numbered.connect(self.find_number)
        self.banners = BannerStack("shell_banners")
        # Minimum, not Maximum: a sentence that wraps under large type gets its second line.
        self.banners.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.banners.hide()
        self._notices = Notices(self.banners, self.open_place)
        self.stack = QStackedWidget()
        self.stack.setObjectName("shell_pages")
        self.help = HelpPane()
        self.strip = Strip(tr("{name}, {role}", name=self.desk.actor, role=role_words(self.desk.role)))
        self.strip.opened.connect(self.go)
        self.strip.pack_wanted.connect(lambda argument: self.go("offline", argument or None))
        self.strip.refresh.setVisible(may(self.desk.role, "pull"))
        self.strip.clipboard.clicked.connect(self._clipboard.clear)
        self._clipboard.counted.connect(self._count_down)
        middle, column = QHBoxLayout(), QVBoxLayout()
        whole = QWidget()
        row = QHBoxLayout(whole)
        for layout in (middle, column, row):
            margins(layout, 0, 0, 0, 0)
        middle.addWidget(self.stack, 1)
        middle.addWidget(self.help)
        column.addWidget(self.header)
        column.addWidget(self.banners)
        column.addLayout(middle, 1)
        column.addWidget(self.strip)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        self.over = Over(self, whole)
        self.setCentralWidget(self.over)
        self.panes = Panes(self._panes)
        self._toast = Toast(whole, left=px(72), bottom=px(48))
        self._toast.undone.connect(self._undone)
        self.help.closed.connect(self.focus_page)

    def _item(self, page: Page) -> RailItem:
        place = self.ordered.index(page.id) + 1
        return RailItem(page.id, tr(page.nav_word), page.icon, f"Ctrl+{place}" if place <= 9 else "")

    def _panes(self) -> list[QWidget]:
        current = self.current
        return [
            self.rail,
            self.header.jump,
            self.banners,
            *(current.panes() if current else ()),
            self.help,
            self.strip,
        ]

    def _settle_focus(self, page: BasePage) -> None:
        waiting = self._waiting_focus
        if waiting is not None and waiting.hasFocus() and page is self.current and not self.over.is_on:
            self.focus_page()

    def _progress(self, page: BasePage, done: int, total: int) -> None:
        if self.stack.currentWidget() is page:
            self.header.set_progress(done, total)

    def _found(self, hit: NumberHit | None) -> None:
        if hit is None or hit.page not in self.kinds:
            self.toast(tr("Nothing that waits has this number."))
        else:
            self.go(hit.page, hit.item)

    def _put(self, found: Status) -> None:
        self.strip.put(found)
        self.rail.set_counts({p.id: int(getattr(found, p.count)) for p in self.kinds.values() if p.count})
        self._notices.put(notices(found, self.desk.role))

    def _tick(self) -> None:
        """Every now and then: send what was held long enough, and look at the counts."""
        desk = self.desk

        def done(changes: Changes[Any]) -> None:
            self.bus.tell(changes)
            self.look()

        self.tasks.run(lambda: push_due(desk), done=done, failed=self.complain, owner=self, lane="network")
        self._ticks += 1
        if self._ticks % BACKUP_EVERY_TICKS == 3:  # the first some moments after the start
            self._back_up()

    def _back_up(self) -> None:
        """Make a backup where one is due."""
        desk, job = self.desk, Job(tr("Backup"))
        self.tasks.run(
            lambda: back_up_if_due(desk, job=job),
            done=self.bus.tell,
            failed=self._backup_failed,
            owner=self,
            lane="network",
            job=job,
        )

    def _backup_failed(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self.complain(error)

    def _follow(self, job: Job) -> None:
        if self.tasks.follows(job):
            QTimer.singleShot(200, lambda: self._follow(job))
        else:
            self.strip.end(job)

    def _count_down(self, left_s: int) -> None:
        self.strip.clipboard.setVisible(left_s > 0)
        self.strip.clipboard.put(tr("Copied, {seconds} s. Clear now", seconds=left_s))

    def _undone(self) -> None:
        if self._undo is not None:
            self._undo()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words beside the icons only where there is room."""
        super().resizeEvent(event)
        is_wide = self.width() >= px(WIDE_FROM)
        self.rail.set_wide(is_wide)
        self.help.set_wide(is_wide)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that nothing else took closes help."""
        if event.key() == Qt.Key.Key_Escape:
            self.help.close_pane()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window stays until what runs has ended; its place is remembered, and nothing about patients."""
        self.memory.keep(self)
        if self._may_close:
            super().closeEvent(event)
        else:
            event.ignore()
            self.closing.emit()
