"""Sortable ids: they grow with time and never repeat, also when two processes make them at once."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """`prefix-` and 16 characters: 45 bits of milliseconds, then 35 random bits."""
    number = (time.time_ns() // 1_000_000 << 35) | secrets.randbits(35)
    text = ""
    for _ in range(16):
        number, digit = divmod(number, 32)
        text = _ALPHABET[digit] + text
    return f"{prefix}-{text}"
