"""Runs core functions off the window's thread and brings their answers back to it.

Lanes are plain thread pools: `store` (one worker, in order), `read` and `network` (a few). One QObject with one
queued signal carries every answer; it is a child of the application and outlives every page and worker.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from core.errors import Cancelled
from core.jobs import Job

_LOG = logging.getLogger(__name__)
_WORKERS = {"store": 1, "read": 3, "network": 2}
Done = Callable[[Any], None]
Failed = Callable[[BaseException], None]


class _Courier(QObject):
    """Carries answers to the window's thread."""

    answered = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def _deliver(self, answer: Callable[[], None]) -> None:
        answer()


class Tasks:
    """The runner. `owner` is a QObject whose answers are dropped once it is gone."""

    def __init__(self, application: QObject) -> None:
        self._courier = _Courier(application)
        self._lanes = {name: ThreadPoolExecutor(count, f"chartmend-{name}") for name, count in _WORKERS.items()}
        self._lock = threading.Lock()
        self._running: dict[Future[None], Job] = {}
        self._is_open = True

    def run(
        self,
        work: Callable[[], Any],
        *,
        done: Done | None = None,
        failed: Failed | None = None,
        owner: QObject | None = None,
        job: Job | None = None,
        lane: str = "read",
    ) -> Job:
        """Run `work` on a lane; `done(value)` or `failed(error)` follow on the window's thread."""
        job = job or Job()
        if not self._is_open:
            return job

        def guarded() -> None:
            try:
                job.check()
                value = work()
            except BaseException as why:  # noqa: BLE001  (a lane's outer edge: every error goes to `failed`)
                error = why
                if not isinstance(error, Cancelled):
                    _LOG.info("task failed error=%s", type(error).__name__)
                self._send(failed, error, owner)
            else:
                self._send(done, value, owner)

        future = self._lanes[lane].submit(guarded)
        with self._lock:
            self._running[future] = job
        future.add_done_callback(self._forget)
        return job

    def close(self, timeout_s: float = 5.0) -> bool:
        """Take no more work, cancel, and wait. Whether everything ended in time."""
        self._is_open = False
        with self._lock:
            running = dict(self._running)
        for job in running.values():
            job.cancel()
        for lane in self._lanes.values():
            lane.shutdown(wait=False, cancel_futures=True)
        return not wait(running, timeout_s).not_done

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Titles of the jobs that are still going on."""
        with self._lock:
            return tuple(job.title for job in self._running.values() if job.title)

    def _send(self, slot: Callable[[Any], None] | None, value: Any, owner: QObject | None) -> None:
        if slot is None or not isValid(self._courier):
            return

        def answer() -> None:
            if owner is None or isValid(owner):
                slot(value)

        self._courier.answered.emit(answer)

    def _forget(self, future: Future[None]) -> None:
        with self._lock:
            self._running.pop(future, None)
