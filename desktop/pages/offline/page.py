"""The page of the offline pack, opened from the status strip."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.jobs import Job
from core.queries.offline import OfflinePack, Source, offline_pack
from core.security.roles import may
from core.usecases.finding_out import LookedAgain, look_again
from core.usecases.settings import change_settings
from desktop.pages._page import BasePage, Page, PageContext, words_of
from desktop.pages.offline.words import (
    data_from,
    duration_words,
    estimate_words,
    limit_words,
    state_words,
    summary_words,
    years_words,
)
from desktop.widgets.bars import Toolbar
from desktop.widgets.button import Button
from desktop.widgets.card import Card
from desktop.widgets.card_page import CardPage, wrapped
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.notice import Action
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.pick import Pick
from desktop.widgets.themed import margins
from desktop.words import tr
from desktop.words.moments import clock_time
from desktop.words.sizes import size_words

REFRESH = "refresh"
"""The argument of `open_at` that begins a refresh at once."""
_HOURS = (12, 24, 48, 72, 168)


class OfflinePage(BasePage):
    """What can be worked with when the network is gone."""

    areas = frozenset({"connections", "people", "visits", "settings"})
    help_id = "offline"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, "offline_page")
        self._rows: dict[str, Source] = {}
        self._is_refreshing = False
        self.summary = Label("", "body", "muted")
        self.button = Button(
            tr("Refresh before I leave"), "offline_refresh_button", kind="primary", size="tool", icon="arrows-clockwise"
        )
        self.button.clicked.connect(self._refresh)
        self.main = self.button
        toolbar = Toolbar("offline_toolbar")
        toolbar.add_left(self.summary)
        if may(context.desk.role, "pull"):
            toolbar.add_right(self.button)
        self.left = Facts("offline_pack_facts", tr("On this computer"), label_width=76)
        self.right = Facts("offline_pack_more", tr("On this computer, more"), label_width=76)
        self.estimate = Label("", "body", is_wrapped=True)
        self.estimate.setObjectName("offline_estimate_label")
        self.identity = self._pick(tr("People old after"), "identity")
        self.billing = self._pick(tr("Bills old after"), "billing")
        self.model = PagedModel(_columns(), list, lambda ids: {i: self._rows[i] for i in ids if i in self._rows})
        self.table = PagedTable(self.model, "offline_table", tr("Sources"))
        self.set_body(self._body(), top=toolbar)

    def _pick(self, label: str, which: str) -> Pick:
        pick = Pick(label, [], f"offline_{which}_pick")
        pick.picked.connect(lambda hours: self._set(f"offline.{which}_hours", int(hours)))
        pick.setEnabled(may(self.context.desk.role, "settings"))
        return pick

    def _body(self) -> QWidget:
        pack, limits = Card("offline_pack_card", spacing=8), Card("offline_limits_card", spacing=8)
        pack.body.addWidget(Label(tr("On this computer"), "section"))
        facts = QHBoxLayout()
        margins(facts, 0, 0, 0, 0, 16)
        facts.addWidget(self.left, 1, Qt.AlignmentFlag.AlignTop)
        facts.addWidget(self.right, 1, Qt.AlignmentFlag.AlignTop)
        pack.body.addLayout(facts)
        pack.body.addStretch(1)
        limits.body.addWidget(Label(tr("Before you leave"), "section"))
        limits.body.addWidget(self.estimate)
        limits.body.addWidget(wrapped("offline_picks", (self.identity, self.billing)))
        why = tr("A source that is older than its limit is marked, here and in the status strip.")
        limits.body.addWidget(Label(why, "helper", "muted", is_wrapped=True))
        limits.body.addStretch(1)
        return CardPage("offline_scroller", tr("On this computer"), (pack, limits), (self.table,))

    def refresh(self) -> None:
        """Read it anew."""
        desk = self.context.desk
        self.load(lambda: offline_pack(desk), self._put, tr("Counting what is here"))

    def open_at(self, argument: object) -> None:
        """`refresh` begins a refresh at once."""
        if argument == REFRESH:
            self._refresh()

    def _put(self, pack: OfflinePack) -> None:
        if not pack.sources:
            start = Action(tr("Add a connection"), lambda: self.context.shell.go("connections"), "primary", "plus")
            text = tr("What is read from your systems is kept on this computer, and can be worked with anywhere.")
            self.stack.show_empty("not_set_up", tr("Nothing is on this computer yet"), text, [start])
            return
        now = datetime.now(UTC)
        self._rows = {source.name: source for source in pack.sources}
        self.summary.put(summary_words(pack, now))
        self.summary.set_ink("warn" if pack.old(now) else "muted")
        totals = {name: sum(getattr(s, name) for s in pack.sources) for name in _COUNTED}
        words = {"patients": tr("Patients"), "visits": tr("Visits"), "charges": tr("Charges"), "claims": tr("Claims")}
        self.left.put([(words[name], f"{totals[name]:,}") for name in _COUNTED])
        self.right.put(
            [
                (tr("Sites"), f"{pack.sites:,}" if pack.sites else "—"),
                (tr("Years"), years_words(pack)),
                (tr("Size"), size_words(pack.size)),
                (tr("Room left"), size_words(pack.free)),
            ]
        )
        self.estimate.put(estimate_words(pack))
        for pick, hours in ((self.identity, pack.identity_hours), (self.billing, pack.billing_hours)):
            pick.set_options([(str(h), limit_words(h)) for h in sorted({*_HOURS, hours})], str(hours))
        self.model.set_source(lambda: list(self._rows), lambda ids: {i: self._rows[i] for i in ids})

    def _refresh(self) -> None:
        if self._is_refreshing or not may(self.context.desk.role, "pull"):
            return
        desk, job = self.context.desk, Job(tr("Refreshing"))
        self._busy(is_on=True)
        self.context.shell.follow(job)

        def done(result: LookedAgain) -> None:
            self._busy(is_on=False)
            trouble = [pulled.problem["what"] for pulled in result.pulled if pulled.problem]
            self.context.shell.toast(trouble[0] if trouble else tr("Everything is here. You can leave."))

        def failed(error: BaseException) -> None:
            self._busy(is_on=False)
            self.context.shell.toast(words_of(error).sentence())

        self.act(lambda: look_again(desk, (), job), done, lane="network", job=job, failed=failed)

    def _busy(self, *, is_on: bool) -> None:
        self._is_refreshing = is_on
        self.button.setEnabled(not is_on)
        self.button.put(tr("Refreshing…") if is_on else tr("Refresh before I leave"))

    def _set(self, setting: str, hours: int) -> None:
        desk = self.context.desk
        values: dict[str, Any] = {setting: hours}
        self.act(lambda: change_settings(desk, values))


_COUNTED = ("patients", "visits", "charges", "claims")


def _columns() -> list[Column]:
    def badge(source: Source) -> tuple[str, str, str]:
        return state_words(source, datetime.now(UTC))

    def took(source: Source) -> str:
        return duration_words(source.last_s) if source.last_s is not None else "—"

    return [
        Column(tr("Source"), lambda source: source.name, "strong", stretch=1.0),
        Column(tr("State"), badge, "badge", width=168, spoken=lambda source: badge(source)[0]),
        Column(tr("Data from"), data_from, width=112),
        Column(tr("Limit"), lambda source: limit_words(source.limit_hours), "muted", width=72),
        Column(tr("Newest record"), lambda source: clock_time(source.newest_at) or "—", width=120),
        Column(tr("Patients"), lambda source: f"{source.patients:,}", "number", width=84),
        Column(tr("Visits"), lambda source: f"{source.visits:,}", "number", width=84),
        Column(tr("Charges"), lambda source: f"{source.charges:,}", "number", width=84),
        Column(tr("Claims"), lambda source: f"{source.claims:,}", "number", width=84),
        Column(tr("Last pull took"), took, "muted", width=112),
    ]


PAGE = Page("offline", "Offline pack", "laptop", 96, "see-work", OfflinePage, group="hidden")
