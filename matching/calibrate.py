"""Calibration: whether the model is as sure as it should be, measured by what people decided.

People decide mostly what is unsure, so decided pairs say nothing about pairs of other bands: each band of
probabilities is judged by its own answers alone. And answers are few: without them nothing moves, every answer moves
its band by a bounded step, and trust is lost sooner than it is won.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.plan import DEFAULT_PLAN, Plan

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_INNER_EDGES = (0.3, 0.5, 0.7)
# How far a band may be off before anybody looked: standard deviations of its shift in log odds. One answer moves the
# shift by at most the square of it.
_BELIEF_DOWN, _BELIEF_UP = 0.5, 0.25
# The least number of answers that has to say so before a band is trusted less, or more.
NEEDED_TO_TIGHTEN, NEEDED_TO_LOOSEN = 5, 100
_MOST_DOWN, MOST_UP = 3.0, float(np.log(2.0))
_OUTER_BAND = 1.5  # from the last edge to the middle of an outermost band, in log odds
_FAR = 60.0
_Z = 1.96  # of an interval that holds in 95 of 100 cases
_LEAST, _MOST = 1e-9, 1.0 - 1e-9
_PLACES = 4  # of a boundary


@dataclass(frozen=True, slots=True)
class Decided:
    """Decided pairs, all of one length: `probability` is the model's without the answer (0 to 1), `same` the answer,
    `tier` strong, likely, unsure or "".

    Pairs in another tier than their probability alone gives (no birth date, candidates of a patient index) are no
    measure of the model and are left out.
    """

    probability: Floats
    same: Flags
    tier: Sequence[str]


@dataclass(frozen=True, slots=True)
class Band:
    """The decided pairs from `low` up to `high`: how many, the model's mean, the share said to be one person.

    `share_low` and `share_high` bound that share (Wilson, 95 %). Without pairs the means are None. `shift` is how much
    the band is off, in natural log odds, as far as that is believed.
    """

    tier: str
    low: float
    high: float
    count: int
    same: int
    mean: float | None
    share: float | None
    share_low: float
    share_high: float
    shift: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the answers say. `promised` are the probabilities that the tiers stand for.

    `brier` is the mean squared error over the pairs counted, before and after; None without pairs.
    """

    bands: tuple[Band, ...]
    promised: Plan
    counted: int
    left_out: int
    brier: float | None
    brier_after: float | None

    def apply(self, probability: Floats) -> Floats:
        """Calibrated probabilities of the same shape: never falling where the model's rise; exact where no band is
        off."""
        if not any(band.shift for band in self.bands):
            return probability
        at, to = _knots(self.bands)
        return _inverse_logit(np.interp(_logit(probability), at, to))

    def plan(self, in_force: Plan = DEFAULT_PLAN) -> Plan:
        """The plan in force with boundaries where each tier is as sure as it promises. A proposal: applies nothing."""
        promised = self.promised
        strong, likely, link = (self._boundary(p) for p in (promised.strong, promised.likely, promised.link))
        unsure = self._unsure()
        return replace(in_force, strong=strong, likely=likely, unsure=min(unsure, likely), link=max(link, likely))

    def _boundary(self, promised: float) -> float:
        """The lowest probability of the model that is worth `promised`."""
        at, to = _knots(self.bands)
        wanted = float(_logit(np.array(promised)))
        if np.array_equal(at, to):
            return promised
        place = int(np.searchsorted(to, wanted))
        if place in (0, len(to)):
            return promised
        part = (wanted - to[place - 1]) / (to[place] - to[place - 1])
        found = float(_inverse_logit(at[place - 1] + part * (at[place] - at[place - 1])))
        return min(round(found, _PLACES), 1.0 - 10.0**-_PLACES)

    def _unsure(self) -> float:
        """Where asking begins. Raising it hides pairs, lowering it makes work: both need many answers."""
        lowest = next(band for band in self.bands if band.low == self.promised.unsure)
        if not lowest.shift or (lowest.shift < 0 and lowest.count - lowest.same < NEEDED_TO_LOOSEN):
            return self.promised.unsure
        shift = float(np.clip(lowest.shift, -MOST_UP, MOST_UP))
        return round(float(_inverse_logit(_logit(np.array(self.promised.unsure)) - shift)), _PLACES)


