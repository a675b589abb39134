"""From the start of the process to the first painted window: ours against a bare one, in turn, as a ratio."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
class Bare(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, lambda: (print("painted", flush=True), app.quit()))
app = QApplication(sys.argv)
window = Bare()
window.resize(1366, 768)
window.show()
app.exec()
"""
OURS = """
import sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from desktop.app import App, Start
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            ours.door.removeEventFilter(self)
            QTimer.singleShot(0, lambda: (print("painted", flush=True), ours.end()))
        return False
app = QApplication(sys.argv)
ours = App(app, Start(Path(sys.argv[1])))
watch = Watch()
ours.door.installEventFilter(watch)
ours.start()
app.exec()
"""
RUNS = 7


def _seconds(script: str, *arguments: str) -> float:
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("painted"):
                painted = time.perf_counter() - began
                process.wait(timeout=60)
                return painted
    raise AssertionError("no window was painted")


@pytest.mark.benchmark
def test_start_to_first_paint(tmp_path: Path) -> None:
    _seconds(BARE), _seconds(OURS, str(tmp_path))  # warm the file cache
    pairs = [(_seconds(OURS, str(tmp_path)), _seconds(BARE)) for _ in range(RUNS)]
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"\nfirst paint: ours {ours:.2f} s, bare window {bare:.2f} s, ratio {ratio:.2f} (median of {RUNS})")
