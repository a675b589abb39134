"""Pages are fetched while others are landed: none lost, none twice, none out of order, and errors at their place."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.connectors._port import RawItem, RawPage
from core.errors import Unavailable
from core.sync.ahead import ready_pages


def page(number: int, records: int = 1, *, is_last: bool = False) -> RawPage:
    items = tuple(RawItem("fhir-r4", "Patient", f"{number}-{n}", b"{}", "") for n in range(records))
    return RawPage(items=items, cursor=str(number), is_last=is_last)


@given(st.lists(st.integers(0, 700), max_size=30), st.booleans())
def test_every_page_comes_once_and_in_order(sizes, is_cut_off):
    given_pages = [page(n, size, is_last=not is_cut_off and n == len(sizes) - 1) for n, size in enumerate(sizes)]
    groups = list(ready_pages(iter(given_pages)))
    assert [one for group in groups for one in group] == given_pages
    assert all(groups)


def test_what_goes_wrong_comes_after_the_pages_before_it():
    def pages() -> Iterator[RawPage]:
        yield page(0)
        yield page(1)
        raise Unavailable("gone")

    taken: list[str | None] = []
    with pytest.raises(Unavailable):
        for group in ready_pages(pages()):
            taken += [one.cursor for one in group]
    assert taken == ["0", "1"]


def test_a_slow_source_is_not_waited_for():
    go_on = threading.Event()

    def pages() -> Iterator[RawPage]:
        yield page(0)
        assert go_on.wait(30)
        yield page(1, is_last=True)

    groups = ready_pages(pages())
    assert [one.cursor for one in next(groups)] == ["0"]
    go_on.set()
    assert [one.cursor for one in next(groups)] == ["1"]


def test_a_fast_source_runs_ahead_only_so_far():
    fetched: list[int] = []

    def pages() -> Iterator[RawPage]:
        for number in range(1000):
            fetched.append(number)
            yield page(number, 1000)

    groups = ready_pages(pages())
    first = next(groups)
    assert len(first) == 1  # a thousand records are enough for one transaction
    while len(fetched) < 10:  # one is taken, eight wait, one is in hand
        time.sleep(0.01)
    time.sleep(0.3)
    assert len(fetched) == 10
    groups.close()
    count = len(fetched)
    time.sleep(0.3)
    assert len(fetched) == count


def test_nothing_is_fetched_after_the_last_page():
    def pages() -> Iterator[RawPage]:
        yield page(0, is_last=True)
        raise AssertionError("asked for more")

    assert [one.cursor for group in ready_pages(pages()) for one in group] == ["0"]
