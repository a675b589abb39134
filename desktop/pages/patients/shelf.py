"""Pairs read ahead, so that the next one stands at once after a decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from core.desk import Desk
from core.queries.pair import PairView, pair
from desktop.tasks import Tasks

AHEAD = 3


class PairShelf:
    """`arrived(view)` and `failed(key, error)` answer `read`; each pair is asked for once."""

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        owner: QObject,
        arrived: Callable[[PairView], None],
        failed: Callable[[str, BaseException], None],
    ) -> None:
        self._desk, self._tasks, self._owner = desk, tasks, owner
        self._arrived, self._failed = arrived, failed
        self._pairs: dict[str, PairView] = {}
        self._asked: dict[str, object] = {}

    def get(self, key: str) -> PairView | None:
        """A pair that was read."""
        return self._pairs.get(key)

    def read(self, key: str) -> None:
        """Read a pair unless it is on its way or here."""
        if key in self._asked or key in self._pairs:
            return
        # An answer that was asked for before the shelf was emptied is of an older state, and is thrown away.
        ticket = self._asked[key] = object()

        def put(view: PairView) -> None:
            if self._asked.get(key) is ticket:
                del self._asked[key]
                self._pairs[key] = view
                self._arrived(view)

        def fail(error: BaseException) -> None:
            if self._asked.get(key) is ticket:
                del self._asked[key]
                self._failed(key, error)

        desk = self._desk
        self._tasks.run(lambda: pair(desk, key, is_viewed=False), done=put, failed=fail, owner=self._owner)

    def read_ahead(self, keys: Sequence[str], key: str) -> None:
        """Read the pairs that follow one in the list."""
        at = keys.index(key) if key in keys else len(keys)
        for following in keys[at + 1 : at + 1 + AHEAD]:
            self.read(following)

    def forget(self, key: str) -> None:
        """A pair changed."""
        self._pairs.pop(key, None)
        self._asked.pop(key, None)

    def clear(self) -> None:
        """Anything may have changed."""
        self._pairs.clear()
        self._asked.clear()
