"""CardPage: cards side by side over a list, all of it scrolled where it does not fit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y
from desktop.theme import px
from desktop.widgets.card import Card
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.widgets.wrap_layout import WrapLayout

_CARD, _LIST = 330, 168
"""The least width of a card beside another, and the least height of the list, in px at 100 %."""


class CardPage(Themed, QScrollArea):
    """Large type puts the cards one under the other and lets the page scroll; nothing is cut."""

    def __init__(self, name: str, spoken: str, cards: Sequence[Card], below: Sequence[QWidget]) -> None:
        super().__init__()
        a11y.name_widget(self, name, spoken)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._count, self._list = len(cards), below[-1]
        self._body = QWidget()
        set_ground(self._body, "canvas")
        self._column = QVBoxLayout(self._body)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for card in cards:
            card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            self._row.addWidget(card, 1)
        self._column.addLayout(self._row)
        for part in below[:-1]:
            self._column.addWidget(part)
        self._column.addWidget(self._list, 1)
        self._column.addStretch(0)
        self.setWidget(self._body)
        self.viewport().installEventFilter(self)
        self._body.installEventFilter(self)
        self.restyle()

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._column, 20, 16, 20, 0, 16)
        margins(self._row, 0, 0, 0, 0, 16)
        self._list.setMinimumHeight(px(_LIST))
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Another width, other rows; the body is as high as its wrapped texts are at this width."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            self._arrange()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        room = self.viewport().width()
        is_row = room >= px(self._count * _CARD + (self._count - 1) * 16 + 40)
        wanted = QBoxLayout.Direction.LeftToRight if is_row else QBoxLayout.Direction.TopToBottom
        if self._row.direction() != wanted:
            self._row.setDirection(wanted)
        height = max(0, self._column.totalHeightForWidth(room))
        if height != self._body.minimumHeight():
            self._body.setMinimumHeight(height)


def wrapped(name: str, parts: Sequence[QWidget]) -> QWidget:
    """Parts in a row that goes on below itself where there is no room."""
    line = QWidget()
    line.setObjectName(name)
    layout = WrapLayout(line, line_height=px(32))
    margins(layout, 0, 0, 0, 0, 8)
    for part in parts:
        layout.add(part)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    line.setSizePolicy(policy)
    return line
