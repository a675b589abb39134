"""Many texts as the bytes of all side by side: what most of them look like is read at once, not one by one."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.clean.marks import Marks
from matching.texts import Codes, coded

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
PADDING = 8
"""Zero bytes behind the last text, so that eight bytes can be looked at from everywhere."""
_MIX, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)
# The bytes of a word that still belong to the text, by how many there are.
_PART_OF_WORD = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype=np.uint64)
# What a byte does to a checksum (CRC-32), taken from the checksums of single bytes.
_CRC = np.array([zlib.crc32(bytes([byte ^ 0xFF])) ^ 0xFF000000 for byte in range(256)], dtype=np.uint32)
_AT_ONCE = 1 << 16  # texts


def bytes_of(listed: Iterable[int]) -> Flags:
    """(256,): which bytes these are."""
    found = np.zeros(256, dtype=np.bool_)
    found[list(listed)] = True
    return found


DIGITS = bytes_of(b"0123456789")


@dataclass(frozen=True, slots=True)
class Packed:
    """`data` holds the UTF-8 bytes of all texts, with PADDING; `starts` and `lengths` say where each lies."""

    data: Bytes
    starts: Places
    lengths: Places

    @classmethod
    def of(cls, texts: Sequence[str]) -> Packed:
        """Of texts. Raises UnicodeEncodeError where one holds half of a surrogate pair."""
        joined = "".join(texts)
        measured: Iterable[str | bytes] = texts if joined.isascii() else map(str.encode, texts)
        lengths = np.fromiter(map(len, measured), np.int64, len(texts))
        data = np.frombuffer(joined.encode() + bytes(PADDING), np.uint8)
        return cls(data, np.cumsum(lengths) - lengths, lengths)

    def __len__(self) -> int:
        return len(self.lengths)

    def at(self, places: Places) -> Packed:
        """The texts at these places."""
        return Packed(self.data, self.starts[places], self.lengths[places])

    @property
    def ends(self) -> Places:
        """The place behind the last byte of each text."""
        return self.starts + self.lengths

    def count(self, wanted: Flags) -> Places:
        """How many bytes of each text are `wanted`, which is (256,), by byte."""
        return counted_between(wanted[self.data], self.starts, self.ends)

    def last_digits(self, places: Places, count: int) -> Places:
        """The last `count` digits (18 at most) of the texts at these places as one number; each has as many."""
        is_digit = DIGITS[self.data]
        end = counted_between(is_digit, np.zeros(len(places), np.int64), self.ends[places])
        digits = self.data[is_digit]
        found = np.zeros(len(places), dtype=np.int64)
        for place in range(count):
            found = found * 10 + (digits[end - count + place] - ord("0"))
        return found

    def distinct(self) -> tuple[Places, Codes]:
        """Where each distinct text stands first, in that order, and which of them each one is."""
        first, codes = coded(hashes_of(self.data, self.starts, self.lengths))
        repeats = np.flatnonzero(first[codes] != np.arange(len(self)))
        if self._are_same(repeats, first[codes[repeats]]):
            return first, codes
        places: dict[bytes, int] = {}  # two texts have one hash
        listed = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        codes = np.array([places.setdefault(self.data[i:j].tobytes(), len(places)) for i, j in listed], dtype=np.int32)
        return np.unique(codes, return_index=True)[1], codes

    def _are_same(self, one: Places, other: Places) -> bool:
        """Whether each text is the other at its side."""
        if not np.array_equal(self.lengths[one], self.lengths[other]):
            return False
        for at in range(0, len(one), _AT_ONCE):
            left, right = one[at : at + _AT_ONCE], other[at : at + _AT_ONCE]
            sizes = self.lengths[left]
            inside = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            here, there = (self.data[np.repeat(self.starts[side], sizes) + inside] for side in (left, right))
            if not np.array_equal(here, there):
                return False
        return True

    def marks(self) -> Marks:
        """What `marks_of` gives of these texts."""
        state = np.full(len(self), 0xFFFFFFFF, dtype=np.uint32)
        rows, place = np.flatnonzero(self.lengths > 0), 0
        while len(rows):
            here = state[rows]
            state[rows] = _CRC[(here ^ self.data[self.starts[rows] + place]) & 0xFF] ^ (here >> 8)
            place += 1
            rows = rows[self.lengths[rows] > place]
        return np.where(self.lengths > 0, (state ^ 0xFFFFFFFF).astype(np.int64), -1)


def counted_between(flags: Flags, starts: Places, ends: Places) -> Places:
    """How many of the flags from each start up to its end are set."""
    before = np.zeros(len(flags) + 1, dtype=np.int32)
    np.cumsum(flags, out=before[1:])
    return (before[ends] - before[starts]).astype(np.int64)


def hashes_of(data: Bytes, starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> NDArray[np.uint64]:
    """One number per text, eight bytes at a time; `data` has PADDING. Of a million different texts, two share one in 40
    million cases."""
    words: NDArray[np.uint64] = np.ndarray((len(data) - PADDING + 1,), dtype="<u8", buffer=data, strides=(1,))
    hashes = lengths.astype(np.uint64)
    rows: NDArray[np.int64] | None = None  # those whose text goes on, None for all
    place = 0
    longest = int(lengths.max(initial=0))
    while place < longest:
        word = words[starts + place] & _PART_OF_WORD[np.minimum(lengths - place, 8)]
        mixed = ((hashes if rows is None else hashes[rows]) ^ word) * _MIX
        mixed ^= mixed >> _HALF
        if rows is None:
            hashes = mixed
        else:
            hashes[rows] = mixed
        place += 8
        longer = np.flatnonzero(lengths > place)
        rows = longer if rows is None else rows[longer]
        starts, lengths = starts[longer], lengths[longer]
    return hashes
