"""What the charges page is made of, put together: toolbar, difference bar, tabs, ledger with totals, drawer, lag."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from core.queries.charges import DayRow, DayView
from desktop.pages.charges.closing import ClosedBar, CloseParts
from desktop.pages.charges.words import basis_words, next_word, stage_of, tab_words, view_words, worth
from desktop.widgets.bars import Toolbar
from desktop.widgets.button import Button, IconButton
from desktop.widgets.difference_bar import DifferenceBar
from desktop.widgets.export_menu import ExportMenu
from desktop.widgets.label import Label
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable, TotalsBar
from desktop.widgets.pick import Pick
from desktop.widgets.stage_ladder import stage_in_words
from desktop.widgets.themed import margins
from desktop.widgets.tool_tabs import TabSpec, ToolTabs
from desktop.words import tr
from desktop.words.moments import day_words

_WORTH = 6  # the column that sums stand under


class DayFrame(QObject):
    """`stepped(days)` from the arrows, `filtered` when another site, provider or view is chosen."""

    stepped = Signal(int)
    filtered = Signal()

    def __init__(self, drawer: QWidget, lag: QWidget, closing: CloseParts, closed: ClosedBar) -> None:
        super().__init__()
        self.label = Label("", "section")
        self.label.setObjectName("charges_day_label")
        self.open_days = Button("", "charges_days_button", size="tool", kind="quiet")
        self.undo_button = Button(tr("Undo"), "charges_undo_button", size="tool", kind="quiet", key="Z",
                                  icon="arrow-counter-clockwise")  # fmt: skip
        self.lag_button = Button(tr("Charge lag"), "charges_lag_button", size="tool", icon="clock")
        self.export = ExportMenu("charges_export_button")
        self.site = Pick(tr("Site"), [("", tr("All"))], "charges_site_pick")
        self.provider = Pick(tr("Provider"), [("", tr("All"))], "charges_provider_pick")
        self.view = Pick(tr("View"), view_words(), "charges_view_pick")
        for pick in (self.site, self.provider, self.view):
            pick.picked.connect(lambda _key: self.filtered.emit())
        self.bar = DifferenceBar("charges_difference_label")
        self.bar.add_right(closing.button, closing.hint)
        words = tab_words()
        self.tab_keys = tuple(key for key in words if key != "all")
        self.tabs = ToolTabs([TabSpec(k, w) for k, w in words.items()], "charges_gap_tabs", tr("Gaps by kind"))
        self.model = PagedModel(columns(), list, lambda _ids: {})
        self.table = PagedTable(self.model, "charges_ledger_table", tr("Gaps of the day"))
        self.totals = TotalsBar("charges_totals")
        self.totals.stand_under(self.table, _WORTH)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._ledger(drawer))
        self._stack.addWidget(_scrolling(lag))
        self.body: QWidget = self._stack
        self.top = _column(self._toolbar(), self.bar, closed)

    def _toolbar(self) -> Toolbar:
        previous = IconButton("caret-left", tr("Day before"), "charges_previous_button", size="tool", kind="plain")
        following = IconButton("caret-right", tr("Day after"), "charges_next_button", size="tool", kind="plain")
        previous.clicked.connect(lambda: self.stepped.emit(-1))
        following.clicked.connect(lambda: self.stepped.emit(1))
        toolbar = Toolbar("charges_toolbar")
        toolbar.add_left(previous, self.label, following, self.site, self.provider, self.view, self.open_days)
        toolbar.add_right(self.undo_button, self.lag_button, self.export)
        return toolbar

    def _ledger(self, drawer: QWidget) -> QWidget:
        tabs = Toolbar("charges_tabs")
        tabs.add_left(self.tabs)
        body = QWidget()
        row = QHBoxLayout(body)
        margins(row, 0, 0, 0, 0)
        self.ledger = _column(tabs, self.table, self.totals, stretch=1)
        row.addWidget(self.ledger, 1)
        row.addWidget(drawer)
        return body

    def put_day(self, view: DayView, open_days: Sequence[tuple[date, int]]) -> None:
        """The day's name, what can be chosen, and how many days are open."""
        self.label.put(day_words(view.on))
        left = sum(count for _, count in open_days)
        self.open_days.put(tr("{gaps} gaps on {days} days", days=len(open_days), gaps=left))
        self.open_days.setVisible(bool(open_days))
        for pick, names in ((self.site, view.sites), (self.provider, view.providers)):
            chosen = pick.value if pick.value in names else ""
            pick.set_options([("", tr("All")), *((name, name) for name in names)], chosen)

    def chosen(self) -> dict[str, str]:
        """What is chosen, as the query takes it."""
        return {"site": self.site.value, "provider": self.provider.value, "view": self.view.value}

    @property
    def is_filtered(self) -> bool:
        """Whether a part of the day is shown."""
        return bool(self.site.value or self.provider.value)

    def filter_words(self) -> str:
        """What is chosen, in words for an export."""
        return tr(
            "Site: {site}. Provider: {provider}. {view}, {tab}.",
            site=self.site.value or tr("all"),
            provider=self.provider.value or tr("all"),
            view=dict(view_words())[self.view.value],
            tab=tab_words()[self.tabs.current_key],
        )

    def clear_filters(self) -> None:
        """Everything of the day."""
        for pick in (self.site, self.provider):
            pick.set_value("")
        self.view.set_value("open")

    @property
    def is_lag_shown(self) -> bool:
        """Whether the lag stands in place of the ledger."""
        return self._stack.currentIndex() == 1

    def show_lag(self, *, is_on: bool) -> None:
        """Show the lag, or the ledger again."""
        self._stack.setCurrentIndex(1 if is_on else 0)
        self.lag_button.put(tr("Back to the day") if is_on else tr("Charge lag"))


def columns() -> list[Column]:
    """The columns of the ledger."""
    return [
        Column(tr("Time"), lambda r: r.time or "—", width=60),
        Column(tr("Patient"), lambda r: r.patient, "strong", stretch=1.6, tooltip=lambda r: r.patient),
        Column(tr("Provider"), lambda r: r.provider, stretch=1.0, tooltip=lambda r: r.provider),
        Column(tr("Visit type"), lambda r: r.visit_type, stretch=1.0, tooltip=lambda r: r.visit_type),
        Column(tr("Stage"), stage_of, "stage", width=168, spoken=lambda r: stage_in_words(stage_of(r))),
        Column(tr("Lag"), lambda r: "—" if r.lag_days is None else tr("{days} d", days=r.lag_days), "number", width=40),
        Column(tr("Worth"), worth, "money", width=78, tooltip=_worth_tip),
        Column(tr("Next"), next_word, "link", width=66),
    ]


def _worth_tip(row: DayRow) -> str:
    return basis_words(row.worth_basis)


def _scrolling(part: QWidget) -> QScrollArea:
    """A part with room of its own, so that the ledger beside it is not as high as it."""
    area = QScrollArea()
    area.setObjectName("charges_lag_scroller")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setWidget(part)
    return area


def _column(*parts: QWidget, stretch: int | None = None) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    margins(column, 0, 0, 0, 0)
    for place, part in enumerate(parts):
        column.addWidget(part, int(place == stretch))
    return whole


__all__ = ["DayFrame", "columns"]
