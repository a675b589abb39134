"""A number that a value has in every table: what blocking keys are made of."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.int64]  # -1: unknown; two values may share one


def marks_of(values: Iterable[str]) -> Marks:
    """A mark per value, -1 for "". The same in every table and on every machine, so that keys can be kept and shared.

    Two values with one mark cost a comparison, never a wrong result: marks only bring records together.
    """
    marks = (zlib.crc32(value.encode()) if value else -1 for value in values)
    return np.fromiter(marks, np.int64)
