"""The status strip: connection state, outbox, conflicts, a running job with Cancel, who is working.

objectNames: `status_connection_button`, `status_outbox_button`, `status_conflict_button`, `status_job_button`,
`status_cancel_button`, `status_clipboard_button`, `status_person_button`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from core.jobs import Job
from core.queries.status import Status
from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.button import LinkButton
from desktop.widgets.draw import draw_text, text_width
from desktop.widgets.progress import ProgressBar
from desktop.widgets.themed import Themed, margins
from desktop.words import tr
from desktop.words.moments import ago, clock_time

LOOK_EVERY_MS = 100


class StripButton(Themed, QAbstractButton):
    """One part of the strip: icon and words; pressing it opens its page."""

    def __init__(self, name: str, icon: str, *, has_divider: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._ink, self._has_divider = icon, "muted", has_divider
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", 4)
        a11y.name_widget(self, name)

    def put(self, text: str, icon: str | None = None, ink: str = "muted") -> None:
        """Show other words."""
        self._icon, self._ink = icon or self._icon, ink
        self.setText(text)
        self.setAccessibleName(text)
        self.restyle()

    def sizeHint(self) -> QSize:
        """Padding 10 around icon and words."""
        return QSize(px(42) + int(text_width(self.text(), "helper")), px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icon, words, divider at the left."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        ink = "text" if self.underMouse() and self._ink == "muted" else self._ink
        icon_ink = "ok" if self._icon == "cloud-check" else self._ink
        if self._has_divider:
            painter.fillRect(QRectF(0, px(6), 1, box.height() - px(12)), theme.color("border"))
        theme.paint_icon_at(painter, QPointF(px(18), box.center().y()), px(16), self._icon, icon_ink)
        draw_text(painter, box.adjusted(px(31), 0, 0, 0), self.text(), "helper", ink)


class Strip(Themed, QWidget):
    """`opened(page)`: connections, outbox or conflict; `person_pressed` for the menu of who is working.

    The first part opens a menu: what is on this computer (`pack_wanted(argument of that page)`), or the connections.
    """

    opened = Signal(str)
    pack_wanted = Signal(str)
    person_pressed = Signal()

    def __init__(self, who: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "shell_status_strip", tr("Status"))
        self._jobs: list[Job] = []
        self._job_page = "connections"
        self._row = QHBoxLayout(self)
        self.freshness = StripButton("status_connection_button", "cloud-check")
        self.outbox = StripButton("status_outbox_button", "paper-plane-tilt", has_divider=True)
        self.conflicts = StripButton("status_conflict_button", "git-fork", has_divider=True)
        self.job = StripButton("status_job_button", "arrows-clockwise", has_divider=True)
        self.bar = ProgressBar("status_job_bar", tr("Progress"))
        self.cancel = LinkButton(tr("Cancel"), "status_cancel_button")
        self.clipboard = StripButton("status_clipboard_button", "copy")
        self.clipboard.hide()
        self.person = StripButton("status_person_button", "user")
        self.person.put(who)
        self.person.clicked.connect(self.person_pressed)
        self.freshness.clicked.connect(self._open_menu)
        self.menu = QMenu(self)
        a11y.name_widget(self.menu, "status_menu", tr("On this computer"))
        self.menu.addAction(theme.icon("laptop", 16), tr("What is on this computer"), lambda: self.pack_wanted.emit(""))
        self.refresh = self.menu.addAction(
            theme.icon("arrows-clockwise", 16), tr("Refresh before I leave"), lambda: self.pack_wanted.emit("refresh")
        )
        self.menu.addAction(theme.icon("link", 16), tr("Connections"), lambda: self.opened.emit("connections"))
        for part in (self.freshness, self.outbox, self.conflicts):
            self._row.addWidget(part)
        for part, page in ((self.outbox, "outbox"), (self.conflicts, "conflict")):
            part.clicked.connect(lambda _on=False, page=page: self.opened.emit(page))
        self.job.clicked.connect(lambda: self.opened.emit(self._job_page))
        for piece in (self.job, self.bar, self.cancel):
            piece.hide()
            self._row.addWidget(piece)
        self._row.addStretch(1)
        self._row.addWidget(self.clipboard)
        self._row.addWidget(self.person)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self.cancel.clicked.connect(self._cancel)
        self.restyle()

    def _open_menu(self) -> None:
        corner = self.freshness.mapToGlobal(QPoint(0, 0))
        self.menu.popup(corner - QPoint(0, self.menu.sizeHint().height()))

    def put(self, status: Status) -> None:
        """Show a reading of all counts."""
        self.freshness.put(*freshness_words(status, datetime.now(UTC)))
        self.outbox.put(tr("Outbox {count}", count=f"{status.outbox:,}"))
        is_any = status.conflicts > 0
        self.conflicts.put(tr("Conflicts {count}", count=f"{status.conflicts:,}"), None, "warn" if is_any else "muted")

    def follow(self, job: Job, page: str = "connections") -> None:
        """Show a long job until it ends; its words open `page`. With several, the newest shows."""
        self._jobs.append(job)
        self._job_page = page
        self._look()
        self._timer.start()

    def end(self, job: Job) -> None:
        """The job is over."""
        self._jobs = [one for one in self._jobs if one is not job]
        if self._jobs:
            self._look()
            return
        self._timer.stop()
        for part in (self.job, self.bar, self.cancel):
            part.hide()

    def say(self, words: str) -> None:
        """Show words where jobs stand (at the end, what is waited for)."""
        self.job.put(words)
        self.job.show()
        self.cancel.hide()

    def _look(self) -> None:
        if not self._jobs:
            return
        job = self._jobs[-1]
        self.job.put(job_words(job))
        self.bar.put(job.done / job.total if job.total else None)
        self.cancel.setEnabled(not job.is_cancelled)
        for part in (self.job, self.bar, self.cancel):
            part.show()

    def _cancel(self) -> None:
        if self._jobs:
            self._jobs[-1].cancel()
            self._look()

    def restyle(self) -> None:
        """Height and padding of the look."""
        margins(self._row, 8, 0, 8, 0, 2)
        self.setFixedHeight(px(32))
        self.bar.setFixedWidth(px(72))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Canvas and hairline."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("canvas"))
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.color("border"))


def freshness_words(status: Status, now: datetime) -> tuple[str, str, str]:
    """(words, icon, ink): how old the data is, or what is in the way."""
    if not status.connections:
        return tr("No system connected"), "cloud-slash", "muted"
    if status.is_offline:
        since = clock_time(min(c.last_read_at for c in status.connections if c.last_read_at))
        return tr("Offline since {time}", time=since), "cloud-slash", "warn"
    if status.is_trouble:
        names = ", ".join(c.name for c in status.connections if c.outcome in ("failed", "partial"))
        return tr("{names}: last pull failed", names=names), "cloud-slash", "warn"
    if status.old:
        return tr("Older than its limit: {names}", names=", ".join(status.old)), "clock", "warn"
    good = [c.good_at for c in status.connections if c.good_at]
    if not good:
        return tr("Not pulled yet"), "cloud-slash", "muted"
    minutes = (now - datetime.fromisoformat(min(good))).total_seconds() / 60
    if minutes < 1:
        return tr("Up to date, just now"), "cloud-check", "muted"
    if minutes < 60:
        return tr("Up to date, {time} ago", time=ago(min(good), now)), "cloud-check", "muted"
    return tr("Data from {time}", time=clock_time(min(good))), "cloud-check", "muted"


def job_words(job: Job) -> str:
    """A job as the strip says it."""
    if job.is_cancelled:
        return tr("{title}: stopping", title=job.title)
    if job.total:
        return tr("{title}: {done} of {total}", title=job.title, done=f"{job.done:,}", total=f"{job.total:,}")
    if job.done:
        return tr("{title}: {done}", title=job.title, done=f"{job.done:,}")
    return job.title
