"""The window: rail, header, banners, pages, status strip; toasts, help, lock. What pages may ask of it is `Shell`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

import desktop.pages as pages_package
from core.changes import Changes
from core.desk import Desk
from core.jobs import Job
from core.queries.status import Status, status
from core.registry import discover
from core.security.roles import may
from core.usecases.sending import push_due
from desktop import a11y
from desktop.bus import Bus
from desktop.keys import key_of
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.privacy.idle import IdleWatch
from desktop.shell.header import Header, Jump
from desktop.shell.help import HelpPane
from desktop.shell.rail import Rail, RailItem
from desktop.shell.strip import Strip
from desktop.shell.unlock import UnlockPage
from desktop.tasks import Tasks
from desktop.theme import px
from desktop.widgets.banner import Banner, BannerStack
from desktop.widgets.themed import margins
from desktop.widgets.toast import Toast
from desktop.words import tr

WIDE_FROM = 1440
IDLE_MINUTES = 10.0
LOOK_EVERY_MS = 20_000


class Window(QMainWindow):
    """`unlocking(passphrase)` while locked; `leaving` when the demo is left; `closed` at the end."""

    unlocking = Signal(str)
    leaving = Signal()
    closed = Signal()

    def __init__(self, desk: Desk, tasks: Tasks, settings: QSettings) -> None:
        super().__init__()
        self.setObjectName("window")
        self.desk, self.tasks, self._settings = desk, tasks, settings
        self.bus = Bus(self)
        self.context = PageContext(desk, tasks, self.bus, self)
        self.kinds: dict[str, Page] = {
            page.id: page for page in discover(pages_package, "PAGE").values() if may(desk.role, page.permission)
        }
        self.pages: dict[str, BasePage] = {}
        self._undo: Callable[[], None] | None = None
        self._build()
        self._bind_keys()
        self.bus.changed.connect(lambda _areas: self.look())
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._tick)
        self.idle = IdleWatch(IDLE_MINUTES, QApplication.instance() or self)
        self.idle.idle.connect(self.lock)
        self.idle.warned.connect(lambda: self.toast(tr("It locks in a minute. Press any key to stay.")))
        self._restore()

    def start(self) -> None:
        """Show the first page and begin to look at what changes."""
        self.show()
        self.go("today" if "today" in self.kinds else next(iter(self.kinds)))
        self.look()
        self._timer.start()
        self.idle.start()

    # What pages may ask of the window.

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """A short status at the bottom left."""
        self._undo = undo
        self._toast.show_text(text, can_undo=undo is not None)

    def go(self, page: str, argument: object = None) -> None:
        """Open a page, at one of its items when `argument` names it."""
        if page not in self.kinds:
            return
        shown = self._page(page)
        self.stack.setCurrentWidget(shown)
        self.rail.mark(page)
        title = tr(self.kinds[page].title)
        self.header.put(title)
        self.setWindowTitle(f"Chartmend - {title}")
        self._settings.setValue("page", page)
        if argument is not None:
            shown.open_at(argument)
        if self.help.isVisible():
            self.help.show_page(shown.help_id)
        (shown.main or self.rail.buttons[page]).setFocus()

    def follow(self, job: Job) -> None:
        """Show a long job in the status strip until its answer is there."""
        self.strip.follow(job)
        QTimer.singleShot(500, lambda: self._end_if_over(job))

    # The window itself.

    def look(self) -> None:
        """Read the counts of rail, strip and banners anew."""
        desk = self.desk
        self.tasks.run(lambda: status(desk), done=self._put, failed=self._complain, owner=self)

    def lock(self) -> None:
        """Cover everything and ask for the passphrase."""
        if self.desk.is_demo:
            self.toast(tr("The demo practice has no passphrase; there is nothing real to lock."))
            return
        self.idle.stop()
        self.unlock.ask(tr("Locked. Your work is kept."), can_leave=False)
        self.over.setCurrentWidget(self.unlock)
        self.setWindowTitle("Chartmend")

    def unlocked(self) -> None:
        """The passphrase was right: back to where the person was."""
        self.over.setCurrentIndex(0)
        self.idle.start()
        current = self.stack.currentWidget()
        if isinstance(current, BasePage):
            current.refresh()

    def cover(self) -> None:
        """Lay a plain panel over the window, or take it away."""
        self.over.setCurrentIndex(0 if self.over.currentWidget() is self.curtain else 2)

    def _build(self) -> None:
        work = [self._item(page, place) for place, page in enumerate(self.kinds.values()) if page.group == "work"]
        upkeep = [self._item(page, place) for place, page in enumerate(self.kinds.values()) if page.group != "work"]
        self.rail = Rail(work, upkeep)
        self.rail.opened.connect(self._open)
        self.header = Header()
        self.header.set_jumps(self._jumps())
        self.header.numbered.connect(self._find_number)
        self.banners = BannerStack("shell_banners")
        self.banners.hide()
        self.stack = QStackedWidget()
        self.stack.setObjectName("shell_pages")
        self.help = HelpPane()
        who = f"{self.desk.actor}, {role_words(self.desk.role)}"
        self.strip = Strip(who)
        self.strip.opened.connect(self.go)
        middle = QHBoxLayout()
        margins(middle, 0, 0, 0, 0)
        middle.addWidget(self.stack, 1)
        middle.addWidget(self.help)
        column = QVBoxLayout()
        margins(column, 0, 0, 0, 0)
        column.addWidget(self.header)
        column.addWidget(self.banners)
        column.addLayout(middle, 1)
        column.addWidget(self.strip)
        whole = QWidget()
        row = QHBoxLayout(whole)
        margins(row, 0, 0, 0, 0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        self.unlock = UnlockPage("Chartmend")
        self.unlock.tried.connect(self.unlocking)
        self.curtain = QWidget()
        a11y.name_widget(self.curtain, "privacy_cover", tr("Covered. Press Ctrl+Shift+H to go on."))
        self.over = QStackedWidget()
        for part in (whole, self.unlock, self.curtain):
            self.over.addWidget(part)
        self.setCentralWidget(self.over)
        self._toast = Toast(whole, left=px(72), bottom=px(48))
        self._toast.undone.connect(self._undone)

    def _item(self, page: Page, place: int) -> RailItem:
        return RailItem(page.id, tr(page.title), page.icon, f"Ctrl+{place + 1}" if place < 9 else "")

    def _jumps(self) -> list[Jump]:
        jumps = [Jump(tr(page.title), lambda page=page: self.go(page.id)) for page in self.kinds.values()]  # type: ignore[misc]
        return [
            *jumps,
            Jump(tr("Lock now"), self.lock),
            Jump(tr("Help"), self._show_help),
            Jump(tr("Keys"), self._show_keys),
        ]

    def _bind_keys(self) -> None:
        acts: list[tuple[str, str, Callable[[], Any]]] = [
            ("jump", key_of("jump"), self.header.edit.setFocus),
            ("lock", key_of("lock"), self.lock),
            ("cover", key_of("cover"), self.cover),
            ("help", key_of("help"), self._show_help),
            ("next_pane", key_of("pane"), lambda: self._next_pane(1)),
            ("previous_pane", "Shift+F6", lambda: self._next_pane(-1)),
            ("quit", key_of("quit"), self.close),
        ]
        acts += [
            (f"open_{page}", f"Ctrl+{place + 1}", lambda page=page: self.go(page))  # type: ignore[misc]
            for place, page in enumerate(list(self.kinds)[:9])
        ]
        for name, key, run in acts:
            action = QAction(self)
            action.setObjectName(f"act_{name}")
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.triggered.connect(lambda _on=False, run=run: run())
            self.addAction(action)

    def _page(self, page: str) -> BasePage:
        if page not in self.pages:
            made = self.kinds[page].make(self.context)
            made.progressed.connect(lambda done, total, page=page: self._progress(page, done, total))
            self.pages[page] = made
            self.stack.addWidget(made)
        return self.pages[page]

    def _progress(self, page: str, done: int, total: int) -> None:
        if self.stack.currentWidget() is self.pages.get(page):
            self.header.set_progress(done, total)

    def _open(self, where: str) -> None:
        if where == "help":
            self._show_help()
        elif where == "lock":
            self.lock()
        else:
            self.go(where)

    def _show_help(self) -> None:
        if self.help.isVisible():
            self.help.hide()
            return
        current = self.stack.currentWidget()
        self.help.show_page(current.help_id if isinstance(current, BasePage) else "index")

    def _show_keys(self) -> None:
        self.help.show_page("keys")

    def _next_pane(self, step: int) -> None:
        panes: list[QWidget] = [self.rail, self.header.jump, self.stack, self.strip]
        focus = QApplication.focusWidget()
        at = next((n for n, pane in enumerate(panes) if focus and pane.isAncestorOf(focus)), 0)
        pane = panes[(at + step) % len(panes)]
        first = next(
            (w for w in pane.findChildren(QWidget) if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus), pane
        )
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _find_number(self, text: str) -> None:
        for page in ("patients", "charges", "outbox"):
            if page in self.kinds and getattr(self._page(page), "find_number", lambda _text: False)(text):
                self.go(page)
                return
        self.toast(tr("Nothing here has this number."))

    def _put(self, found: Status) -> None:
        self.strip.put(found)
        self.rail.set_counts({p.id: int(getattr(found, p.count)) for p in self.kinds.values() if p.count})
        if found.is_demo:
            banner = Banner(
                tr("Demo practice. Nothing here is real; corrections go to two small servers on this computer."),
                "banner_demo", kind="info", icon="info", action=tr("Leave the demo"),
            )  # fmt: skip
            if "demo" not in self.banners.keys:
                self.banners.show_banner("demo", banner, rank=1, on_act=self.leaving.emit)
        if found.conflicts:
            words = tr(
                "{count} corrections are in conflict: the other system changed after the decision.",
                count=found.conflicts,
            )
            banner = Banner(words, "banner_conflicts", kind="warn", icon="git-fork", action=tr("Look"))
            self.banners.show_banner("conflicts", banner, rank=2, on_act=lambda: self.go("conflict"))
        else:
            self.banners.drop("conflicts")

    def _tick(self) -> None:
        """Every now and then: send what was held long enough, and look at the counts."""
        desk = self.desk

        def done(changes: Changes[Any]) -> None:
            self.bus.tell(changes)
            self.look()

        self.tasks.run(lambda: push_due(desk), done=done, failed=self._complain, owner=self, lane="network")

    def _complain(self, error: BaseException) -> None:
        self.toast(words_of(error).sentence())

    def _end_if_over(self, job: Job) -> None:
        if job.title in self.tasks.waits_for:
            QTimer.singleShot(300, lambda: self._end_if_over(job))
        else:
            self.strip.end(job)

    def _undone(self) -> None:
        if self._undo is not None:
            self._undo()

    def _restore(self) -> None:
        self.setMinimumSize(px(1100), px(640))
        kept = self._settings.value("geometry")
        if isinstance(kept, QByteArray):
            self.restoreGeometry(kept)
        else:
            self.resize(1366, 768)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words beside the icons only where there is room."""
        super().resizeEvent(event)
        self.rail.set_wide(self.width() >= px(WIDE_FROM))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window's place, and nothing about patients."""
        self._settings.setValue("geometry", self.saveGeometry())
        self._timer.stop()
        self.idle.stop()
        super().closeEvent(event)
        self.closed.emit()


def role_words(role: str) -> str:
    """A role as people say it."""
    return {
        "owner": tr("Owner"),
        "front-desk": tr("Front desk"),
        "biller": tr("Biller"),
        "reviewer": tr("Reviewer"),
        "approver": tr("Approver"),
        "administrator": tr("Administrator"),
        "auditor": tr("Auditor"),
    }.get(role, role)
