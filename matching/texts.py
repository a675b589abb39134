"""A column of texts as distinct values and one code per record: text is cleaned and compared once per value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Codes = NDArray[np.int32]
_SPREAD, _MOST_BITS = np.uint64(0xD6E8FEB86659FD93), 22


@dataclass(frozen=True, slots=True)
class Texts(Sequence[str]):
    """`codes` are places in `values`, -1 for "" (unknown). Reads like the list of texts that it stands for."""

    values: list[str]
    codes: Codes

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """The column of these texts."""
        if isinstance(texts, Texts):
            return texts
        places: dict[str, int] = {"": -1}
        codes = np.array([places.setdefault(text, len(places) - 1) for text in texts], dtype=np.int32)
        del places[""]
        return cls(list(places), codes)

    @classmethod
    def unknown(cls, size: int) -> Texts:
        """A column without any value."""
        return cls([], np.full(size, -1, dtype=np.int32))

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Texts: ...

    def __getitem__(self, place: int | slice) -> str | Texts:
        if isinstance(place, slice):
            return Texts(self.values, self.codes[place])
        code = self.codes[place]
        return self.values[code] if code >= 0 else ""

    def __iter__(self) -> Iterator[str]:
        return map([*self.values, ""].__getitem__, self.codes.tolist())

    def take(self, rows: NDArray[np.int64]) -> Texts:
        """The texts at these positions, in this order."""
        return Texts(self.values, self.codes[rows])

    def each(self, change: Callable[[str], T]) -> list[T]:
        """What becomes of each value (not of each record)."""
        return [change(value) for value in self.values]

    def counts(self) -> NDArray[np.int64]:
        """How many records have each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values)).astype(np.int64)


def coded(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], Codes]:
    """Where each distinct hash stands first, in that order, and which of them each one is.

    A table by some bits of the hash finds nearly all in two passes; only what meets another value there is sorted.
    """
    rows = np.arange(len(hashes), dtype=np.int32)
    bits = min(len(hashes).bit_length() + 1, _MOST_BITS)
    slots = ((hashes * _SPREAD) >> np.uint64(64 - bits)).astype(np.int32)
    table = np.zeros(1 << bits, dtype=np.int32)
    table[slots[::-1]] = rows[::-1]  # backwards: the first one stays
    first = table[slots]
    rest = np.flatnonzero(hashes[first] != hashes)
    if len(rest):
        rest = rest[np.argsort(hashes[rest], kind="stable")]
        is_new = np.concatenate([[True], hashes[rest][1:] != hashes[rest][:-1]])
        first[rest] = rest[is_new][np.cumsum(is_new) - 1]
    is_first = first == rows
    return np.flatnonzero(is_first), (np.cumsum(is_first, dtype=np.int32) - 1)[first]
