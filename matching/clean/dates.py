"""Dates of people: ISO or compact form, partial dates kept as far as known, default dates recognised as unknown."""

from __future__ import annotations

import re

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4,6})?$")
_DEFAULTS = frozenset(
    {(1900, 1, 1), (1901, 1, 1), (1800, 1, 1), (1111, 11, 11), (1753, 1, 1), (1899, 12, 30), (1899, 12, 31)}
)
UNKNOWN = (0, 0, 0)


def date_parts(text: str) -> tuple[int, int, int]:
    """Year, month and day as typed, each 0 where unknown. Default dates (1900-01-01) are unknown."""
    found = _ISO.match(text.strip()) or _COMPACT.match(text.strip())
    if not found:
        return UNKNOWN
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if not 1850 <= year <= 2200 or (year, month, day) in _DEFAULTS:
        return UNKNOWN
    # An impossible day or month is a typing error: its digits still tell more than nothing.
    return (year, month, day) if month else (year, 0, 0)
