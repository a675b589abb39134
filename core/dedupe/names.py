"""Whole names taken apart into given and family name, as people write them in one cell."""

from __future__ import annotations

_AFTER = frozenset({"jr", "sr", "junior", "senior", "ii", "iii", "iv", "md", "phd", "do", "rn", "esq"})
# What belongs to the family name behind it: Maria de la Cruz, Ludwig van Beethoven.
_BEFORE = frozenset(
    word
    for line in ("de la del los las da das di do dos du le van der den von zu zum al el bin ibn ter ten st",)
    for word in line.split()
)


def split_name(text: str) -> tuple[str, str]:
    """Given names and family name (with a suffix such as Jr): "Smith, John A" and "John A Smith" give the same."""
    family, comma, given = (part.strip() for part in text.partition(","))
    if comma and _is_after(given):  # John Smith, Jr.
        one, other = split_name(family)
        return one, f"{other} {given}"
    if comma:
        given, second_comma, after = (part.strip() for part in given.partition(","))
        return given, f"{family} {after}" if second_comma and _is_after(after) else family
    words = text.split()
    end = len(words)
    while end > 1 and _is_after(words[end - 1]):
        end -= 1
    start = end - 1
    while start > 1 and words[start - 1].lower() in _BEFORE:
        start -= 1
    return " ".join(words[:start]), " ".join(words[max(start, 0) :])


def _is_after(text: str) -> bool:
    return text.replace(".", "").strip().lower() in _AFTER
