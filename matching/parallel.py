"""Several steps at once: numpy and RapidFuzz leave the interpreter while they work."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_WORTH_IT = 20_000  # rows; below, threads cost more than they bring


def on_all_cores(steps: Sequence[Callable[[], T]], rows: int) -> list[T]:
    """What each step gives, in the order of the steps; the first error is raised. `rows`: how much work there is."""
    if rows < _WORTH_IT:
        return [step() for step in steps]
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="matching") as pool:
        return list(pool.map(lambda step: step(), steps))