def calibrate(decided: Decided, promised: Plan = DEFAULT_PLAN) -> Calibration:
    """Measure the model by what people decided. `promised` gives the tiers that `decided.tier` is of."""
    expected = np.array([promised.tier(p) for p in decided.probability.tolist()], dtype=object)
    counted = np.flatnonzero(expected == np.array(list(decided.tier), dtype=object))
    probability, same = decided.probability[counted].astype(np.float64), decided.same[counted].astype(bool)
    edges = sorted({promised.unsure, promised.likely, promised.strong} | _inside(promised))
    place = np.searchsorted(np.array(edges), probability, side="right")
    bounds = zip([0.0, *edges], [*edges, 1.0], strict=True)
    bands = tuple(
        _band(promised, low, high, probability[place == number], same[place == number])
        for number, (low, high) in enumerate(bounds)
    )
    found = Calibration(bands, promised, len(counted), len(decided.probability) - len(counted), None, None)
    if not len(counted):
        return found
    return replace(found, brier=_brier(probability, same), brier_after=_brier(found.apply(probability), same))


def _inside(plan: Plan) -> set[float]:
    return {edge for edge in _INNER_EDGES if plan.unsure < edge < plan.likely}


def _band(promised: Plan, low: float, high: float, probability: Floats, same: Flags) -> Band:
    count, agreed = len(probability), int(same.sum())
    share_low, share_high = interval(agreed, count)
    tier = promised.tier(low)
    return Band(
        tier=tier,
        low=low,
        high=high,
        count=count,
        same=agreed,
        mean=float(probability.mean()) if count else None,
        share=agreed / count if count else None,
        share_low=share_low,
        share_high=share_high,
        # Below all tiers nobody is asked, so the few answers there were looked for.
        shift=_shift(probability, same) if tier else 0.0,
    )


def interval(hits: int, count: int) -> tuple[float, float]:
    """The Wilson interval (95 %) of a share of `hits` in `count`; (0, 1) of nothing."""
    if not count:
        return 0.0, 1.0
    share, square = hits / count, _Z * _Z / count
    middle = (share + square / 2) / (1 + square)
    reach = _Z / (1 + square) * float(np.sqrt(share * (1 - share) / count + square / (4 * count)))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _shift(probability: Floats, same: Flags) -> float:
    """The most likely shift of a band's log odds, held back by the belief that there is none.

    Answers "one person" alone can raise it and answers "two people" alone can lower it, whatever came before.
    """
    odds = _logit(probability)
    agreed = int(same.sum())
    low = -_MOST_DOWN if len(same) - agreed >= NEEDED_TO_TIGHTEN else 0.0
    high = MOST_UP if agreed >= NEEDED_TO_LOOSEN else 0.0
    if low == high:
        return 0.0

    def slope(shift: float) -> float:
        belief = _BELIEF_UP if shift > 0 else _BELIEF_DOWN
        return float((same - _inverse_logit(odds + shift)).sum()) - shift / belief**2

    # The slope falls all the way: halve until its zero is found, or an end is reached.
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    found = round((low + high) / 2, 9)
    return found if abs(found) > 1e-6 else 0.0


def _knots(bands: Sequence[Band]) -> tuple[Floats, Floats]:
    """Log odds of the middle of each band, and what they are worth; straight between, shifted alike beyond.

    Where a band is worth less than one below it, the lower one is worth no more either: it never rises for that.
    """
    edges = _logit(np.array([band.high for band in bands[:-1]]))
    middle = np.r_[edges[0] - _OUTER_BAND, (edges[1:] + edges[:-1]) / 2, edges[-1] + _OUTER_BAND]
    worth = middle + np.array([band.shift for band in bands])
    worth = np.minimum.accumulate(worth[::-1])[::-1]
    ends = worth[0] - middle[0], worth[-1] - middle[-1]
    at = np.r_[middle[0] - _FAR, middle, middle[-1] + _FAR]
    return at, np.r_[at[0] + ends[0], worth, at[-1] + ends[1]]


def _brier(probability: Floats, same: Flags) -> float:
    return float(((probability - same) ** 2).mean())


def _logit(probability: Floats) -> Floats:
    inside = np.clip(probability, _LEAST, _MOST)
    return np.asarray(np.log(inside / (1.0 - inside)), dtype=np.float64)


def _inverse_logit(odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float64)
