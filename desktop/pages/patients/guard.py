"""Guards against slips: no decision on a pair that was only just shown, and a quiet word when it goes very fast."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

LOOK_MS = 700
FAST_S = 2.0
FAST_COUNT = 5


class SlipGuard:
    """Told when a pair is painted, asked before each decision."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._painted_s = 0.0
        self._paces: deque[float] = deque(maxlen=FAST_COUNT)

    def painted(self) -> None:
        """A pair was put on the screen."""
        self._painted_s = self._now_s()

    def is_too_soon(self) -> bool:
        """Whether the pair was shown too short a time ago to have been looked at."""
        return (self._now_s() - self._painted_s) * 1000 < LOOK_MS

    def decided(self) -> bool:
        """Count a decision; True when this is the fifth fast one in a row."""
        self._paces.append(self._now_s() - self._painted_s)
        is_fast = len(self._paces) == FAST_COUNT and all(pace < FAST_S for pace in self._paces)
        if is_fast:
            self._paces.clear()
        return is_fast
