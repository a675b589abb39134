"""Choosing: a card for each rule set, with how many pairs fit and how many have to be looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.queries.batch import Choice
from desktop.pages.batch.words import pairs_words, rules_words
from desktop.widgets.badge import Badge
from desktop.widgets.button import Button
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.themed import margins, set_ground
from desktop.words import tr
from desktop.words.moments import clock_time


class ChoosePart(QScrollArea):
    """`chosen(rules, percent)`."""

    chosen = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("batch_choose")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        whole = QWidget()
        set_ground(whole, "canvas")
        column = QVBoxLayout(whole)
        margins(column, 24, 16, 24, 24, 16)
        intro = tr(
            "Only strong pairs without a stop sign are in here. You look at a random sample without seeing why they "
            "were found; if every one of them is one person, a second person is asked about all. Each pair stays a "
            "correction of its own that can be undone."
        )
        column.addWidget(Label(intro, "body", "muted", is_wrapped=True))
        self._cards = QVBoxLayout()
        margins(self._cards, 0, 0, 0, 0, 12)
        column.addLayout(self._cards)
        column.addStretch(1)
        self.setWidget(whole)

    def put(self, choices: Sequence[Choice]) -> None:
        """Show these rule sets, the one with the most pairs first."""
        while (item := self._cards.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for choice in sorted(choices, key=lambda one: -one.pairs):
            self._cards.addWidget(self._card(choice))

    def _card(self, choice: Choice) -> Card:
        card = Card(f"batch_{choice.id}_card", spacing=10)
        head = QHBoxLayout()
        head.addWidget(Label(rules_words(choice.id), "section"), 1)
        head.addWidget(Label(pairs_words(choice.pairs), "semibold"))
        card.body.addLayout(head)
        if choice.refused_at:
            words = tr("refused by a check, {when}", when=clock_time(choice.refused_at))
            card.body.addWidget(Badge(words, "bad", "warning-circle"))
            text = tr("A check found two people among these pairs. They are decided one by one.")
            card.body.addWidget(Label(text, "body", is_wrapped=True))
        elif not choice.is_enough:
            text = tr("Too few to be worth a check: decide them one by one.")
            card.body.addWidget(Label(text, "body", "muted", is_wrapped=True))
        else:
            row = QHBoxLayout()
            margins(row, 0, 0, 0, 0, 8)
            for percent, sample in choice.samples.items():
                words = tr("Look at {count}: under {percent} % wrong", count=f"{sample:,}", percent=percent)
                button = Button(words, f"batch_{choice.id}_{percent}_button", size="tool")
                button.clicked.connect(lambda _on=False, p=percent: self.chosen.emit(choice.id, p))
                row.addWidget(button)
            row.addStretch(1)
            card.body.addLayout(row)
        return card
