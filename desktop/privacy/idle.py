"""Notices when nobody uses the window, by steady and by wall clock (a computer that slept was not used either)."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

_ACTIVITY = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
}


class IdleWatch(QObject):
    """`warned` a minute before, `idle` when the time is over. Watches every key and mouse act of the application."""

    warned = Signal()
    idle = Signal()

    def __init__(self, minutes: float, application: QObject, parent: QObject) -> None:
        super().__init__(parent)
        self._limit_s = minutes * 60
        self._seen = (time.monotonic(), time.time())
        self._has_warned = False
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

    def look(self) -> None:
        """Compare both clocks with the last activity."""
        unused_s = max(time.monotonic() - self._seen[0], time.time() - self._seen[1])
        if unused_s >= self._limit_s:
            self.stop()
            self.idle.emit()
        elif unused_s >= self._limit_s - 60 and not self._has_warned:
            self._has_warned = True
            self.warned.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every key and mouse act counts."""
        if event.type() in _ACTIVITY:
            self._touch()
        return False

    def _touch(self) -> None:
        self._seen = (time.monotonic(), time.time())
        self._has_warned = False
