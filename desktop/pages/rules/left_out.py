"""What brings records together, which values say nothing, what was not compared, and who says too little."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.pages.rules.cards import titled_card
from desktop.widgets.button import Button
from desktop.widgets.label import Label
from desktop.widgets.table_twin import TableTwin
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr

_MOST_ROWS = 14


class LeftOutPart(QScrollArea):
    """Two columns of cards."""

    asked_weak = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rules_left_out")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.keys = TableTwin("rules_keys_table", tr("What brings records together"))
        self.aside = TableTwin("rules_aside_table", tr("Values that say nothing"))
        self.aside_words = Label("", "body", is_wrapped=True)
        self.cuts = Label("", "body", is_wrapped=True)
        self.weak_words = Label("", "body", is_wrapped=True)
        self.weak = TableTwin("rules_weak_table", tr("Fields that they lack"))
        self.count = Button(tr("Count them"), "rules_weak_button", size="tool")
        self.count.clicked.connect(self.asked_weak)
        whole = QWidget()
        set_ground(whole, "canvas")
        row = QHBoxLayout(whole)
        margins(row, 24, 16, 24, 24, 16)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(titled_card("rules_keys", tr("Two records are compared when they share"), self.keys))
        right.addWidget(titled_card("rules_cuts", tr("Not compared"), self.cuts))
        right.addWidget(titled_card("rules_aside", tr("Values set aside"), self.aside_words, self.aside))
        title = tr("Records that say too little")
        right.addWidget(titled_card("rules_weak", title, self.weak_words, self.weak, self.count))
        for column, share in ((left, 3), (right, 2)):
            margins(column, 0, 0, 0, 0, 16)
            column.addStretch(1)
            row.addLayout(column, share)
        self.setWidget(whole)

    def put(self, rules: Mapping[str, Any], not_compared: Mapping[str, Any]) -> None:
        """Show what the last run over everything did."""
        rows = [(one["shares"], "—" if one["pairs"] is None else f"{one['pairs']:,}") for one in rules["keys"]]
        self.keys.put((tr("The same"), tr("Pairs found")), rows, most=len(rows))
        labels = {field["id"]: field["label"] for field in rules["fields"]}
        aside = [(labels.get(name, name), f"{count:,}") for name, count in rules["set_aside"].items() if count]
        self.aside.put((tr("Field"), tr("Values")), aside, most=_MOST_ROWS)
        self.aside.setVisible(bool(aside))
        some = tr("Shared by so many records that sharing them says nothing.")
        self.aside_words.put(some if aside else tr("No value is shared by so many records that it says nothing."))
        self.cuts.put(" ".join([not_compared["words"], *(key["words"] for key in not_compared["keys"])]).strip())
        self.weak_words.put(tr("Not even an identical copy of them would be found as a likely duplicate."))
        self.weak.hide()

    def put_weak(self, found: Mapping[str, Any]) -> None:
        """Show how many there are and what they lack."""
        self.weak_words.put(found["words"])
        rows = [(one["label"], f"{one['records']:,}") for one in found["missing"]]
        self.weak.put((tr("Without"), tr("Records")), rows, most=_MOST_ROWS)
        self.weak.setVisible(bool(found["missing"]))
