"""The discovered comparators and blocking keys, in their order."""

from __future__ import annotations

from functools import cache

import matching.block
import matching.compare
from matching._discover import discover
from matching.block._base import BlockingKey
from matching.compare._base import Comparator


@cache
def comparators() -> dict[str, Comparator]:
    """All comparators by id."""
    return discover(matching.compare, "COMPARATOR")


@cache
def blocking_keys() -> dict[str, BlockingKey]:
    """All blocking keys by id."""
    return discover(matching.block, "KEY")
