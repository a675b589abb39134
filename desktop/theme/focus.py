"""The focus ring: a 2 px gap of surface and a 2 px ring around whatever the keyboard holds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from desktop.theme.look import HOLDER, color, px

_INPUTS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox)
_REACH = 4
_MOVES = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.EnabledChange,
    QEvent.Type.ZOrderChange,
}


class Ring(QWidget):
    """The ring itself, over its window and blind to the mouse."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.radius = 8.0

    def surround(self, target: QWidget) -> None:
        """Lie around a widget, inside the scrolled area that it may be part of."""
        corner = target.mapTo(target.window(), QPoint(0, 0))
        whole = QRect(corner, target.size()).adjusted(-_REACH, -_REACH, _REACH, _REACH)
        self.radius = float(px(_radius(target)))
        self.setGeometry(whole)
        _clip_to_viewport(self, target, whole)
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Gap first, then ring, so that it shows on accent buttons too."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        whole = QRectF(self.rect())
        for inset, token in ((3.0, "surface"), (1.0, "focus")):
            painter.setPen(QPen(color(token), 2))
            corner = self.radius + _REACH - inset
            painter.drawRoundedRect(whole.adjusted(inset, inset, -inset, -inset), corner, corner)


class FocusRing(QObject):
    """Moves one ring along with the focus; a click on a button shows none, a key always does.

    A widget may set the dynamic property `ringRadius` (px at 100 %), or -1 when it draws its own focus.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._ring: Ring | None = None
        app.focusChanged.connect(self._follow)
        HOLDER.changed.connect(self._place)

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._drop()
        if new is None or not _wants_ring(new):
            return
        is_by_mouse = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if is_by_mouse and not isinstance(new, _INPUTS):
            return
        target = _framed(new)
        self._target = target
        self._ring = Ring(target.window())
        walker: QWidget | None = target
        while walker is not None:
            walker.installEventFilter(self)
            self._watched.append(walker)
            walker = None if walker.isWindow() else walker.parentWidget()
        self._place()

    def _drop(self) -> None:
        for widget in self._watched:
            _quietly_unfilter(widget, self)
        self._watched.clear()
        self._target = None
        if self._ring is not None:
            _quietly_delete(self._ring)
            self._ring = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow moves of the focused widget and of everything around it."""
        if event.type() in _MOVES and watched is not self._ring:
            self._place()
        return False

    def _place(self) -> None:
        target, ring = self._target, self._ring
        if target is None or ring is None:
            return
        if not target.isVisible() or not target.isEnabled():
            ring.hide()
            return
        ring.surround(target)


def _clip_to_viewport(ring: Ring, target: QWidget, whole: QRect) -> None:
    """Inside a scrolled area the ring must not reach over its edge."""
    walker = target.parentWidget()
    while walker is not None and not walker.isWindow():
        holder = walker.parentWidget()
        if isinstance(holder, QAbstractScrollArea) and holder.viewport() is walker:
            seen = QRect(walker.mapTo(target.window(), QPoint(0, 0)), walker.size()).intersected(whole)
            ring.setMask(seen.translated(-whole.topLeft()))
            return
        walker = holder
    ring.clearMask()


def _wants_ring(widget: QWidget) -> bool:
    if widget.property("ringRadius") == -1:
        return False
    return not (isinstance(widget, QAbstractScrollArea) and not isinstance(widget, _INPUTS)) or (
        isinstance(widget, QAbstractItemView) and widget.property("ringRadius") is not None
    )


def _framed(widget: QWidget) -> QWidget:
    """The widget to draw around: a bare line edit inside a framed field gives its frame."""
    holder = widget.parentWidget()
    return holder if holder is not None and holder.property("isFieldFrame") else widget


def _radius(widget: QWidget) -> float:
    asked = widget.property("ringRadius")
    if asked is not None:
        return float(asked)
    return 6 if isinstance(widget, _INPUTS) or widget.property("isFieldFrame") else 8


def _quietly_unfilter(widget: QWidget, ring: QObject) -> None:
    try:
        widget.removeEventFilter(ring)
    except RuntimeError:  # the widget was deleted with its page; nothing is left to unhook
        return


def _quietly_delete(widget: QWidget) -> None:
    try:
        widget.hide()
        widget.deleteLater()
    except RuntimeError:  # its window was deleted and took the ring along
        return
