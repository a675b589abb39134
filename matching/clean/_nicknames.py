"""Which names of a table are forms of one name, from a table of nicknames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.clean.marks import Marks, marks_of

_FORMS = 3  # full forms kept of one nickname


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:
    """A nickname table by identity: reading it takes far longer than looking up a name in it."""

    nicknames: Mapping[str, Sequence[str]]

    def __hash__(self) -> int:
        return id(self.nicknames)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Listed) and other.nicknames is self.nicknames


@lru_cache(maxsize=4)
def _read(listed: _Listed) -> tuple[dict[str, list[str]], dict[str, int]]:
    """The full forms of each short form, and the mark of each name that is listed."""
    full_forms: dict[str, list[str]] = {}
    for full, shorts in listed.nicknames.items():
        for short in shorts:
            full_forms.setdefault(short, []).append(full)
    named = sorted({*listed.nicknames, *full_forms})
    return full_forms, dict(zip(named, marks_of(named).tolist(), strict=True))


def in_names(values: list[str], nicknames: Mapping[str, Sequence[str]]) -> tuple[NDArray[np.int64], Marks]:
    """Pairs of values that stand for one name, as sorted a * len(values) + b, both ways; and per value the marks of
    the full forms it may stand for, (len(values), 3).

    `nicknames` maps a full given name to its short forms.
    """
    full_forms, mark = _read(_Listed(nicknames))
    code = {value: place for place, value in enumerate(values)}
    pairs: set[tuple[int, int]] = set()
    roots = np.full((len(values), _FORMS), -1, dtype=np.int64)
    for name, place in code.items():
        first = name.split(" ", 1)[0]
        fulls = full_forms.get(first, [])
        if first in mark:
            known = (first, *(full for full in fulls if full != first))[:_FORMS]
            roots[place, : len(known)] = [mark[form] for form in known]
        for full in fulls:
            for other in (full, *nicknames[full]):
                if other in code and other != name:
                    pairs.update(((place, code[other]), (code[other], place)))
    return np.array(sorted(a * len(values) + b for a, b in pairs), dtype=np.int64), roots
