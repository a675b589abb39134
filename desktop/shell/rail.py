"""The navigation at the left: icons with a dot in narrow windows, icons with words and counts in wide ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.shell.mark import Mark
from desktop.theme import px
from desktop.widgets.draw import Right, draw_text, rounded
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr

NARROW, WIDE = 56, 184


@dataclass(frozen=True, slots=True)
class RailItem:
    """One place to go: its id, word, icon and the key that opens it."""

    id: str
    word: str
    icon: str
    key: str = ""


class RailButton(Themed, QAbstractButton):
    """One item; the page in front is filled."""

    def __init__(self, item: RailItem, *, is_checkable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item = item
        self._count = 0
        self._is_wide = False
        self.setCheckable(is_checkable)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", 8)
        a11y.name_widget(self, f"nav_{item.id}")
        self._tell()

    def put(self, count: int, *, is_wide: bool) -> None:
        """Show a count; with words in a wide window."""
        self._count, self._is_wide = count, is_wide
        self._tell()
        self.restyle()

    def _tell(self) -> None:
        word = self.item.word if not self._count else tr("{word}, {count}", word=self.item.word, count=self._count)
        self.setAccessibleName(word)
        self.setToolTip("  ".join(part for part in (word, self.item.key) if part))

    def nextCheckState(self) -> None:
        """Pressing alone changes nothing: the page that comes to the front marks its item."""

    def sizeHint(self) -> QSize:
        """40 x 36, or as wide as the rail."""
        return QSize(px(WIDE - 16 if self._is_wide else 40), px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, icon, word, count."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        ground = "accent_soft" if self.isChecked() else "hover" if self.underMouse() else None
        if ground:
            rounded(painter, box, px(8), ground)
        ink = "accent" if self.isChecked() else "muted"
        theme.paint_icon_at(painter, QPointF(px(20), box.center().y()), px(20), self.item.icon, ink)
        if self._is_wide:
            word = QRectF(px(40), 0, box.width() - px(76), box.height())
            draw_text(painter, word, self.item.word, "medium", "accent" if self.isChecked() else "text")
            if self._count:
                room = QRectF(0, 0, box.width() - px(10), box.height())
                draw_text(painter, room, str(self._count), "helper_medium", ink, Right)
        elif self._count:
            painter.setPen(Qt.PenStyle.NoPen)
            centre = QPointF(px(30), px(9))
            painter.setBrush(theme.color("canvas"))
            painter.drawEllipse(centre, px(5.5), px(5.5))
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(centre, px(3.5), px(3.5))


class _Line(Themed, QWidget):
    """The hairline between work and upkeep."""

    def sizeHint(self) -> QSize:
        """24 x 1 with 6 px around."""
        return QSize(px(24), px(13))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line."""
        painter = QPainter(self)
        painter.fillRect(QRectF(px(8), self.height() / 2, self.width() - px(16), 1), theme.color("border"))


class Rail(Themed, QWidget):
    """`opened(id)` for pages, help and lock."""

    opened = Signal(str)

    def __init__(self, work: Sequence[RailItem], upkeep: Sequence[RailItem], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        a11y.name_widget(self, "shell_nav_rail", tr("Navigation"))
        self._is_wide = False
        self._counts: dict[str, int] = {}
        self._column = QVBoxLayout(self)
        self._head = QHBoxLayout()
        self._name = Label("Chartmend", "section")
        self._head.addWidget(Mark())
        self._head.addWidget(self._name, 1)
        self._column.addLayout(self._head)
        self._column.addSpacing(px(8))
        self.buttons: dict[str, RailButton] = {}
        for item in work:
            self._add(item)
        if work and upkeep:
            self._column.addWidget(_Line())
        for item in upkeep:
            self._add(item)
        self._column.addStretch(1)
        self._add(RailItem("help", tr("Help"), "question", "F1"), is_page=False)
        self._add(RailItem("lock", tr("Lock"), "lock-simple", "Ctrl+L"), is_page=False)
        self.restyle()

    def _add(self, item: RailItem, *, is_page: bool = True) -> None:
        button = RailButton(item, is_checkable=is_page)
        button.clicked.connect(lambda _on=False: self.opened.emit(item.id))
        self.buttons[item.id] = button
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def mark(self, page: str) -> None:
        """Show which page is in front."""
        for key, button in self.buttons.items():
            button.setChecked(key == page)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go through the items; Tab does too."""
        shown = list(self.buttons.values())
        way = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        here = next((n for n, button in enumerate(shown) if button.hasFocus()), None)
        if not way or here is None:
            super().keyPressEvent(event)
            return
        shown[(here + way) % len(shown)].setFocus(Qt.FocusReason.TabFocusReason)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Counts by page."""
        self._counts = dict(counts)
        self._put()

    def set_wide(self, is_wide: bool) -> None:
        """Words beside the icons or not."""
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            self.restyle()

    def restyle(self) -> None:
        """Width and gaps of the look."""
        margins(self._column, 0, 14, 1, 8, 4)
        margins(self._head, 16 if self._is_wide else 14, 0, 8 if self._is_wide else 13, 0, 10)
        self._name.setVisible(self._is_wide)
        self.setFixedWidth(px(WIDE if self._is_wide else NARROW))
        self._put()

    def _put(self) -> None:
        for page, button in self.buttons.items():
            button.put(self._counts.get(page, 0), is_wide=self._is_wide)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Canvas, and the line to the page."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("canvas"))
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), theme.color("border"))
