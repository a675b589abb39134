"""Fetches pages while others are landed: the network and the store work at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Full, Queue
from threading import Event

from core.connectors._port import RawPage

_WAITING = 8  # pages that may wait
_TOGETHER = 1_000  # records: enough that the cost of a transaction is spread, few enough that others can write soon
_LOOK_AGAIN = 0.1  # seconds, for a fetcher that nobody may be waiting for any more


def ready_pages(pages: Iterator[RawPage]) -> Iterator[list[RawPage]]:
    """The same pages in the same order, each time as many as are there, at least one; waits only for the first.

    What `pages` raises comes at its place, after the pages before it.
    """
    waiting: Queue[RawPage | BaseException | None] = Queue(_WAITING)
    stop = Event()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="pages") as lane:
        lane.submit(_fetch, pages, waiting, stop)
        try:
            while True:
                group, end = _take(waiting)
                if group:
                    yield group
                if isinstance(end, BaseException):
                    raise end
                if end is not None:
                    return
        finally:
            stop.set()


def _fetch(pages: Iterator[RawPage], waiting: Queue[RawPage | BaseException | None], stop: Event) -> None:
    """Runs beside: puts in every page, then None; or what went wrong."""
    last: BaseException | None = None
    try:
        for page in pages:
            if not _put(page, waiting, stop) or page.is_last:
                break
    except BaseException as why:  # noqa: BLE001  (raised again where the pages are taken)
        last = why
    _put(last, waiting, stop)


def _put(what: RawPage | BaseException | None, waiting: Queue[RawPage | BaseException | None], stop: Event) -> bool:
    while not stop.is_set():
        try:
            waiting.put(what, timeout=_LOOK_AGAIN)
        except Full:
            continue
        return True
    return False


def _take(waiting: Queue[RawPage | BaseException | None]) -> tuple[list[RawPage], BaseException | bool | None]:
    """Pages that are there, and what ended them: an error, True for their end, None while more may come."""
    group: list[RawPage] = []
    found = waiting.get()
    while isinstance(found, RawPage):
        group.append(found)
        if sum(len(page.items) for page in group) >= _TOGETHER:
            return group, None
        try:
            found = waiting.get_nowait()
        except Empty:
            return group, None
    return group, True if found is None else found
