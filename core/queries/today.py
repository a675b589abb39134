"""What Today shows: counts that wait for somebody, charge lag, decisions, and how old the data is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, select

from core.desk import Desk
from core.queries.charge_lag import TARGET
from core.queries.charges import OFF_DAY, tab_of
from core.queries.patients import TIERS, queue
from core.queries.status import Status, status
from core.settings.store import get_setting
from core.store.tables.findings import decisions, findings
from core.store.tables.people import visits

LAG_DAYS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class TodayView:
    """All of it. `lag` is (day, median days from visit to entry); `decided` is (day, mine, team)."""

    status: Status
    tiers: dict[str, int]
    visits_without_charge: int
    without_charge_cents: int
    without_charge_on: date | None
    other_gaps: int
    other_gaps_cents: int
    lag: tuple[tuple[date, float], ...]
    lag_median: float | None
    lag_target: int
    decided: tuple[tuple[date, int, int], ...]


def today(desk: Desk) -> TodayView:
    """One reading of everything on the page."""
    now = desk.clock.today()
    tiers = dict.fromkeys(TIERS, 0)
    for row in queue(desk):
        tiers[row.tier] += 1
    with desk.store.read() as connection:
        target = int(get_setting(connection, TARGET))
        query = select(findings.c.rule, findings.c.on_date, findings.c.at_risk_cents).where(
            findings.c.status == "open", findings.c.rule.not_in(OFF_DAY)
        )
        gaps = connection.execute(query).all()
        shown = select(visits.c.on_date, visits.c.summary).where(
            visits.c.on_date >= str(now - timedelta(LAG_DAYS_SHOWN)), visits.c.on_date <= str(now)
        )
        lags: defaultdict[date, list[int]] = defaultdict(list)
        for on, summary in connection.execute(shown):
            if summary.get("lag_days") is not None and summary.get("stage", {}).get("charge") == "done":
                lags[date.fromisoformat(on)].append(summary["lag_days"])
        week = now - timedelta(6)
        made = connection.execute(
            select(func.substr(decisions.c.at, 1, 10), decisions.c.by, func.count())
            .where(decisions.c.at >= str(week), decisions.c.undone_at.is_(None))
            .group_by(func.substr(decisions.c.at, 1, 10), decisions.c.by)
        ).all()
    lacking = [gap for gap in gaps if tab_of(gap.rule) == "no-charge"]
    others = [gap for gap in gaps if tab_of(gap.rule) != "no-charge"]
    return TodayView(
        status=status(desk),
        tiers=tiers,
        visits_without_charge=len(lacking),
        without_charge_cents=sum(gap.at_risk_cents or 0 for gap in lacking),
        without_charge_on=max((date.fromisoformat(gap.on_date) for gap in lacking if gap.on_date), default=None),
        other_gaps=len(others),
        other_gaps_cents=sum(gap.at_risk_cents or 0 for gap in others),
        lag=tuple((on, float(median(lags[on]))) for on in sorted(lags)),
        lag_target=target,
        lag_median=float(median([lag for on in lags.values() for lag in on])) if lags else None,
        decided=_decided(made, week, desk.actor),
    )


def _decided(made: Sequence[Any], first: date, actor: str) -> tuple[tuple[date, int, int], ...]:
    mine: defaultdict[str, int] = defaultdict(int)
    team: defaultdict[str, int] = defaultdict(int)
    for on, by, count in made:
        (mine if by == actor else team)[on] += count
    days = [first + timedelta(n) for n in range(7)]
    return tuple((on, mine[str(on)], team[str(on)]) for on in days)
