"""Words of the offline pack: ages against limits, years, and how long a refresh takes."""

from __future__ import annotations

from datetime import datetime

from core.queries.offline import OfflinePack, Source
from desktop.words import tr
from desktop.words.moments import clock_time


def state_words(source: Source, now: datetime) -> tuple[str, str, str]:
    """A source's freshness as (word, badge kind, icon)."""
    if source.is_paused:
        return tr("Paused"), "neutral", "pause"
    if source.good_at is None:
        return tr("Not read yet"), "warn", "warning-circle"
    if source.is_old(now):
        return tr("Older than its limit"), "warn", "warning-circle"
    return tr("Fresh"), "ok", "check-circle"


def summary_words(pack: OfflinePack, now: datetime) -> str:
    """One sentence over all sources."""
    old = pack.old(now)
    if not old:
        return tr("Every source is fresh enough to work without the network.")
    names = ", ".join(source.name for source in old)
    return tr("Older than their limit: {names}. Refresh before you leave.", names=names)


def years_words(pack: OfflinePack) -> str:
    """From which year to which there are visits."""
    if pack.first_on is None or pack.last_on is None:
        return "—"
    first, last = pack.first_on[:4], pack.last_on[:4]
    return first if first == last else tr("{first} to {last}", first=first, last=last)


def estimate_words(pack: OfflinePack) -> str:
    """How long a refresh takes, by the last time."""
    if pack.estimate_s is None:
        return tr("How long it takes is known after every source was read once.")
    return tr("It took {time} the last time.", time=duration_words(pack.estimate_s))


def duration_words(seconds: float) -> str:
    """A length of time in the unit that says most."""
    if seconds < 90:
        return tr("{count} s", count=max(1, round(seconds)))
    if seconds < 90 * 60:
        return tr("{count} min", count=round(seconds / 60))
    return tr("{count} h", count=f"{seconds / 3600:.1f}")


def limit_words(hours: int) -> str:
    """A limit as people say it."""
    if hours % 24 == 0 and hours > 48:
        return tr("{count} days", count=hours // 24)
    return tr("{count} h", count=hours)


def data_from(source: Source) -> str:
    """When a source was last read to the end."""
    return clock_time(source.good_at) or tr("never")
