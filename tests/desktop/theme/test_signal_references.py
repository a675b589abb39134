"""The pinned Qt binding does not lose references when signals are sent."""

import sys

from PySide6.QtCore import QObject, Signal


class _Sender(QObject):
    sent = Signal(bool)
    plain = Signal()


def test_sending_signals_keeps_the_references_of_true():
    sender = _Sender()
    heard = []
    sender.sent.connect(heard.append)
    sender.plain.connect(lambda: None)
    before = sys.getrefcount(True)
    for _ in range(50):
        sender.sent.emit(True)
        sender.plain.emit()
    heard.clear()
    assert sys.getrefcount(True) >= before
