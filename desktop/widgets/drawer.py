"""Drawer: the pane at the right with a title, sections parted by hairlines, and a close button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop import a11y, theme
from desktop.widgets.button import IconButton
from desktop.widgets.label import Label
from desktop.widgets.themed import Themed, margins
from desktop.words import tr


class DrawerSection(Themed, QWidget):
    """Title, parts at its right, and a body column."""

    def __init__(
        self, title: str, name: str, trailing: Sequence[QWidget] = (), subtitle: str = "", *, can_wrap: bool = False
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._column = QVBoxLayout(self)
        self._head = QHBoxLayout()
        self.title = Label(title, "section", is_wrapped=can_wrap, parent=self)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(can_wrap)
        self.title.setSizePolicy(policy)
        self._head.addWidget(self.title, 1)
        for part in trailing:
            self._head.addWidget(part)
        self._column.addLayout(self._head)
        self.subtitle = Label(subtitle, "helper", "muted", is_wrapped=True, parent=self)
        self.subtitle.setVisible(bool(subtitle))
        self._column.addWidget(self.subtitle)
        self.body = QVBoxLayout()
        self._column.addLayout(self.body)
        # Not Maximum: that would cap wrapped texts at the height they have when they are wide.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.restyle()

    def put_subtitle(self, text: str) -> None:
        """A helper line under the title."""
        self.subtitle.put(text)
        self.subtitle.setVisible(bool(text))

    def restyle(self) -> None:
        """Padding 12 16."""
        margins(self._column, 16, 12, 16, 12, 2)
        margins(self._head, 0, 0, 0, 0, 8)
        margins(self.body, 0, 4, 0, 0, 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hairline below."""
        QPainter(self).fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.color("border"))


class Drawer(Themed, QWidget):
    """Takes its width from its neighbour and never lies over it; Esc closes it."""

    closed = Signal()

    def __init__(self, name: str, spoken: str, *, width: int = 344, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = width
        a11y.name_widget(self, name, spoken)
        self._outer = QVBoxLayout(self)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setObjectName("scroll_body")
        self._column = QVBoxLayout(body)
        self._column.addStretch(1)
        self._scroll.setWidget(body)
        self._body = body
        self._scroll.viewport().installEventFilter(self)
        body.installEventFilter(self)
        self._outer.addWidget(self._scroll, 1)
        self.restyle()

    def add_section(
        self, title: str, name: str, trailing: Sequence[QWidget] = (), subtitle: str = "", *, can_close: bool = False,
        can_wrap: bool = False,
    ) -> DrawerSection:  # fmt: skip
        """Add a section below the others; the first may carry the close button. A title that `can_wrap` is not cut."""
        parts = list(trailing)
        if can_close:
            close = IconButton("x", tr("Close"), f"{self.objectName()}_close")
            close.clicked.connect(self._close)
            parts.append(close)
        section = DrawerSection(title, name, parts, subtitle, can_wrap=can_wrap)
        self._column.insertWidget(self._column.count() - 1, section)
        return section

    def set_footer(self, bar: QWidget) -> None:
        """An action bar that stays at the bottom."""
        self._outer.addWidget(bar)

    def show_top(self) -> None:
        """Scroll back to the first section."""
        self._scroll.verticalScrollBar().setValue(0)

    def set_width(self, width: int) -> None:
        """Another width, in px at 100 %."""
        if width != self._wanted:
            self._wanted = width
            self.restyle()

    def restyle(self) -> None:
        """Width of the look; 1 px for the line at the left."""
        margins(self._outer, 0, 0, 0, 0)
        self._outer.setContentsMargins(1, 0, 0, 0)
        margins(self._column, 0, 0, 0, 0)
        self.setFixedWidth(theme.pane(self._wanted))

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The body is as high as its wrapped texts are at this width, also once a scroll bar has taken some of it."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            height = self._column.totalHeightForWidth(self._scroll.viewport().width())
            if height != self._body.minimumHeight():
                self._body.setMinimumHeight(max(0, height))
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the drawer only."""
        if event.key() == Qt.Key.Key_Escape:
            self._close()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface and the line to its neighbour."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.fillRect(QRectF(0, 0, 1, self.height()), theme.color("border"))
