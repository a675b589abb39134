"""A window's worth of surroundings for one page, and a way to wait for its answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.desk import Desk
from core.jobs import Job
from desktop import theme
from desktop.bus import Bus
from desktop.pages._page import BasePage, PageContext
from desktop.shell.memory import Memory
from desktop.tasks import Tasks


class RecordingShell:
    """The window around a page: remembers what the page asked of it."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.toasts: list[str] = []
        self.undo: Callable[[], None] | None = None
        self.went: list[tuple[str, object]] = []
        self.copied: list[str] = []
        self.covers: list[bool] = []
        self.restored: list[tuple[Path, str]] = []

    def cover_when_away(self, *, is_on: bool) -> None:
        self.memory.covers_when_away = is_on
        self.covers.append(is_on)

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        self.toasts.append(text)
        self.undo = undo

    def go(self, page: str, argument: object = None) -> None:
        self.went.append((page, argument))

    def follow(self, job: Job) -> None:
        return

    def restore(self, source: Path, passphrase: str) -> None:
        self.restored.append((source, passphrase))

    def copy(self, text: str, *, is_patient_value: bool = True) -> None:
        self.copied.append(text)


class Surroundings:
    """Makes pages on a desk, shows them, and waits until they have read."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, desk: Desk) -> None:
        theme.apply(qapp, "light")
        self.qtbot, self.desk, self.shell = qtbot, desk, RecordingShell(Memory(desk.home, desk.actor))
        self.tasks = Tasks(qapp)
        self.context = PageContext(desk, self.tasks, Bus(qapp), self.shell)

    def show(self, make: Callable[[PageContext], BasePage], state: str = "ready") -> Any:
        page = make(self.context)
        self.qtbot.addWidget(page)
        page.resize(1310, 676)
        page.show()
        self.wait(page, state)
        return page

    def wait(self, page: BasePage, state: str = "ready") -> None:
        self.qtbot.waitUntil(lambda: page.property("state") == state, timeout=20_000)
