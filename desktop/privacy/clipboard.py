"""Copying a patient value: marked as sensitive for clipboard managers, and cleared after a while if it is still ours.

A clipboard manager may ignore the mark; what we did not put there is never cleared.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

CLEAR_AFTER_S = 30
_SENSITIVE = {
    "x-kde-passwordManagerHint": b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': b"\0\0\0\0",
    "org.nspasteboard.ConcealedType": b"",
}


class ClipboardGuard(QObject):
    """`counted(seconds_left)` each second while something of ours is there; 0 when it is gone."""

    counted = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._text = ""
        self._left_s = 0
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)

    def copy(self, text: str, clear_after_s: int = CLEAR_AFTER_S) -> None:
        """Put a patient value on the clipboard and start to count."""
        marked = QMimeData()
        marked.setText(text)
        for kind, value in _SENSITIVE.items():
            marked.setData(kind, value)
        QGuiApplication.clipboard().setMimeData(marked)
        self._text, self._left_s = text, clear_after_s
        self._timer.start()
        self.counted.emit(self._left_s)

    def tick(self) -> None:
        """A second passed."""
        self._left_s -= 1
        if self._left_s <= 0:
            self.clear()
        elif not self._is_ours():
            self._stop()
        else:
            self.counted.emit(self._left_s)

    def clear(self) -> None:
        """Clear now what is ours; what somebody else put there stays."""
        if self._is_ours():
            QGuiApplication.clipboard().clear()
        self._stop()

    def _is_ours(self) -> bool:
        return bool(self._text) and QGuiApplication.clipboard().text() == self._text

    def _stop(self) -> None:
        self._text, self._left_s = "", 0
        self._timer.stop()
        self.counted.emit(0)
