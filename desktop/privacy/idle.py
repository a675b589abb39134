"""Notices when nobody uses the window, by steady and by wall clock (a computer that slept was not used either)."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

# A key that a shortcut takes never comes as a key press: its override is all that is seen of it.
_KEYS = {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}
_ACTIVITY = {
    *_KEYS,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
}
WARNED_BEFORE_S = 60


class IdleWatch(QObject):
    """`warned` a minute before, `stayed` when somebody is there after all, `idle` when the time is over.

    Watches every key and mouse act of the application. The key that answers the warning does nothing else.
    """

    warned = Signal()
    stayed = Signal()
    idle = Signal()

    def __init__(self, minutes: float, application: QObject, parent: QObject) -> None:
        super().__init__(parent)
        self.minutes = minutes
        self._seen = (time.monotonic(), time.time())
        self._has_warned = False
        self._takes_key = False
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.look)
        application.installEventFilter(self)  # taken off by Qt when this object goes

    def start(self) -> None:
        """Begin to watch."""
        self._touch()
        self._timer.start()

    def stop(self) -> None:
        """Stop watching."""
        self._timer.stop()
        self._has_warned = self._takes_key = False

    def look(self) -> None:
        """Compare both clocks with the last activity."""
        unused_s = max(time.monotonic() - self._seen[0], time.time() - self._seen[1])
        limit_s = self.minutes * 60
        if unused_s >= limit_s:
            self.stop()
            self.idle.emit()
        elif unused_s >= limit_s - WARNED_BEFORE_S and not self._has_warned:
            self._has_warned = True
            self.warned.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every key and mouse act counts."""
        kind = event.type()
        if kind not in _ACTIVITY:
            return False
        is_answer = self._has_warned and kind in _KEYS
        self._touch()
        if is_answer and kind == QEvent.Type.ShortcutOverride:
            event.accept()  # no shortcut takes it; it comes as a key press next
            self._takes_key = True
            return True
        if kind == QEvent.Type.KeyPress and (is_answer or self._takes_key):
            self._takes_key = False
            return True
        return False

    def _touch(self) -> None:
        self._seen = (time.monotonic(), time.time())
        if self._has_warned:
            self._has_warned = False
            self.stayed.emit()
