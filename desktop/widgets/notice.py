"""Notice: the middle of a page that is empty or failed: icon, title, words, next steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.button import Button, LinkButton
from desktop.widgets.draw import BADGE_TOKENS, Centre, rounded
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins


@dataclass(frozen=True, slots=True)
class Action:
    """A next step: verb, what it does, kind of button ("primary", "plain", "link") and icon."""

    text: str
    run: Callable[[], object]
    kind: str = "plain"
    icon: str = ""
    name: str = ""


class IconDisc(Themed, QWidget):
    """An icon of 24 px in a disc of 44."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._kind = "check", "neutral"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def put(self, icon: str, kind: str) -> None:
        """Show another icon on the wash of a badge kind."""
        self._icon, self._kind = icon, kind
        self.update()

    def sizeHint(self) -> QSize:
        """The disc."""
        return QSize(px(44), px(44))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Disc and icon."""
        painter = QPainter(self)
        box = QRectF(self.rect())
        ink, ground = BADGE_TOKENS[self._kind]
        rounded(painter, box, box.height() / 2, ground, ink if theme.current().is_contrast else None)
        theme.paint_icon_at(painter, box.center(), px(24), self._icon, ink)


class Notice(Themed, QWidget):
    """Centred, at most 300 px wide."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, name)
        self._column = QVBoxLayout(self)
        self._inner = QVBoxLayout()
        self.disc = IconDisc(self)
        self.title = Label("", "section", is_wrapped=True, align=Centre, parent=self)
        self.title.setObjectName(f"{name}_title")
        self.text = Label("", "body", "muted", is_wrapped=True, align=Centre, parent=self)
        self.text.setObjectName(f"{name}_text")
        self.extra = QHBoxLayout()
        self._buttons = QHBoxLayout()
        self._column.addStretch(1)
        self._inner.addWidget(self.disc, 0, Qt.AlignmentFlag.AlignHCenter)
        self._inner.addSpacing(px(10))
        self._inner.addWidget(self.title)
        self._inner.addSpacing(px(2))
        self._inner.addWidget(self.text)
        self._inner.addLayout(self.extra)
        self._inner.addSpacing(px(14))
        self._inner.addLayout(self._buttons)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addLayout(self._inner)
        middle.addStretch(1)
        self._column.addLayout(middle)
        self._column.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.restyle()

    def restyle(self) -> None:
        """Gaps of the look."""
        margins(self._column, 8, 16, 8, 16)
        margins(self._inner, 0, 0, 0, 0)
        margins(self._buttons, 0, 0, 0, 0, 8)
        for label in (self.title, self.text):
            label.setFixedWidth(min(px(284), 600))

    def put(self, icon: str, kind: str, title: str, text: str, actions: Sequence[Action]) -> None:
        """Show another notice; the first action is the way on."""
        self.disc.put(icon, kind)
        self.title.put(title)
        self.text.put(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(f"{title}. {text}".strip())
        empty(self.extra)
        empty(self._buttons)
        self._buttons.addStretch(1)
        for number, action in enumerate(actions):
            self._buttons.addWidget(self._button(action, number))
        self._buttons.addStretch(1)

    def _button(self, action: Action, number: int) -> Button:
        name = action.name or f"{self.objectName()}_action_{number}"
        if action.kind == "link":
            button: Button = LinkButton(action.text, name, parent=self)
        else:
            button = Button(action.text, name, kind=action.kind, size="tool", icon=action.icon, parent=self)
        button.clicked.connect(lambda _on=False: action.run())
        return button


def empty(layout: QHBoxLayout) -> None:
    """Take everything out of a row."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
