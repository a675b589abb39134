"""First run: three choices, and what stays on this computer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.shell.mark import Mark
from desktop.theme import px
from desktop.widgets.button import Button
from desktop.widgets.card import Card
from desktop.widgets.draw import Centre, rounded
from desktop.widgets.facts import IconFacts
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins, set_ground
from desktop.words import tr


class _Tile(Themed, QWidget):
    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(px(44), px(44))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        rounded(painter, box, px(8), "accent_soft")
        theme.paint_icon_at(painter, box.center(), px(24), self._icon, "accent")


class WelcomePage(Themed, QWidget):
    """`chosen`: demo, connect or open."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "welcome_page", tr("Welcome"))
        set_ground(self, "canvas")
        self._column = QVBoxLayout(self)
        self._column.addStretch(2)
        self._column.addWidget(Mark(48), 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(Label(tr("Welcome to Chartmend"), "title", align=Centre))
        promise = tr("Find duplicate patients, close each day's charges, and send checked corrections back.")
        self._column.addWidget(Label(promise, "body", "muted", align=Centre))
        self._row = QHBoxLayout()
        self.demo = self._choice(
            "play-circle",
            tr("Look around with the demo practice"),
            tr("Made-up people, every situation, no network. Ready in under 10 seconds."),
            (tr("Open the demo"), "welcome_demo_button", "demo"),
        )
        self.connect_button = self._choice(
            "link",
            tr("Connect my systems"),
            tr("Choose a passphrase, then add a connection. It is tested before anything is read."),
            (tr("Connect"), "welcome_connect_button", "connect"),
        )
        self.open_button = self._choice(
            "database",
            tr("Open another store"),
            tr("A store in another folder of this computer, with its passphrase."),
            (tr("Choose a folder"), "welcome_open_button", "open"),
        )
        line = QHBoxLayout()
        line.addStretch(1)
        line.addLayout(self._row)
        line.addStretch(1)
        self._column.addLayout(line)
        self.mistake = Label("", "body", "bad", align=Centre)
        self._column.addWidget(self.mistake)
        self.below = Card("welcome_promise", padding=20, spacing=8)
        self.below.body.addWidget(Label(tr("Stays on this computer"), "semibold"))
        stays = IconFacts("welcome_stays", tr("Stays on this computer"))
        stays.put(
            [
                ("check", tr("Records, decisions and notes, in one encrypted store")),
                ("x", tr("No usage data, no crash texts with patients in them")),
                ("check", tr("Sign-ins for your systems, in the system keyring")),
                ("x", tr("No change to a system that you did not stage and send")),
            ]
        )
        self.below.body.addWidget(stays)
        self._column.addWidget(self.below, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(3)
        self.restyle()
        self.demo.setFocus()

    def say(self, words: str) -> None:
        """What went wrong, or what is going on."""
        self.mistake.put(words)

    def _choice(self, icon: str, title: str, text: str, act: tuple[str, str, str]) -> Button:
        word, name, key = act
        card = Card(f"{name}_card", padding=20, spacing=8)
        card.body.addWidget(_Tile(icon))
        card.body.addSpacing(px(4))
        card.body.addWidget(Label(title, "section"))
        words = Label(text, "body", "muted", is_wrapped=True)
        words.setMinimumHeight(px(60))
        card.body.addWidget(words)
        card.body.addStretch(1)
        button = Button(word, name, kind="primary" if key == "demo" else "plain")
        tell: Callable[[], None] = lambda: self.chosen.emit(key)  # noqa: E731  (a slot without Qt's argument)
        button.clicked.connect(tell)
        card.body.addWidget(button)
        card.setFixedSize(px(312), px(240))
        self._row.addWidget(card)
        return button

    def restyle(self) -> None:
        """Gaps and widths of the look."""
        margins(self._column, 24, 24, 24, 24, 14)
        self._row.setSpacing(px(16))
        self.below.setFixedWidth(px(968))
