"""Up to which day the charges of visits have evidently been entered, from how many of each day's visits have any.

The grace setting says when a charge is late in general. A practice that is a day or two behind (a weekend, a holiday)
shows it in its newest days: far fewer of their visits are charged than usual. Those days say nothing yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import log

Days = Mapping[date, tuple[int, int]]
"""Day -> visits that expect a charge, and how many of them have one."""

NEWEST_DAYS, BEHIND_DAYS = 3, 3  # days that are surely in work, and how many more may be
_SETTLED_DAYS, HISTORY_DAYS = 14, 120
_MIN_NEW, _MIN_OLD, _USUAL, _BEHIND = 4, 20, 0.8, 0.75


def settled_through(days: Days, today: date) -> date | None:
    """The last day before the newest, evidently unfinished days; None where the data does not show that there are any.

    A change point: the newest days as one group with its own share of charged visits, the days before with the usual
    one; the split that explains the counts best wins.
    """
    by_age = {(today - on).days: count for on, count in days.items()}
    old_seen, old_billed = _sum(by_age, _SETTLED_DAYS + 1, HISTORY_DAYS)
    new_seen, new_billed = _sum(by_age, 0, NEWEST_DAYS)
    if old_seen < _MIN_OLD or old_billed < _USUAL * old_seen or new_seen < _MIN_NEW:
        return None
    if new_billed >= _BEHIND * new_seen:
        return None
    usual = _clip(old_billed / old_seen)
    ends = range(NEWEST_DAYS, NEWEST_DAYS + BEHIND_DAYS + 1)
    end = max(ends, key=lambda age: (_likelihood(by_age, age, usual), -age))
    return today - timedelta(days=end + 1)


def _likelihood(by_age: Mapping[int, tuple[int, int]], end: int, usual: float) -> float:
    seen, billed = _sum(by_age, 0, end)
    total = _log_share(seen, billed, _clip(billed / seen))
    seen, billed = _sum(by_age, end + 1, _SETTLED_DAYS)
    return total + _log_share(seen, billed, usual)


def _log_share(seen: int, billed: int, share: float) -> float:
    return billed * log(share) + (seen - billed) * log(1 - share)


def _sum(by_age: Mapping[int, tuple[int, int]], first: int, last: int) -> tuple[int, int]:
    found = [count for age, count in by_age.items() if first <= age <= last]
    return sum(seen for seen, _ in found), sum(billed for _, billed in found)


def _clip(share: float) -> float:
    return min(0.98, max(0.02, share))
