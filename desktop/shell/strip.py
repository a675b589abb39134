"""The status strip: connection state, outbox, conflicts, a running job with Cancel, who is working."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from core.jobs import Job
from core.queries.status import Status
from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.button import LinkButton
from desktop.widgets.draw import draw_text, text_width
from desktop.widgets.progress import ProgressBar
from desktop.widgets.themed import Themed, margins
from desktop.words import tr
from desktop.words.moments import ago


class StripButton(Themed, QAbstractButton):
    """One part of the strip: icon and words; pressing it opens its page."""

    def __init__(self, name: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._ink = icon, "muted"
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
        """As wide as icon and words."""
        return QSize(px(42) + int(text_width(self.text(), "helper")), px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icon, words, divider."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        ink = "text" if self.underMouse() and self._ink == "muted" else self._ink
        icon_ink = "ok" if self._icon == "cloud-check" else self._ink
        theme.paint_icon_at(painter, QPointF(px(18), box.center().y()), px(16), self._icon, icon_ink)
        draw_text(painter, box.adjusted(px(31), 0, 0, 0), self.text(), "helper", ink)


class Strip(Themed, QWidget):
    """`opened(page)`: connections, outbox, conflict or settings."""

    opened = Signal(str)

    def __init__(self, who: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "shell_status_strip", tr("Status"))
        self._row = QHBoxLayout(self)
        self.freshness = StripButton("status_connection_button", "cloud-check")
        self.outbox = StripButton("status_outbox_button", "paper-plane-tilt")
        self.conflicts = StripButton("status_conflict_button", "git-fork")
        self.job = StripButton("status_job_button", "arrows-clockwise")
        self.bar = ProgressBar("status_job_bar", tr("Progress"))
        self.cancel = LinkButton(tr("Cancel"), "status_cancel_button")
        self.person = StripButton("status_person_button", "user")
        self.person.put(who)
        for part, page in ((self.freshness, "connections"), (self.outbox, "outbox"), (self.conflicts, "conflict")):
            part.clicked.connect(lambda _on=False, page=page: self.opened.emit(page))
            self._row.addWidget(part)
        for piece in (self.job, self.bar, self.cancel):
            piece.hide()
            self._row.addWidget(piece)
        self._row.addStretch(1)
        self._row.addWidget(self.person)
        self._followed: Job | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self._look)
        self.cancel.clicked.connect(self._cancel)
        self.restyle()

    def put(self, status: Status) -> None:
        """Show a reading of all counts."""
        read = [c.last_read_at for c in status.connections if c.last_read_at]
        if not status.connections:
            self.freshness.put(tr("No system connected"), "cloud-slash")
        elif status.is_trouble:
            names = ", ".join(c.name for c in status.connections if c.outcome in ("failed", "partial"))
            self.freshness.put(tr("{names}: last pull failed", names=names), "cloud-slash", "warn")
        elif not read:
            self.freshness.put(tr("Not pulled yet"), "cloud-slash")
        else:
            self.freshness.put(tr("Up to date, {ago}", ago=ago(min(read), datetime.now(UTC))), "cloud-check")
        self.outbox.put(tr("Outbox {count}", count=status.outbox))
        self.conflicts.put(
            tr("Conflicts {count}", count=status.conflicts), None, "warn" if status.conflicts else "muted"
        )

    def follow(self, job: Job) -> None:
        """Show a long job until it ends."""
        self._followed = job
        self._timer.start()

    def end(self, job: Job) -> None:
        """The job is over."""
        if self._followed is job:
            self._followed = None
            self._timer.stop()
            for part in (self.job, self.bar, self.cancel):
                part.hide()

    def _look(self) -> None:
        job = self._followed
        if job is None:
            return
        words = (
            tr("{title} {done} of {total}", title=job.title, done=job.done, total=job.total) if job.total else job.title
        )
        self.job.put(words)
        self.bar.put(job.done / job.total if job.total else None)
        for part in (self.job, self.bar, self.cancel):
            part.show()

    def _cancel(self) -> None:
        if self._followed is not None:
            self._followed.cancel()

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
