"""Times, dates and money as people read them."""

from __future__ import annotations

from datetime import date, datetime

from desktop.words import tr


def clock_time(stamp: str | None) -> str:
    """An instant as the time of day here, with the day when it is not today."""
    if not stamp:
        return ""
    local = datetime.fromisoformat(stamp).astimezone()
    is_today = local.date() == datetime.now().astimezone().date()
    return f"{local:%H:%M}" if is_today else f"{local.day} {local:%b}, {local:%H:%M}"


def ago(stamp: str | None, now: datetime) -> str:
    """How long ago an instant was, in one short word."""
    if not stamp:
        return ""
    minutes = int((now - datetime.fromisoformat(stamp)).total_seconds() // 60)
    if minutes < 1:
        return tr("now")
    if minutes < 60:
        return tr("{count} min", count=minutes)
    return clock_time(stamp) if minutes < 24 * 60 else tr("{count} d", count=minutes // (24 * 60))


def day_words(on: date) -> str:
    """A day with its weekday: Tue 17 Nov 2026."""
    return f"{on:%a} {on.day} {on:%b %Y}"


def dollars(cents: int | None, *, is_short: bool = False) -> str:
    """Cents as dollars; whole dollars where cents would be noise."""
    if cents is None:
        return "—"
    return f"${cents / 100:,.0f}" if is_short else f"${cents / 100:,.2f}"
