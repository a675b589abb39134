"""Desktop tests leave nothing behind: no thread of a lane, no running timer of a window."""

import threading

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def _nothing_left_behind():
    before = set(threading.enumerate())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [
        t.name for t in threading.enumerate() if t not in before and t.is_alive() and t.name.startswith("chartmend")
    ]
    assert not left, f"threads left running: {left}"
    application = QApplication.instance()
    if application is not None:
        windows = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
        timers = [t for root in (application, *windows) for t in root.findChildren(QTimer) if t.isActive()]
        assert not timers, f"timers left running: {[t.parent() for t in timers]}"
