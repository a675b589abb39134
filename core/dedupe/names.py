"""Whole names taken apart into given and family name, as people write them in one cell."""

from __future__ import annotations

from collections.abc import Sequence

_AFTER = frozenset({"jr", "sr", "junior", "senior", "ii", "iii", "iv", "md", "phd", "do", "rn", "esq"})
_ALSO_NAMES = frozenset({"do", "md"})  # behind a family name alone: Nguyen, Do; Rahman, Md
# What belongs to the family name behind it: Maria de la Cruz, Ludwig van Beethoven.
_BEFORE = frozenset(
    word
    for line in ("de la del los las da das di do dos du le van der den von zu zum al el bin ibn ter ten st",)
    for word in line.split()
)


def split_name(text: str) -> tuple[str, str]:
    """Given names and family name (with a suffix such as Jr): "Smith, John A" and "John A Smith" give the same."""
    if "^" in text and "," not in text:  # as HL7 writes it: family, given, middle, suffix
        text = text.replace("^", ",", 1).replace("^", " ")
    family, comma, given = (part.strip() for part in text.partition(","))
    is_name = len(family.split()) == 1 and given.lower() in _ALSO_NAMES
    if comma and _is_after(given) and not is_name:  # John Smith, Jr.
        one, other = split_name(family)
        return one, f"{other} {given}"
    if comma:
        given, second_comma, after = (part.strip() for part in given.partition(","))
        words = given.split()
        end = _end_of_name(words)
        behind = [*words[end:], *([after] if second_comma and _is_after(after) else ())]
        return " ".join(words[:end]), " ".join([family, *behind])
    words = text.split()
    start = _end_of_name(words) - 1
    while start > 1 and words[start - 1].lower() in _BEFORE:
        start -= 1
    return " ".join(words[:start]), " ".join(words[max(start, 0) :])


def _end_of_name(words: Sequence[str]) -> int:
    """How many of the words come before a suffix or title at the end; at least one, where there is any."""
    end = len(words)
    while end > 1 and _is_after(words[end - 1]):
        end -= 1
    return end


def _is_after(text: str) -> bool:
    return text.replace(".", "").strip().lower() in _AFTER
