"""Words of the Backup page: sizes, ages, why a backup was made, and counts."""

from __future__ import annotations

from datetime import datetime

from core.backup.contents import Contents
from core.backup.shelf import Kept
from core.queries.backup import BackupView
from desktop.words import tr
from desktop.words.moments import clock_time
from desktop.words.sizes import size_words

OLD_AFTER_DAYS = {"daily": 2, "weekly": 8, "off": 8}
"""From how many days on the last good backup is called old."""


def why_words(why: str) -> str:
    """Why a backup was made."""
    return {
        "by-hand": tr("by hand"),
        "schedule": tr("by itself"),
        "before-restore": tr("replaced by a restore"),
    }.get(why, why)


def age_words(stamp: str, now: datetime) -> str:
    """How old a backup is, as a sentence part of its own."""
    minutes = int((now - datetime.fromisoformat(stamp)).total_seconds() // 60)
    if minutes < 1:
        return tr("just now")
    if minutes < 60:
        return tr("{count} min ago", count=minutes)
    if minutes < 48 * 60:
        return tr("{count} h ago", count=minutes // 60)
    return tr("{count} days ago", count=minutes // (24 * 60))


def last_words(view: BackupView, now: datetime) -> tuple[str, str, str]:
    """The last good backup as (words, badge kind, icon)."""
    if view.last is None:
        return tr("No backup yet"), "warn", "warning-circle"
    days = (now - datetime.fromisoformat(view.last.made_at)).total_seconds() / 86_400
    if days >= OLD_AFTER_DAYS[view.schedule]:
        return tr("Old"), "warn", "clock"
    return tr("Good"), "ok", "check-circle"


def when_next(view: BackupView) -> str:
    """When the next one is made."""
    if view.is_demo:
        return tr("by hand only: this is the demo practice")
    return {
        "off": tr("by hand only"),
        "daily": tr("once a day, when Chartmend is open or `chartmend run` runs"),
        "weekly": tr("once a week, when Chartmend is open or `chartmend run` runs"),
    }[view.schedule]


def disk_words(view: BackupView) -> str:
    """The honest word about where backups lie."""
    if not view.is_there:
        return tr("This folder is not there now. Connect its disk, or choose another folder.")
    if view.is_same_disk:
        return tr(
            "On the same disk as the store: this helps after a mistake, not after the disk is lost. "
            "A folder on another disk is better."
        )
    return tr("On another disk than the store.")


def compared(then: Contents, now: Contents) -> list[tuple[str, str]]:
    """What a backup holds, and beside it what the store holds now."""

    def beside(before: object, after: object) -> str:
        return tr("{before}, now {after}", before=before, after=after)

    return [
        (tr("People"), beside(f"{then.people:,}", f"{now.people:,}")),
        (tr("Records"), beside(f"{then.records:,}", f"{now.records:,}")),
        (tr("Decisions"), beside(f"{then.decisions:,}", f"{now.decisions:,}")),
        (tr("Not finished"), beside(f"{then.outbox:,}", f"{now.outbox:,}")),
        (tr("Last pull"), beside(clock_time(then.last_pull_at) or "—", clock_time(now.last_pull_at) or "—")),
        (tr("Last change"), beside(clock_time(then.last_change_at) or "—", clock_time(now.last_change_at) or "—")),
    ]


def head_facts(kept: Kept) -> list[tuple[str, str]]:
    """One backup, before it was opened."""
    by = [(tr("By"), kept.made_by)] if kept.made_by else []
    return [
        (tr("Made"), clock_time(kept.made_at)),
        *by,
        (tr("Why"), why_words(kept.why)),
        (tr("Size"), size_words(kept.size)),
    ]
