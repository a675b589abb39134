"""dev.py: what it says and does on machines that lack something."""

import subprocess
import sys

import pytest
from repository import ROOT

import dev


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Arguments that dev.py would have started the program with, on a Linux machine that has every library."""
    calls: list[list[str]] = []

    def program(arguments: list[str]) -> int:
        calls.append(list(arguments))
        return 0

    monkeypatch.setattr(dev, "program", program)
    monkeypatch.setattr(dev.sys, "platform", "linux")
    monkeypatch.setattr(dev, "loads", lambda _library: True)
    monkeypatch.setattr(dev, "has_fonts", lambda: True)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return calls


def test_demo_without_display_says_so_and_goes_on_headless(started, capsys):
    assert dev.main(["demo", "--patients", "50"]) == 0
    assert started == [["demo", "--patients", "50", "--headless"]]
    said = capsys.readouterr().err.strip()
    assert "no display" in said
    assert "\n" not in said


def test_demo_with_display_opens_the_window(started, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    assert dev.main(["demo"]) == 0
    assert started == [["demo"]]


def test_demo_headless_needs_no_library(started, monkeypatch):
    monkeypatch.setattr(dev, "loads", lambda _library: False)
    assert dev.main(["demo", "--headless"]) == 0
    assert started == [["demo", "--headless"]]


def test_window_without_its_libraries_is_refused_in_one_sentence_naming_the_packages(started, monkeypatch, capsys):
    monkeypatch.setenv("DISPLAY", ":0")
    missing = {"libxcb-cursor.so.0", "libxcb-keysyms.so.1"}
    monkeypatch.setattr(dev, "loads", lambda library: library not in missing)
    assert dev.main(["demo"]) == 1
    assert started == []
    said = capsys.readouterr().err.strip()
    assert said.endswith("apt-get install libxcb-cursor0 libxcb-keysyms1")
    assert "\n" not in said


def test_tests_need_only_the_libraries_for_drawing_unseen(started, monkeypatch):
    monkeypatch.setattr(dev, "loads", lambda library: not library.startswith("libxcb"))
    assert dev.missing_packages(is_for_window=False) == []
    assert "libxcb-cursor0" in dev.missing_packages(is_for_window=True)


def test_missing_fonts_count_as_a_missing_package(started, monkeypatch):
    monkeypatch.setattr(dev, "has_fonts", lambda: False)
    assert dev.missing_packages(is_for_window=False) == ["fonts-dejavu-core"]


def test_run_without_command_and_display_is_refused(started, capsys):
    assert dev.main(["run", "--home", "practice"]) == 1
    assert started == []
    assert "no display" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "opens"),
    [
        ([], True),
        (["--home", "practice"], True),
        (["-v"], True),
        (["findings"], False),
        (["--home", "practice", "findings", "--json"], False),
        (["--help"], False),
    ],
)
def test_only_arguments_without_a_command_open_the_window(arguments: list[str], opens: bool):
    assert dev.opens_window(arguments) is opens


def test_second_set_up_waits_until_the_first_is_through(tmp_path, monkeypatch):
    gate = tmp_path / "gate"
    monkeypatch.setattr(dev, "LOCK_WAIT_S", 0)
    with dev.only_one(gate), pytest.raises(dev.SetupError, match="gate"), dev.only_one(gate):
        pass
    with dev.only_one(gate):
        assert gate.exists()


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["dance"], 2), (["--help"], 0)])
def test_usage_names_the_commands(arguments: list[str], code: int):
    command = [sys.executable, str(ROOT / "dev.py"), *arguments]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == code
    assert set(dev.COMMANDS) <= set(outcome.stdout.split())
