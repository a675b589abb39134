"""Banner: one sentence across the page with an icon, one action, and a close button where closing is safe."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.button import IconButton
from desktop.widgets.draw import BADGE_TOKENS, draw_text, rounded, text_width
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr

KIND_ICONS = {
    "warn": "warning-circle",
    "bad": "warning-circle",
    "info": "info",
    "accent": "play-circle",
    "ok": "check-circle",
    "neutral": "info",
}
MOST_SHOWN = 2


class UnderlinedButton(Themed, QAbstractButton):
    """An underlined word in the ink of its banner."""

    def __init__(self, text: str, name: str, ink: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink = ink
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", 4)
        a11y.name_widget(self, name, text)

    def sizeHint(self) -> QSize:
        """At least 24 px high, so that it is easy to hit."""
        return QSize(round(text_width(self.text(), "medium")) + 1, px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The word and its line."""
        painter = QPainter(self)
        whole = QRectF(self.rect())
        width = draw_text(painter, whole.adjusted(0, 0, 1, 0), self.text(), "medium", self._ink)
        painter.fillRect(QRectF(0, whole.center().y() + px(8), width, 1), theme.color(self._ink))


class Banner(Themed, QWidget):
    """40 px, 36 in narrow panes; longer sentences wrap."""

    acted = Signal()
    closed = Signal()

    def __init__(
        self,
        text: str,
        name: str,
        *,
        kind: str = "info",
        icon: str = "",
        action: str = "",
        is_closable: bool = False,
        is_narrow: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._icon = icon or KIND_ICONS[kind]
        self._is_narrow = is_narrow
        ink = BADGE_TOKENS[kind][0]
        a11y.name_widget(self, name, text)
        self._row = QHBoxLayout(self)
        self.label = Label(text, "body", ink, is_wrapped=True, parent=self)
        self.label.setObjectName(f"{name}_label")
        self._row.addWidget(self.label, 1, Qt.AlignmentFlag.AlignVCenter)
        self.action: UnderlinedButton | None = None
        if action:
            self.action = UnderlinedButton(action, f"{name}_action", ink, self)
            self.action.clicked.connect(self.acted)
            self._row.addWidget(self.action)
        if is_closable:
            close = IconButton("x", tr("Close this message"), f"{name}_close", parent=self)
            close.clicked.connect(self.closed)
            self._row.addWidget(close)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.restyle()

    @property
    def text(self) -> str:
        """The sentence."""
        return self.label.text()

    def put(self, text: str) -> None:
        """Another sentence of the same kind."""
        self.label.put(text)
        self.setAccessibleName(text)

    def restyle(self) -> None:
        """Padding around the sentence."""
        inset = 12 if self._is_narrow else 16
        margins(self._row, inset + 26, 4, inset - 2, 4, 10)
        self.setMinimumHeight(px(36 if self._is_narrow else 40))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Wash and icon; an outline in high contrast."""
        painter = QPainter(self)
        whole = QRectF(self.rect())
        ink, ground = BADGE_TOKENS[self._kind]
        rounded(painter, whole, 0, ground, ink if theme.current().is_contrast else None)
        x = px(12 if self._is_narrow else 16) + px(8)
        y = min(whole.center().y(), px(20))
        theme.paint_icon_at(painter, QPointF(x, y), px(16), self._icon, ink)


class BannerStack(Themed, QWidget):
    """Shows at most two banners; the others wait in order of importance (higher first)."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._column = QVBoxLayout(self)
        margins(self._column, 0, 0, 0, 0, 0)
        self._banners: dict[str, tuple[int, Banner]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def restyle(self) -> None:
        """Nothing to measure here: each banner does."""

    def show_banner(
        self, key: str, banner: Banner, *, rank: int = 0, on_act: Callable[[], object] | None = None
    ) -> None:
        """Put a banner under a key; one already there is replaced."""
        self.drop(key)
        banner.setParent(self)
        if on_act is not None:
            banner.acted.connect(on_act)
        banner.closed.connect(lambda: self.drop(key))
        self._banners[key] = (rank, banner)
        a11y.announce(banner, banner.text)
        self._arrange()

    def drop(self, key: str) -> None:
        """Take a banner away; nothing happens when there is none."""
        found = self._banners.pop(key, None)
        if found is not None:
            found[1].hide()
            found[1].deleteLater()
            self._arrange()

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of all banners, most important first, the waiting ones too."""
        ordered = sorted(self._banners.items(), key=lambda item: -item[1][0])
        return tuple(key for key, _ in ordered)

    def _arrange(self) -> None:
        for number, key in enumerate(self.keys):
            banner = self._banners[key][1]
            self._column.removeWidget(banner)
            self._column.insertWidget(number, banner)
            banner.setVisible(number < MOST_SHOWN)
        self.setVisible(bool(self._banners))
