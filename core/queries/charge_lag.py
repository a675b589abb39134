"""Charge lag: days from a visit to the first entry of a charge, by week, by provider and by site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median

from sqlalchemy import select

from core.desk import Desk
from core.security.roles import require
from core.settings.store import get_setting
from core.store.tables.people import visits

TARGET = "charge_lag.target_days"
WEEKS = 12


@dataclass(frozen=True, slots=True)
class LagRow:
    """Charges of one provider, site or week: how many, their lag in days, and the share inside the target, 0 to 1."""

    name: str
    charges: int
    mean_days: float
    median_days: float
    within: float


@dataclass(frozen=True, slots=True)
class LagFigures:
    """`weeks` are named by their Monday (ISO), oldest first; the others by who or where, the slowest first."""

    target_days: int
    whole: LagRow | None
    weeks: tuple[LagRow, ...]
    providers: tuple[LagRow, ...]
    sites: tuple[LagRow, ...]


def charge_lag(desk: Desk) -> LagFigures:
    """Of the visits of the last twelve weeks that have their charge. Those without one are no lag but a gap."""
    require(desk.role, "see-patients")
    today = desk.clock.today()
    monday = today - timedelta(days=today.weekday())
    since = monday - timedelta(weeks=WEEKS - 1)
    kinds: dict[str, defaultdict[str, list[int]]] = {
        kind: defaultdict(list) for kind in ("whole", "week", "provider", "location")
    }
    query = select(visits.c.on_date, visits.c.summary).where(
        visits.c.on_date >= str(since), visits.c.on_date <= str(today)
    )
    with desk.store.read() as connection:
        target = int(get_setting(connection, TARGET))
        for on, summary in connection.execute(query):
            lag = summary.get("lag_days")
            if lag is None or summary.get("stage", {}).get("charge") not in ("done", "odd"):
                continue
            day = date.fromisoformat(on)
            kinds["whole"][""].append(lag)
            kinds["week"][str(day - timedelta(days=day.weekday()))].append(lag)
            for kind in ("provider", "location"):
                kinds[kind][summary.get(kind) or "—"].append(lag)
    return LagFigures(
        target_days=target,
        whole=next(iter(_rows(kinds["whole"], target)), None),
        weeks=tuple(sorted(_rows(kinds["week"], target), key=lambda row: row.name)),
        providers=_slowest(kinds["provider"], target),
        sites=_slowest(kinds["location"], target),
    )


def _slowest(found: Mapping[str, Sequence[int]], target: int) -> tuple[LagRow, ...]:
    return tuple(sorted(_rows(found, target), key=lambda row: (-row.mean_days, row.name)))


def _rows(found: Mapping[str, Sequence[int]], target: int) -> list[LagRow]:
    return [
        LagRow(name, len(lags), fmean(lags), float(median(lags)), sum(lag <= target for lag in lags) / len(lags))
        for name, lags in found.items()
    ]
