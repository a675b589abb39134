"""A job: title, progress and a cancel flag. A plain object any thread may hold."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from core.errors import Cancelled


@dataclass(slots=True)
class Job:
    """Long work, seen from outside. `listen(done, total, text)` is called at most ten times a second."""

    title: str = ""
    listen: Callable[[int, int | None, str], None] | None = None
    done: int = 0
    total: int | None = None
    text: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)
    _told_at: float = 0.0

    def cancel(self) -> None:
        """Ask the work to stop at its next safe point."""
        self._stop.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()

    def check(self) -> None:
        """A safe point: raises Cancelled when somebody asked to stop."""
        if self._stop.is_set():
            raise Cancelled("Stopped.")

    def wait(self, seconds: float) -> None:
        """Wait, but wake at once (and raise Cancelled) when somebody asks to stop."""
        if self._stop.wait(seconds):
            raise Cancelled("Stopped.")

    def advance(self, step: int = 1, *, total: int | None = None, text: str | None = None) -> None:
        """Count progress and tell the listener, at most ten times a second."""
        self.done += step
        self.total = total if total is not None else self.total
        self.text = text if text is not None else self.text
        now = time.monotonic()
        if self.listen and now - self._told_at >= 0.1:
            self._told_at = now
            self.listen(self.done, self.total, self.text)
