"""Today: what waits, what it is worth, how things are going.

Object names: today_pairs_button, today_charges_button, today_gaps_button, today_needs_button, today_pull_button,
today_lag_chart, today_decisions_chart, today_activity.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.jobs import Job
from core.queries.audit import recent
from core.queries.today import TodayView, today
from core.security.roles import may
from core.usecases.finding_out import look_again
from desktop import a11y, theme
from desktop.pages._page import BasePage, Page, PageContext
from desktop.pages.audit import act_words
from desktop.theme import px
from desktop.widgets.button import Button, LinkButton
from desktop.widgets.card import Card
from desktop.widgets.charts import BarChart, Bars, Line, LineChart
from desktop.widgets.draw import Span
from desktop.widgets.label import Label
from desktop.widgets.notice import Action
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.words import tr
from desktop.words.moments import ago, clock_time, day_words, dollars

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class CountCard(Card):
    """One thing that waits: how many, what it means, and the button that begins."""

    def __init__(self, name: str, icon: str, *, is_first: bool = False) -> None:
        super().__init__(f"{name}_card", padding=16, spacing=6)
        head = QHBoxLayout()
        margins(head, 0, 0, 0, 0, 10)
        self._icon = _Icon(icon)
        self.title = Label("", "title")
        head.addWidget(self._icon)
        head.addWidget(self.title, 1)
        self.body.addLayout(head)
        self.note = Label("", "body", "muted")
        self.body.addWidget(self.note)
        self.body.addSpacing(px(2))
        self.button = Button("", f"{name}_button", kind="primary" if is_first else "plain", size="tool")
        self.body.addWidget(self.button)

    def put(self, title: str, note: str, act: str, *, is_on: bool) -> None:
        """Other words; the button is off where nothing waits."""
        self.title.put(title)
        self.note.put(note)
        self.button.put(act)
        self.button.setEnabled(is_on)


class _Icon(Themed, QWidget):
    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedSize(px(20), px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme.paint_icon_at(QPainter(self), QRectF(self.rect()).center(), px(20), self._icon, "muted")


class Activity(Card):
    """The newest acts, without patients in them."""

    def __init__(self) -> None:
        super().__init__("today_activity", padding=16, spacing=0)
        head = QHBoxLayout()
        head.addWidget(Label(tr("Recent activity"), "section"), 1)
        self.all = LinkButton(tr("Open audit"), "today_audit_link")
        head.addWidget(self.all)
        self.body.addLayout(head)
        self._rows = QVBoxLayout()
        margins(self._rows, 0, 6, 0, 0, 0)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)

    def put(self, rows: list[dict[str, Any]]) -> None:
        """Show these acts."""
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        words = act_words()
        for row in rows:
            line = QWidget()
            layout = QHBoxLayout(line)
            margins(layout, 0, 4, 0, 4, 8)
            said = words.get(row["action"], row["action"])
            detail = row["detail"].get("after") or row["detail"].get("answer") or row["subject"]
            layout.addWidget(Label([Span(said, "medium", "text"), Span(f"  {detail}", "helper", "muted")]), 1)
            layout.addWidget(Label(ago(row["at"], datetime.now(UTC)), "helper", "muted"))
            self._rows.addWidget(line)
        if not rows:
            self._rows.addWidget(Label(tr("Nothing happened yet."), "body", "muted"))


class TodayPage(BasePage):
    """Four cards, two charts, what happened."""

    areas = frozenset({"findings", "outbox", "connections", "visits"})
    help_id = "today"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "today_page")
        self.greeting = Label("", "title")
        self.fresh = Label("", "body", "muted")
        self.pull = Button(tr("Pull now"), "today_pull_button", size="tool", icon="arrows-clockwise")
        self.pull.clicked.connect(self._pull)
        self.approvals = LinkButton("", "today_approvals_link")
        self.approvals.hide()
        self.pairs = CountCard("today_pairs", "users", is_first=True)
        self.charges = CountCard("today_charges", "receipt")
        self.gaps = CountCard("today_gaps", "warning-circle")
        self.needs = CountCard("today_needs", "git-fork")
        self.lag = LineChart(tr("Charge lag, last 30 days"), "today_lag_chart")
        self.decisions = BarChart(tr("Decisions this week"), "today_decisions_chart")
        self.activity = Activity()
        self.activity.all.clicked.connect(lambda: self.context.shell.go("audit"))
        self._on_day: Any = None
        go = self.context.shell.go
        self.approvals.clicked.connect(lambda: go("approvals"))
        self.pairs.button.clicked.connect(lambda: go("patients"))
        self.charges.button.clicked.connect(lambda: go("charges", self._on_day))
        self.gaps.button.clicked.connect(lambda: go("charges"))
        self.needs.button.clicked.connect(lambda: go("outbox"))
        self.set_body(self._body())

    def _body(self) -> QWidget:
        whole = QWidget()
        set_ground(whole, "canvas")
        column = QVBoxLayout(whole)
        margins(column, 20, 16, 20, 20, 16)
        head, cards, lower = QHBoxLayout(), QGridLayout(), QHBoxLayout()
        head.addWidget(self.greeting, 1)
        head.addWidget(self.approvals)
        head.addWidget(self.fresh)
        head.addWidget(self.pull)
        margins(cards, 0, 0, 0, 0, 16)
        for place, card in enumerate((self.pairs, self.charges, self.gaps, self.needs)):
            cards.addWidget(card, 0, place)
            cards.setColumnStretch(place, 1)
        margins(lower, 0, 0, 0, 0, 16)
        for part, share in ((self.lag, 3), (self.decisions, 3), (self.activity, 3)):
            lower.addWidget(part, share)
        column.addLayout(head)
        column.addLayout(cards)
        column.addLayout(lower)
        column.addStretch(1)
        scroller = QScrollArea()
        scroller.setWidgetResizable(True)
        scroller.setFrameShape(QFrame.Shape.NoFrame)
        scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroller.setWidget(whole)
        a11y.name_widget(scroller, "today_scroller", tr("Today"))
        return scroller

    def refresh(self) -> None:
        """Read everything anew."""
        desk = self.context.desk

        def read() -> tuple[TodayView, list[dict[str, Any]]]:
            return today(desk), recent(desk) if may(desk.role, "audit") else []

        self.load(read, self._put)

    def _put(self, found: tuple[TodayView, list[dict[str, Any]]]) -> None:
        view, acts = found
        if not view.status.connections:
            start = Action(tr("Add a connection"), lambda: self.context.shell.go("connections"), "primary", "plus")
            text = tr("Connect the systems of your practice, and what waits for you will stand here.")
            self.stack.show_empty("not_set_up", tr("Nothing is connected yet"), text, [start])
            return
        self.greeting.put(_greeting(datetime.now().astimezone().hour))
        read = [f"{clock_time(c.last_read_at)} ({c.name})" for c in view.status.connections if c.last_read_at]
        self.fresh.put(tr("Data from {when}", when=", ".join(read)) if read else tr("Nothing was read yet"))
        self._put_cards(view)
        self._put_charts(view)
        self.activity.put(acts)

    def _put_cards(self, view: TodayView) -> None:
        waiting = view.status.approvals
        self.approvals.put(tr("Waiting for approval: {count}", count=waiting))
        self.approvals.setVisible(waiting > 0 and may(self.context.desk.role, "approve"))
        pairs = sum(view.tiers.values())
        tiers = tr("{strong} strong, {likely} likely, {unsure} unsure", **view.tiers)
        self.pairs.put(tr("{count} pairs to decide", count=pairs), tiers, tr("Start"), is_on=pairs > 0)
        lacking = view.visits_without_charge
        self._on_day = view.without_charge_on
        at = f", {day_words(self._on_day)}" if self._on_day else ""
        worth = tr("about {money} at risk", money=dollars(view.without_charge_cents, is_short=True)) + at
        self.charges.put(tr("{count} visits, no charge", count=lacking), worth, tr("Open the day"), is_on=lacking > 0)
        other = tr("about {money}", money=dollars(view.other_gaps_cents, is_short=True))
        self.gaps.put(tr("{count} other gaps", count=view.other_gaps), other, tr("Open"), is_on=view.other_gaps > 0)
        needs = view.status.needs_you
        said = tr("{count} in conflict", count=view.status.conflicts) if needs else tr("nothing is stuck")
        self.needs.put(tr("{count} need you", count=needs), said, tr("Look"), is_on=needs > 0)

    def _put_charts(self, view: TodayView) -> None:
        if view.lag and view.lag_median is not None:
            days = [on for on, _ in view.lag]
            line = Line(
                values=tuple(value for _, value in view.lag),
                labels=tuple(f"{on.day} {on:%b}" for on in days),
                end_words=tr("{days:g} days", days=view.lag[-1][1]),
                target=view.lag_target,
                target_words=tr("target {days}", days=view.lag_target),
            )
            finding = tr("Charges are entered {days:.1f} days after the visit", days=view.lag_median)
            self.lag.put(finding, line, tr("days"))
        mine = tuple(count for _, count, _ in view.decided)
        team = tuple(count for _, _, count in view.decided)
        labels = tuple(_DAYS[on.weekday()] for on, _, _ in view.decided)
        series = ((tr("you"), mine), (tr("team"), team)) if any(team) else ((tr("you"), mine),)
        finding = tr("You made {mine} of {all}", mine=sum(mine), all=sum(mine) + sum(team))
        self.decisions.put(finding, Bars(labels=labels, series=series))

    def _pull(self) -> None:
        desk, job = self.context.desk, Job(tr("Pulling"))
        self.context.shell.follow(job)

        def say(result: Any) -> None:
            trouble = [p.problem["what"] for p in result.pulled if p.problem]
            landed = sum(p.landed for p in result.pulled)
            self.context.shell.toast(trouble[0] if trouble else tr("{count} new or changed records.", count=landed))

        self.act(lambda: look_again(desk, (), job), say, lane="network", job=job)


def _greeting(hour: int) -> str:
    return tr("Good morning") if hour < 12 else tr("Good afternoon") if hour < 18 else tr("Good evening")


PAGE = Page("today", "Today", "house", 10, "see-patients", TodayPage)
