"""Several steps at once: numpy and RapidFuzz leave the interpreter while they work."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
_WORTH_IT = 20_000  # rows; below, threads cost more than they bring
_threads: ContextVar[int | None] = ContextVar("threads", default=None)


def threads() -> int:
    """How many threads may work here: one per core, unless `with_threads` says otherwise."""
    chosen = _threads.get()
    return chosen if chosen is not None else os.cpu_count() or 1


@contextmanager
def with_threads(count: int) -> Iterator[None]:
    """So many threads for what is done inside: where others share the cores, each with its own part of the work."""
    before = _threads.set(count)
    try:
        yield
    finally:
        _threads.reset(before)


def on_all_cores(steps: Sequence[Callable[[], T]], rows: int) -> Iterator[T]:
    """What each step gives, in the order of the steps, as they get ready; the first error is raised.

    `rows` says how much work there is. Whoever stops asking stops the steps that have not begun.
    """
    if rows < _WORTH_IT or threads() == 1:
        for step in steps:
            yield step()
        return
    with ThreadPoolExecutor(threads(), thread_name_prefix="matching") as pool:
        # A new thread knows no setting: each of these is one of all.
        running = [pool.submit(_alone, step) for step in steps]
        try:
            for one in running:
                yield one.result()
        finally:
            for one in running:
                one.cancel()


def _alone(step: Callable[[], T]) -> T:
    with with_threads(1):
        return step()
