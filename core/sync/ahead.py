"""Fetches the next page while the last one is landed: the network and the store work at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from core.connectors._port import RawPage


def one_ahead(pages: Iterator[RawPage]) -> Iterator[RawPage]:
    """The same pages in the same order, at most one of them waiting. What `pages` raises comes at its place."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="pages") as lane:
        coming = lane.submit(next, pages, None)
        while (page := coming.result()) is not None:
            if not page.is_last:
                coming = lane.submit(next, pages, None)
            yield page
            if page.is_last:
                return
