"""First run: three choices, and what stays on this computer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.shell.mark import Mark
from desktop.theme import px
from desktop.widgets.button import Button, LinkButton
from desktop.widgets.card import Card
from desktop.widgets.draw import Centre, draw_text, rounded
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


class _IconLine(Themed, QWidget):
    """An icon and words, 28 px high."""

    def __init__(self, icon: str, words: str, *, is_title: bool = False) -> None:
        super().__init__()
        self._icon, self._words, self._is_title = icon, words, is_title
        self.setAccessibleName(words)
        self.restyle()

    def restyle(self) -> None:
        """Height of the look."""
        self.setFixedHeight(px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icon, words."""
        role, ink, icon_ink, size = (
            ("semibold", "text", "accent", 20) if self._is_title else ("body", "muted", "muted", 16)
        )
        painter = QPainter(self)
        box = QRectF(self.rect())
        theme.paint_icon_at(painter, QPointF(px(14), box.center().y()), px(size), self._icon, icon_ink)
        draw_text(painter, box.adjusted(px(32), 0, 0, 0), self._words, role, ink)


class WelcomePage(Themed, QWidget):
    """`chosen`: demo, connect, restore, open, keys or look."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "welcome_page", tr("Welcome"))
        set_ground(self, "canvas")
        self._column = QVBoxLayout(self)
        self._column.addStretch(3)
        self._column.addWidget(Mark(48), 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addSpacing(px(16))
        self._column.addWidget(Label(tr("Welcome to Chartmend"), "title", align=Centre))
        self._column.addSpacing(px(4))
        promise = tr("Find duplicate patients, close each day’s charges, and send checked corrections back.")
        self._column.addWidget(Label(promise, "body", "muted", align=Centre))
        self._column.addSpacing(px(28))
        self._row = QHBoxLayout()
        self._cards: list[Card] = []
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
        self.restore_button = self._choice(
            "clock-counter-clockwise",
            tr("Restore a backup"),
            tr("Bring back a store from a backup file, with its passphrase or its recovery key."),
            (tr("Choose the file"), "welcome_restore_button", "restore"),
        )
        line = QHBoxLayout()
        line.addStretch(1)
        line.addLayout(self._row)
        line.addStretch(1)
        self._column.addLayout(line)
        self.mistake = Label("", "body", "muted", align=Centre)
        self.mistake.setObjectName("welcome_message_label")
        self.mistake.setFixedHeight(px(24))
        self._column.addWidget(self.mistake)
        self.below = Card("welcome_promise", padding=16, spacing=0)
        self.below.body.addLayout(self._promises())
        self._column.addWidget(self.below, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addSpacing(px(20))
        links = QHBoxLayout()
        links.setSpacing(px(16))
        links.addStretch(1)
        for word, name, key in (
            (tr("Open a store in another folder"), "welcome_open_link", "open"),
            (tr("Keys and screen reader help"), "welcome_keys_link", "keys"),
            (tr("Appearance and text size"), "welcome_look_link", "look"),
        ):
            self.look_link = LinkButton(word, name)
            self.look_link.clicked.connect(lambda _on=False, key=key: self.chosen.emit(key))
            links.addWidget(self.look_link)
        links.addStretch(1)
        self._column.addLayout(links)
        self._column.addStretch(8)
        self.restyle()
        self.demo.setFocus()

    def _promises(self) -> QHBoxLayout:
        stays = (
            tr("Patient records, decisions and notes, in one encrypted store"),
            tr("Sign-ins for your systems, in the system keyring"),
        )
        never = (
            tr("Usage data, or crash texts with patients in them"),
            tr("Any change to an EHR that you did not stage and send"),
        )
        row = QHBoxLayout()
        for icon, title, sign, lines in (
            ("desktop", tr("Stays on this computer"), "check", stays),
            ("prohibit", tr("Never leaves it"), "x", never),
        ):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(_IconLine(icon, title, is_title=True))
            for words in lines:
                column.addWidget(_IconLine(sign, words))
            row.addLayout(column, 1)
        return row

    def say(self, words: str, *, is_mistake: bool = False) -> None:
        """What went wrong, or nothing; the choices can be used again."""
        self.mistake.set_ink("bad" if is_mistake else "muted")
        self.mistake.put(words)
        for button in (self.demo, self.connect_button, self.restore_button):
            button.setEnabled(True)
        if words:
            a11y.announce(self.mistake, words, is_urgent=is_mistake)

    def wait(self, words: str) -> None:
        """Something is being made; the choices wait."""
        self.say(words)
        for button in (self.demo, self.connect_button, self.restore_button):
            button.setEnabled(False)

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
        self._cards.append(card)
        self._row.addWidget(card)
        return button

    def restyle(self) -> None:
        """Gaps and widths of the look."""
        margins(self._column, 24, 24, 24, 24, 0)
        self._row.setSpacing(px(16))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cards side by side where they fit, else one under the other."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        room = self.width() - 2 * px(24)
        is_row = room >= px(3 * 312 + 2 * 16)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if is_row else QBoxLayout.Direction.TopToBottom)
        for card in self._cards:
            card.setFixedWidth(px(312) if is_row else min(room, px(560)))
            card.setMinimumHeight(px(240) if is_row else px(200))
        self.below.setFixedWidth(min(room, px(968)))
