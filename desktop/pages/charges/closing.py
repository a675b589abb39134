"""Closing the day: the button at the difference bar, the banner of a closed day, and why it is opened again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.queries.charges import ClosedDay, DayView
from core.security.roles import may, roles_that_may
from desktop import a11y
from desktop.pages.charges.explaining import TextForm
from desktop.widgets.banner import Banner
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.themed import margins
from desktop.words import tr
from desktop.words.moments import clock_time
from desktop.words.roles import role_words


class CloseParts:
    """The button, and below it what stands between the day and its signature."""

    def __init__(self, role: str) -> None:
        self._role = role
        self.button = Button(tr("Close day"), "charges_close_button", kind="primary", icon="lock-simple")
        self.hint = Label("", "helper", "muted")
        self.hint.setObjectName("charges_close_hint")

    def put(self, view: DayView, *, is_to_come: bool, open_gaps: int) -> None:
        """Whether the day can be signed, and why not."""
        count = view.whole
        can = count.visits > 0 and count.difference == 0 and view.closed is None and not is_to_come
        self.button.setVisible(view.closed is None)
        self.button.setEnabled(can and may(self._role, "close-days"))
        self.hint.put(self._hint(view, is_to_come=is_to_come, open_gaps=open_gaps))

    def _hint(self, view: DayView, *, is_to_come: bool, open_gaps: int) -> str:
        if view.closed is not None:
            return tr("{closed} of {all} days of the month closed", closed=view.month[0], all=view.month[1])
        if is_to_come or not view.whole.visits:
            return tr("no visit to sign for")
        if view.whole.difference:
            return tr("opens at difference 0")
        if not may(self._role, "close-days"):
            return tr("your role cannot close days")
        return tr("{count} other gaps stay open", count=open_gaps) if open_gaps else tr("it adds up")


class ClosedBar(QWidget):
    """Who signed what, and when; opening again asks for a reason. `reopened(reason)`."""

    reopened = Signal(str)

    def __init__(self, role: str) -> None:
        super().__init__()
        a11y.name_widget(self, "charges_closed_bar", tr("Closed day"))
        self._may_open = may(role, "reopen-days")
        act = tr("Open again") if self._may_open else ""
        self.calm = Banner("", "charges_closed_banner", kind="neutral", icon="lock-simple", action=act)
        self.changed = Banner("", "charges_changed_banner", kind="warn", action=act)
        self.opened = Banner("", "charges_opened_banner", kind="info")
        self.form = TextForm("charges_reopen", tr("Why open it again?"), tr("It is kept with the signature"),
                             tr("Open the day"))  # fmt: skip
        self._ground = QWidget()
        ground = QVBoxLayout(self._ground)
        margins(ground, 16, 8, 16, 8)
        ground.addWidget(self.form)
        column = QVBoxLayout(self)
        margins(column, 0, 0, 0, 0, 0)
        for part in (self.calm, self.changed, self.opened, self._ground):
            column.addWidget(part)
        for banner in (self.calm, self.changed):
            banner.acted.connect(self.ask)
        self.form.given.connect(self._give)
        self.form.left.connect(self._ground.hide)
        self._ground.hide()

    def put(self, view: DayView) -> None:
        """The state of the day; an open day that was never closed shows nothing."""
        closed = view.closed
        self.calm.setVisible(closed is not None and not closed.changed)
        self.changed.setVisible(closed is not None and closed.changed > 0)
        self.opened.setVisible(closed is None and view.opened is not None)
        self._ground.hide()
        if closed is not None:
            self.calm.put(self._signed(closed))
            self.changed.put(
                tr("{count} visits changed after the day was closed. {signed}", count=closed.changed,
                   signed=self._signed(closed))
            )  # fmt: skip
        elif view.opened is not None:
            self.opened.put(
                tr("Opened again by {who}, {when}: {reason}", who=view.opened["by"],
                   when=clock_time(view.opened["at"]), reason=view.opened["reason"])
            )  # fmt: skip
        self.setVisible(closed is not None or view.opened is not None)

    def ask(self) -> None:
        """Ask for the reason."""
        self._ground.show()
        self.form.ask()

    def _give(self, reason: str) -> None:
        self._ground.hide()
        self.reopened.emit(reason)

    def _signed(self, closed: ClosedDay) -> str:
        said = tr(
            "Closed by {who}, {when}: {visits} = {charged} + {explained} + 0.", who=closed.by,
            when=clock_time(closed.at), visits=closed.visits, charged=closed.charged, explained=closed.explained,
        )  # fmt: skip
        return said if self._may_open else f"{said} {who_may_open()}"


def who_may_open() -> str:
    """Who can change a closed day."""
    names = ", ".join(role_words(role) for role in roles_that_may("reopen-days"))
    return tr("Who may open it again: {names}.", names=names)
