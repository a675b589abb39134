"""How many pairs a blind check has to look at, and what it supports when none of them was wrong.

With n of N pairs drawn at random and w of the N wrong, the chance that none of the n is wrong is hypergeometric:
C(N - w, n) / C(N, n). A check supports "fewer than w are wrong" with 95 % confidence when that chance is at most 5 %.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction

RATES = (Fraction(5, 100), Fraction(2, 100), Fraction(1, 100))
"""What a practice can ask for: fewer wrong than this share."""
CONFIDENCE = 0.95


def sample_size(pairs: int, rate: Fraction) -> int:
    """The fewest pairs to look at so that, with none wrong among them, under `rate` of all are."""
    if pairs <= 0:
        return 0
    wrong = _fewest_too_many(pairs, rate)
    chance, size = 1.0, 0
    while chance > 1 - CONFIDENCE and size < pairs:
        chance *= max(0, pairs - wrong - size) / (pairs - size)
        size += 1
    return size


def none_seen(pairs: int, wrong: int, size: int) -> float:
    """The chance that a sample of `size` holds none of `wrong` among `pairs`."""
    if size > pairs - wrong:
        return 0.0
    return math.comb(pairs - wrong, size) / math.comb(pairs, size)


def draw(keys: Sequence[str], size: int, seed: int) -> list[tuple[str, bool]]:
    """A random sample in random order, each with whether its two sides change places."""
    rng = random.Random(seed)  # noqa: S311  (a fair draw that can be repeated, not a secret)
    return [(key, rng.random() < 0.5) for key in rng.sample(sorted(keys), size)]


def _fewest_too_many(pairs: int, rate: Fraction) -> int:
    """The smallest number of wrong ones that is not under the rate."""
    return max(1, math.ceil(rate * pairs))
