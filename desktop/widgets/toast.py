"""Toast: one short status at the bottom left of its window, with Undo, gone after 6 s."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from desktop import a11y, theme
from desktop.theme import px
from desktop.widgets.button import IconButton, LinkButton
from desktop.widgets.draw import rounded
from desktop.widgets.label import Label
from desktop.widgets.shadow import set_shadow
from desktop.widgets.themed import Themed, margins
from desktop.words import tr

SHOWN_MS = 6_000
_INSET = 16


class Toast(Themed, QWidget):
    """One at a time; waits while the mouse or the focus is on it, and never holds patient detail."""

    undone = Signal()

    def __init__(self, host: QWidget, *, left: int = 0, bottom: int = 0) -> None:
        super().__init__(host)
        self._host = host
        self._left, self._bottom = left, bottom
        self._icon = "check-circle"
        a11y.name_widget(self, "toast", tr("Message"))
        self._row = QHBoxLayout(self)
        self.label = Label("", parent=self)
        self.label.setObjectName("toast_label")
        self.undo = LinkButton(tr("Undo"), "toast_undo", parent=self)
        self.undo.clicked.connect(self._undo)
        close = IconButton("x", tr("Close this message"), "toast_close", parent=self)
        close.clicked.connect(self.hide)
        self._row.addWidget(self.label)
        self._row.addStretch(1)
        self._row.addWidget(self.undo)
        self._row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._end)
        host.installEventFilter(self)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.restyle()
        self.hide()

    def restyle(self) -> None:
        """Padding and shadow of the look."""
        margins(self._row, 44, 4, 8, 4, 12)
        self.setFixedHeight(px(44))
        set_shadow(self)
        self._place()

    def show_text(
        self, text: str, *, can_undo: bool = False, icon: str = "check-circle", shown_ms: int = SHOWN_MS
    ) -> None:
        """Show a text and say it to screen readers; replaces the one shown before."""
        self._icon = icon
        self.label.put(text)
        self.undo.setVisible(can_undo)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(shown_ms)
        a11y.announce(self, text)

    def _undo(self) -> None:
        self.hide()
        self.undone.emit()

    def _end(self) -> None:
        focused = QApplication.focusWidget()
        if self.underMouse() or (focused is not None and self.isAncestorOf(focused)):
            self._timer.start(SHOWN_MS)
            return
        self.hide()

    def _place(self) -> None:
        width = max(px(280), min(self.sizeHint().width(), self._host.width() - 2 * px(_INSET)))
        self.resize(width, px(44))
        self.move(px(_INSET) + self._left, self._host.height() - px(44) - px(_INSET) - self._bottom)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom left while the window is resized."""
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box and icon."""
        painter = QPainter(self)
        rounded(painter, QRectF(self.rect()), px(8), "surface", "border")
        theme.paint_icon_at(painter, QPointF(px(24), self.height() / 2), px(20), self._icon, "ok")
