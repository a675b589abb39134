"""Runs core functions off the window's thread and brings their answers back to it.

Lanes are plain thread pools: `store` (one worker, in order), `read` and `network` (a few). One QObject with one
queued signal carries every answer; it is a child of the application and outlives every page and worker. Callbacks
and owners stay on the window's thread under a number: were a worker to hold the last reference to a widget, the
widget would be freed on the worker's thread, and that crashes at random.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from core.errors import Cancelled, ChartmendError
from core.jobs import Job

_LOG = logging.getLogger(__name__)
_WORKERS = {"store": 1, "read": 3, "network": 2}
STOP_WAIT_S = 5.0
Done = Callable[[Any], None]
Failed = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class _Answer:
    number: int
    value: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Asked:
    work: Callable[[], Any] | None  # kept until the answer, so that the worker never drops the last reference
    done: Done | None
    failed: Failed | None
    owner: QObject | None
    job: Job


class _Mailbox:
    """All that a worker sees of the window: a place for answers that can be shut."""

    def __init__(self, emit: Callable[[object], None]) -> None:
        self._emit = emit
        self._lock = threading.Lock()
        self._is_open = True

    def deliver(self, answer: _Answer) -> None:
        with self._lock:
            if self._is_open:
                self._emit(answer)

    def shut(self) -> None:
        with self._lock:
            self._is_open = False


class _Courier(QObject):
    """Carries answers to the window's thread, and says when nothing is going on any more."""

    answered = Signal(object)
    became_idle = Signal()

    def __init__(self, parent: QObject, deliver: Callable[[object], None]) -> None:
        super().__init__(parent)
        self._deliver = deliver
        self.answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)

    def _on_answered(self, answer: object) -> None:
        self._deliver(answer)


class Tasks:
    """The runner. `owner` is a QObject whose answers are dropped once it is gone."""

    def __init__(self, application: QObject) -> None:
        self._courier = _Courier(application, self._on_answer)
        self._mailbox = _Mailbox(self._courier.answered.emit)
        self._lanes = {name: ThreadPoolExecutor(count, f"chartmend-{name}") for name, count in _WORKERS.items()}
        self._asked: dict[int, _Asked] = {}
        self._last = 0
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
        """Run `work` on a lane; `done(value)` or `failed(error)` follow on the window's thread.

        `work` holds plain values only, never a widget. Writes go to lane "store", other systems to "network".
        """
        job = job or Job()
        if not self._is_open:
            job.cancel()
            return job
        self._last += 1
        self._asked[self._last] = _Asked(work, done, failed, owner, job)
        self._lanes[lane].submit(_run, self._mailbox, self._last, [work], job)
        return job

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Titles of the jobs that are still going on."""
        return tuple(asked.job.title for asked in self._asked.values() if asked.job.title)

    @property
    def is_idle(self) -> bool:
        """Whether every task has answered."""
        return not self._asked

    @property
    def became_idle(self) -> Any:
        """Signal: the last task under way has answered."""
        return self._courier.became_idle

    def follows(self, job: Job) -> bool:
        """Whether a task with this job is still under way."""
        return any(asked.job is job for asked in self._asked.values())

    def drop(self, owner: QObject) -> None:
        """The owner goes: cancel its tasks; their answers are not delivered."""
        for asked in self._asked.values():
            if asked.owner is owner:
                asked.job.cancel()
                asked.done = asked.failed = asked.owner = None

    def cancel_all(self) -> None:
        """Ask every task to stop at its next safe point."""
        for asked in self._asked.values():
            asked.job.cancel()

    def close(self, closed: Callable[[bool], None], *, wait_s: float = STOP_WAIT_S) -> None:
        """Take no more work, cancel, and call `closed(is_clean)` once all ended or the time is over. Never blocks."""
        self._is_open = False
        self.cancel_all()
        for lane in self._lanes.values():
            lane.shutdown(wait=False, cancel_futures=True)
        _Ending(self._courier, self.threads, lambda is_clean: self._end(closed, is_clean), wait_s)

    def threads(self) -> list[threading.Thread]:
        """Threads of the lanes that still run."""
        started = {thread for lane in self._lanes.values() for thread in lane._threads}
        return [thread for thread in started if thread.is_alive()]

    def _end(self, closed: Callable[[bool], None], is_clean: bool) -> None:
        self._mailbox.shut()
        self._asked.clear()
        closed(is_clean)

    def _on_answer(self, answer: object) -> None:
        assert isinstance(answer, _Answer)
        asked = self._asked.pop(answer.number, None)
        if asked is None:
            return
        try:
            if asked.owner is None or isValid(asked.owner):
                _hand_over(answer, asked)
        finally:
            if not self._asked:
                self._courier.became_idle.emit()


class _Ending(QObject):
    """Looks every 20 ms whether the threads have ended; gives up when the time is over."""

    def __init__(
        self,
        parent: QObject,
        threads: Callable[[], list[threading.Thread]],
        ended: Callable[[bool], None],
        wait_s: float,
    ) -> None:
        super().__init__(parent)
        self._threads, self._ended = threads, ended
        self._left = max(1, round(wait_s * 50))
        self._timer = QTimer(self)
        self._timer.setInterval(20)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        is_clean = not self._threads()
        self._left -= 1
        if is_clean or self._left <= 0:
            self._timer.stop()
            self.deleteLater()
            self._ended(is_clean)


def where(error: BaseException) -> str:
    """File and line where an error was raised, never its text, which may hold patient data."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "?"
    return f"{frames[-1].filename.replace(chr(92), '/').rpartition('/')[2]}:{frames[-1].lineno}"


def _run(mailbox: _Mailbox, number: int, handed: list[Callable[[], Any]], job: Job) -> None:
    """The worker's side; `handed` is emptied, so that the work is let go before its answer is told."""
    try:
        job.check()
        value = handed.pop()()
    except ChartmendError as error:
        if not isinstance(error, Cancelled):
            _LOG.info("task failed error=%s code=%s", type(error).__name__, error.code)
        mailbox.deliver(_Answer(number, error=error))
    except Exception as error:  # noqa: BLE001  (a lane's outer edge: every error goes to `failed`)
        _LOG.warning("task failed error=%s at=%s", type(error).__name__, where(error))
        mailbox.deliver(_Answer(number, error=error))
    else:
        mailbox.deliver(_Answer(number, value))


def _hand_over(answer: _Answer, asked: _Asked) -> None:
    if answer.error is None:
        if asked.done is not None:
            asked.done(answer.value)
    elif asked.failed is not None:
        asked.failed(answer.error)
