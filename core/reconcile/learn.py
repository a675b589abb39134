"""What is known of the practice: learned anew from its own data when much changed, else as it was kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from core.jobs import Job
from core.reconcile.load import Loader
from core.settings.store import get_setting
from core.store.tables.people import visits
from core.store.tables.records import RECORDS
from matching.case import Case, Context, Practice
from matching.learn import Tally, from_plain
from matching.link import link_case
from matching.settled import HISTORY_DAYS, settled_through

PRACTICE = "learned.practice"
RELEARN_SHARE = 0.1
BATCH = 500
_TAUGHT_DAYS = 365


def batches(persons: Iterable[str]) -> list[list[str]]:
    """Persons in batches of a size that fits in memory whatever the practice's."""
    listed = sorted(persons)
    return [listed[start : start + BATCH] for start in range(0, len(listed), BATCH)]


def kept_practice(connection: Connection, loader: Loader, touched: int, everyone: int) -> Practice | None:
    """The practice as it was learned before, unless so much changed that it has to be learned again."""
    kept = get_setting(connection, PRACTICE)
    if kept is None or touched > RELEARN_SHARE * everyone:
        return None
    practice = from_plain(kept, loader.known_practice())
    return _settled_again(connection, practice, loader.today)


def learned_practice(connection: Connection, loader: Loader, everyone: Sequence[str], job: Job) -> Practice:
    """Everything that the practice's cases of the last year teach."""
    known = loader.known_practice()
    ctx = loader.context(known)
    roles = {name: source.role for name, source in ctx.sources.items()}
    tally = Tally(known, loader.today, _taught_since(connection, loader.today), roles=roles)
    for batch in batches(everyone):
        for case in linked(loader, batch, ctx, job):
            tally.add(case)
    return tally.practice()


def linked(loader: Loader, batch: Sequence[str], ctx: Context, job: Job) -> list[Case]:
    """The cases of a batch, loaded and linked."""
    job.check()
    cases = [link_case(case, ctx) for case in loader.cases(batch)]
    job.advance(len(batch))
    return cases


def _taught_since(connection: Connection, today: date) -> date | None:
    table = RECORDS["charges"]
    newest = connection.execute(select(func.max(table.c.on_date)).where(table.c.on_date <= f"{today}T99")).scalar()
    return date.fromisoformat(newest[:10]) - timedelta(days=_TAUGHT_DAYS) if newest else None


def _settled_again(connection: Connection, practice: Practice, today: date) -> Practice:
    """How far charges are evidently entered moves every day; the visits as last seen tell it well enough."""
    days: defaultdict[date, tuple[int, int]] = defaultdict(lambda: (0, 0))
    query = select(visits.c.on_date, visits.c.charges, visits.c.summary).where(
        visits.c.on_date >= str(today - timedelta(days=HISTORY_DAYS)), visits.c.on_date <= str(today)
    )
    for on_date, charges, summary in connection.execute(query):
        if summary.get("is_billable"):
            on = date.fromisoformat(on_date)
            seen, billed = days[on]
            days[on] = (seen + 1, billed + bool(charges))
    return replace(practice, settled_through=settled_through(days, today))
