"""Steps on several cores: in order, stopped when nobody asks any more, and alone where the setting says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from matching.parallel import on_all_cores, threads, with_threads

MANY = 10**6


def here() -> tuple[str, int]:
    return threading.current_thread().name, threads()


def test_results_come_in_the_order_of_the_steps() -> None:
    def late(number: int) -> int:
        time.sleep(0.01 * (3 - number))
        return number

    with with_threads(3):
        assert list(on_all_cores([partial(late, number) for number in range(3)], MANY)) == [0, 1, 2]


def test_a_thread_of_many_is_alone() -> None:
    with with_threads(2):
        found = list(on_all_cores([here] * 4, MANY))
        assert threads() == 2
    assert all(name.startswith("matching") and count == 1 for name, count in found)


@pytest.mark.parametrize(("count", "rows"), [(1, MANY), (4, 10)])
def test_one_thread_or_little_work_starts_none(count: int, rows: int) -> None:
    with with_threads(count):
        assert list(on_all_cores([here], rows)) == [(threading.current_thread().name, count)]


def test_the_first_error_is_raised_and_nothing_more_begins() -> None:
    begun: list[int] = []

    def step(number: int) -> None:
        begun.append(number)
        time.sleep(0.02)
        raise ValueError(number)

    steps: list[Callable[[], None]] = [partial(step, number) for number in range(50)]
    with with_threads(2), pytest.raises(ValueError, match="0"):
        for _ in on_all_cores(steps, MANY):
            pass
    assert len(begun) < 50


def test_who_stops_asking_stops_the_steps() -> None:
    begun: list[int] = []

    def step(number: int) -> None:
        begun.append(number)
        time.sleep(0.02)

    with with_threads(2), pytest.raises(KeyError):
        for _ in on_all_cores([partial(step, number) for number in range(50)], MANY):
            raise KeyError
    assert len(begun) < 50
