"""The fields: how each is compared, and what each outcome says for or against one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.pages.rules.words import points, share
from desktop.widgets.drawer import Drawer
from desktop.widgets.facts import Facts
from desktop.widgets.label import Label
from desktop.widgets.paged import Column, PagedModel
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.themed import margins
from desktop.words import tr

Row = Mapping[str, Any]


class FieldsPart(QWidget):
    """One row for each outcome of comparing a field; the chosen one in words beside."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, Row] = {}
        self.model = PagedModel(_columns(), list, lambda ids: {one: self._rows[one] for one in ids})
        self.table = PagedTable(self.model, "rules_fields_table", tr("Fields and their points"))
        self.drawer = Drawer("rules_drawer", tr("What the points say"), width=328)
        self.section = self.drawer.add_section(tr("What the points say"), "rules_drawer_points", can_wrap=True)
        self.said = Label("", "body", is_wrapped=True)
        self.facts = Facts("rules_level_facts", tr("The chosen outcome"), label_width=148)
        self.section.body.addWidget(self.said)
        self.section.body.addWidget(self.facts)
        missing = self.drawer.add_section(tr("A field that is missing"), "rules_drawer_missing")
        text = tr("Where one of the two records does not hold a field, it gives no points in either direction.")
        missing.body.addWidget(Label(text, "body", is_wrapped=True))
        learned = self.drawer.add_section(tr("Where the points come from"), "rules_drawer_learned")
        text = tr(
            "They are learned from your own records at each run over everything, and your decisions count in them. "
            "Nobody has to set them."
        )
        learned.body.addWidget(Label(text, "body", is_wrapped=True))
        row = QHBoxLayout(self)
        margins(row, 0, 0, 0, 0)
        row.addWidget(self.table, 1)
        row.addWidget(self.drawer)
        self.table.current_changed.connect(self._show)

    def put(self, fields: Sequence[Row]) -> None:
        """Show these fields."""
        self._rows = {
            f"{field['id']}.{level['id']}": {
                "field": field["label"],
                "is_first": place == 0,
                "is_learned": field["is_learned"],
                **level,
            }
            for field in fields
            for place, level in enumerate(field["levels"])
        }
        ids = list(self._rows)
        self.model.set_source(lambda: ids, lambda wanted: {one: self._rows[one] for one in wanted})
        if ids:
            self.table.selectRow(0)

    def _show(self, row_id: object) -> None:
        row = self._rows.get(str(row_id))
        if row is None:
            return
        self.section.title.put(tr("{field}: {outcome}", field=row["field"], outcome=row["words"]))
        self.said.put(_sentence(row["weight"]))
        self.facts.put([
            (tr("points"), points(row["weight"])),
            (tr("pairs of one person"), share(row["m"])),
            (tr("of two people alike"), share(row["u"])),
            (tr("of two strangers"), share(row["u_unrelated"])),
            (tr("beside strangers"), points(row["weight_unrelated"])),
            (tr("learned here"), tr("yes") if row["is_learned"] else tr("no, given")),
        ])  # fmt: skip


def _sentence(weight: float) -> str:
    times = f"{2 ** abs(weight):,.0f}" if abs(weight) >= 1 else ""
    if not times:
        return tr("Says next to nothing, for or against.")
    if weight > 0:
        return tr("Speaks for one person: {times} times as frequent there as with two people alike.", times=times)
    return tr("Speaks against: {times} times as frequent with two people alike as with one person.", times=times)


def _columns() -> list[Column]:
    return [
        Column(tr("Field"), lambda row: row["field"] if row["is_first"] else "", "strong", width=150,
               spoken=lambda row: row["field"]),
        Column(tr("When comparing gives"), lambda row: row["words"], stretch=1.0),
        Column(tr("Points"), lambda row: points(row["weight"]), "number", width=80),
        Column(tr("One person"), lambda row: share(row["m"]), "number", width=110),
        Column(tr("Two people alike"), lambda row: share(row["u"]), "number", width=130),
    ]  # fmt: skip
