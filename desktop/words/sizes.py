"""Sizes of files as people read them."""

from __future__ import annotations

from desktop.words import tr


def size_words(size: int) -> str:
    """Bytes in MB or GB."""
    if size >= 1_000_000_000:
        return tr("{size} GB", size=f"{size / 1e9:.1f}")
    return tr("{size} MB", size=f"{size / 1e6:.1f}")
