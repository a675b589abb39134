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
    """Both texts cut into runs that are equal and runs that differ."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        is_different = kind != "equal"
        if i2 > i1:
            left.append(Piece(one[i1:i2], is_different))
        if j2 > j1:
            right.append(Piece(other[j1:j2], is_different))
    return tuple(left), tuple(right)


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


def difference_in_words(texts: tuple[str, ...]) -> int:
    """How many letters of the shortest differing text differ; 0 when all are equal."""
    counts = [sum(len(p.text) for p in pieces if p.is_different) for pieces in marked_pieces(texts)]
    return max(counts, default=0)
