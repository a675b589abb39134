"""Sortable ids: they grow with time and never repeat, also when two processes make them at once."""

from __future__ import annotations

import secrets
import time

import numpy as np

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


_RANDOM_BITS, _HALF_BITS, _DIGIT_BITS = 35, 40, 5


def new_id(prefix: str) -> str:
    """`prefix-` and 16 characters: 45 bits of milliseconds, then 35 random bits."""
    number = _number()
    text = ""
    for _ in range(16):
        number, digit = divmod(number, 32)
        text = _ALPHABET[digit] + text
    return f"{prefix}-{text}"


def new_ids(prefix: str, count: int) -> list[str]:
    """So many ids, one following the other from one that is as `new_id` makes it: for a million records at once."""
    high, low = divmod(_number(), 1 << _HALF_BITS)
    lower = low + np.arange(count, dtype=np.int64)
    higher = high + (lower >> _HALF_BITS)
    shifts = np.arange(_HALF_BITS - _DIGIT_BITS, -1, -_DIGIT_BITS)
    digits = np.concatenate([half[:, None] >> shifts & 31 for half in (higher, lower)], axis=1)
    letters = np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)[digits]
    return [f"{prefix}-{text.decode()}" for text in letters.view("S16").ravel().tolist()]


def _number() -> int:
    return time.time_ns() // 1_000_000 << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
