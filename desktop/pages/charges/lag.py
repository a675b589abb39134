"""Charge lag: the line by week with the practice's target, and who and where charges are entered late.

Object names: charges_lag_chart, charges_lag_providers, charges_lag_sites, charges_lag_target_pick.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from core.changes import Changes
from core.queries.charge_lag import TARGET, LagFigures, LagRow, charge_lag
from core.security.roles import may
from core.usecases.settings import change_settings
from desktop import a11y
from desktop.pages._page import PageContext, words_of
from desktop.theme import px
from desktop.widgets.card import Card
from desktop.widgets.charts import Line, LineChart
from desktop.widgets.label import Label
from desktop.widgets.pick import Pick
from desktop.widgets.table_twin import TableTwin
from desktop.widgets.themed import Themed, margins
from desktop.words import tr


class LagView(Themed, QWidget):
    """Shown in place of the ledger; read each time it is opened."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        a11y.name_widget(self, "charges_lag", tr("Charge lag"))
        self._context = context
        self._column = QVBoxLayout(self)
        self.chart = LineChart(tr("Charge lag, last 12 weeks"), "charges_lag_chart")
        self.providers = TableTwin("charges_lag_providers", tr("Charge lag by provider"))
        self.sites = TableTwin("charges_lag_sites", tr("Charge lag by site"))
        self.words = Label("", "helper", "muted", is_wrapped=True)
        self.target = Pick(tr("Target"), [("2", tr("{days} days", days=2))], "charges_lag_target_pick")
        self.target.setEnabled(may(context.desk.role, "settings"))
        self.target.picked.connect(self._aim)
        self._tables = QHBoxLayout()
        for title, table in ((tr("By provider"), self.providers), (tr("By site"), self.sites)):
            card = Card(f"{table.objectName()}_card", padding=16, spacing=8)
            card.body.addWidget(Label(title, "section"))
            card.body.addWidget(table, 1)
            self._tables.addWidget(card, 1)
        self._head = QHBoxLayout()
        self._head.addWidget(self.words, 1)
        self._head.addWidget(self.target)
        self._column.addLayout(self._head)
        self._column.addWidget(self.chart)
        self._column.addLayout(self._tables, 1)
        self.restyle()

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._column, 16, 16, 16, 12, 12)
        margins(self._tables, 0, 0, 0, 0, 12)
        margins(self._head, 0, 0, 0, 0, 12)
        self.chart.setFixedHeight(px(220))
        for table in (self.providers, self.sites):
            table.setMinimumHeight(px(96))

    def refresh(self) -> None:
        """Read the figures."""
        desk = self._context.desk
        self._context.tasks.run(lambda: charge_lag(desk), done=self._put, failed=self._failed, owner=self)

    def _aim(self, days: str) -> None:
        """Another target, for everybody."""
        desk = self._context.desk

        def done(changes: Changes[Any]) -> None:
            self._context.bus.tell(changes)
            self.refresh()

        self._context.tasks.run(
            lambda: change_settings(desk, {TARGET: int(days)}),
            done=done,
            failed=self._failed,
            owner=self,
            lane="store",
        )

    def _failed(self, error: BaseException) -> None:
        self.words.put(words_of(error).sentence())

    def _put(self, found: LagFigures) -> None:
        options = sorted({*range(8), found.target_days})
        self.target.set_options([(str(n), tr("{days} days", days=n)) for n in options], str(found.target_days))
        if found.whole is None:
            self.words.put(tr("No charge was entered in the last 12 weeks."))
            return
        labels = [date.fromisoformat(week.name) for week in found.weeks]
        line = Line(
            labels=tuple(f"{on.day} {on:%b}" for on in labels),
            values=tuple(round(week.mean_days, 1) for week in found.weeks),
            end_words=tr("{days:.1f} days", days=found.weeks[-1].mean_days),
            target=found.target_days,
            target_words=tr("target {days}", days=found.target_days),
        )
        self.chart.put(
            tr("Charges are entered {days:.1f} days after the visit", days=found.whole.mean_days), line, tr("days")
        )
        self.providers.put(*_table(tr("Provider"), found.providers, found.target_days))
        self.sites.put(*_table(tr("Site"), found.sites, found.target_days))
        for table in (self.providers, self.sites):  # names take what the figures leave
            for column in range(1, 5):
                table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.words.put(
            tr("{count} visits with their charge. Weeks are named by their Monday. Visits without a charge are no lag "
               "but a gap.", count=found.whole.charges)
        )  # fmt: skip


def _table(first: str, rows: Sequence[LagRow], target: int) -> tuple[list[str], list[list[str]]]:
    titles = [first, tr("Visits"), tr("Mean days"), tr("Median"), tr("Within {days} days", days=target)]
    return titles, [
        [row.name, f"{row.charges:,}", f"{row.mean_days:.1f}", f"{row.median_days:g}", f"{row.within:.0%}"]
        for row in rows
    ]
