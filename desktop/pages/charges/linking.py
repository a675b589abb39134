"""Near matches in the drawer: charges that may belong to this visit, or visits for this charge, with a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.queries.charge_links import NearMatch
from desktop import a11y
from desktop.pages.charges.words import short_day
from desktop.theme import px
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.themed import Themed, margins
from desktop.words import tr
from desktop.words.moments import dollars


class LinkForm(Themed, QWidget):
    """The best first; `given(id)` for the one that belongs."""

    given = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        a11y.name_widget(self, "charges_link_form", tr("Near matches"))
        self._found: dict[str, NearMatch] = {}
        self._column = QVBoxLayout(self)
        self.words = Label("", "helper", "muted", is_wrapped=True)
        self.model = PagedModel(_columns(), list, lambda ids: {i: self._found[i] for i in ids})
        self.table = PagedTable(self.model, "charges_links_table", tr("Near matches"))
        self.table.current_changed.connect(self._look)
        self.why = Label("", "helper", "muted", is_wrapped=True)
        self.button = Button(tr("Link it"), "charges_link_it_button", size="tool", is_decision=True)
        self.button.clicked.connect(lambda: self.given.emit(str(self.table.current_id)))
        self.table.opened.connect(lambda _id: self.button.click())
        for part in (self.words, self.table, self.why, self.button):
            self._column.addWidget(part)
        self.restyle()

    def restyle(self) -> None:
        """Room for four rows."""
        margins(self._column, 0, 0, 0, 0, 8)
        self.table.setFixedHeight(px(32 * 5 + 2))

    def put(self, found: Sequence[NearMatch]) -> None:
        """Show these candidates."""
        self._found = {match.id: match for match in found}
        for part in (self.table, self.why, self.button):
            part.setVisible(bool(found))
        if not found:
            self.words.put(tr("No charge or visit of this person within 30 days is free to be linked."))
            return
        is_charge = found[0].is_charge
        self.words.put(
            tr("Charges of this person that stand on no visit, the likeliest first.")
            if is_charge
            else tr("Visits of this person near that day, the likeliest first.")
        )
        self.model.set_source(lambda: list(self._found), lambda ids: {i: self._found[i] for i in ids})
        self.table.select_id(found[0].id)
        self._look(found[0].id)
        self.table.setFocus()

    def _look(self, match_id: Any) -> None:
        match = self._found.get(str(match_id))
        if match is None:
            return
        words = {
            "date": tr("day"), "provider": tr("provider"), "place": tr("place"), "codes": tr("codes"),
            "diagnoses": tr("diagnoses"), "references": tr("numbers"),
        }  # fmt: skip
        told = ", ".join(f"{words[name]} {round(value * 100)} %" for name, value in match.parts.items())
        cannot = {
            "from-claim": tr("It is a line of a claim: only a corrected claim moves it."),
            "no-visit-number": tr("The visit has no number that the billing system knows."),
        }.get(match.cannot, "")
        self.why.put(cannot or tr("How it fits: {parts}", parts=told))
        self.button.setEnabled(not match.cannot)


def _columns() -> list[Column]:
    return [
        Column(tr("Fits"), lambda m: f"{round(m.score * 100)} %", "number", width=44),
        Column(tr("Day"), lambda m: short_day(m.on) if m.on else "—", width=76),
        Column(tr("What"), lambda m: m.what, "strong", stretch=1.2, tooltip=lambda m: m.what),
        Column(tr("Provider"), lambda m: m.provider, "muted", stretch=1.0, tooltip=lambda m: m.provider),
        Column(tr("Fee"), lambda m: dollars(m.cents, is_short=True), "money", width=48),
    ]
