"""Which letters of two nearly equal texts differ."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of letters that is the same as on the other side, or not."""

    text: str
    is_different: bool


def differing_letters(one: str, other: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts cut into runs that are equal and runs that differ.

    One equal letter between two differing runs counts as different: swapped digits show as one run of two.
    """
    opcodes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    left: list[Piece] = []
    right: list[Piece] = []
    for number, (kind, i1, i2, j1, j2) in enumerate(opcodes):
        is_island = i2 - i1 == 1 and 0 < number < len(opcodes) - 1
        is_different = kind != "equal" or is_island
        _append(left, one[i1:i2], is_different)
        _append(right, other[j1:j2], is_different)
    return tuple(left), tuple(right)


def _append(pieces: list[Piece], text: str, is_different: bool) -> None:
    if not text:
        return
    if pieces and pieces[-1].is_different == is_different:
        pieces[-1] = Piece(pieces[-1].text + text, is_different)
    else:
        pieces.append(Piece(text, is_different))


def marked_pieces(texts: tuple[str, ...]) -> tuple[tuple[Piece, ...], ...]:
    """Each text of a row against the first that is not empty; the first against the next that differs from it."""
    filled = [text for text in texts if text]
    if not filled:
        return tuple(() for _ in texts)
    first = filled[0]
    second = next((text for text in filled if text != first), first)
    pieces = []
    for text in texts:
        partner = second if text == first else first
        pieces.append(differing_letters(text, partner)[0] if text else ())
    return tuple(pieces)


def letters_that_differ(texts: tuple[str, ...]) -> int:
    """The most letters that are marked in any of the texts; 0 when all are equal."""
    counts = [sum(len(p.text) for p in pieces if p.is_different) for pieces in marked_pieces(texts)]
    return max(counts, default=0)
