"""The cards of the Match rules page: a title over its parts."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.widgets.card import Card
from desktop.widgets.label import Label


def titled_card(name: str, title: str, *parts: QWidget) -> Card:
    """A card with these parts below its title."""
    card = Card(name, spacing=12)
    card.body.addWidget(Label(title, "section"))
    for part in parts:
        card.body.addWidget(part)
    return card
