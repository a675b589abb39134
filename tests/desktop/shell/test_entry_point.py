"""`chartmend` opens a window only when one is wanted, and loads Qt only then."""

import subprocess
import sys
from pathlib import Path

import pytest

from desktop import __main__ as entry

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("words", "wants"),
    [
        ([], True),
        (["demo"], True),
        (["demo", "--headless"], False),
        (["--home", "x"], True),
        (["run"], False),
    ],
)
def test_who_gets_a_window(words, wants, monkeypatch):
    from desktop import app

    seen = []
    monkeypatch.setattr(app, "run_window", lambda start: seen.append(start) or 0)
    monkeypatch.setattr(entry, "run_command", lambda argv: seen.append(argv) or 0)
    assert entry.main(words) == 0
    assert isinstance(seen[0], app.Start) is wants


def test_the_window_takes_the_demos_options(monkeypatch, tmp_path):
    from desktop import app

    seen = []
    monkeypatch.setattr(app, "run_window", lambda start: seen.append(start) or 0)
    entry.main(["demo", "--home", str(tmp_path), "--seed", "5", "--patients", "40", "--as-user", "dana"])
    assert seen == [app.Start(tmp_path, True, "dana", None, 5, 40)]


def test_the_command_line_loads_no_qt():
    code = (
        "import sys\n"
        "from desktop.__main__ import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr


def test_ctrl_c_in_the_terminal_ends_the_window_cleanly(tmp_path):
    code = (
        "import signal, sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from desktop.app import Start, run_window\n"
        "application = QApplication([])\n"
        "QTimer.singleShot(300, lambda: signal.raise_signal(signal.SIGINT))\n"
        "sys.exit(run_window(Start(Path(sys.argv[1]))))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert b"Traceback" not in ran.stderr
