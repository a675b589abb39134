"""Where backups lie, which there are, how many are kept, and when the next one is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from core.backup.file import SUFFIX, read_label
from core.errors import Damaged
from core.store.engine import KEY_FILE, STORE_FILE
from core.store.swap import KEPT

FOLDER = "backups"
SCHEDULES = ("off", "daily", "weekly")
RETRY = timedelta(hours=1)
"""How long after a failed attempt the schedule tries again."""
_DAYS = {"daily": 1, "weekly": 7}


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup that lies there, or (why: before-restore) the folder of a store that a restore replaced."""

    path: Path
    made_at: str
    made_by: str
    why: str
    size: int

    def as_json(self) -> dict[str, Any]:
        """The command line's form."""
        return {**asdict(self), "path": str(self.path)}


def folder_of(home: Path, chosen: str | None) -> Path:
    """The folder in force; beside the store unless another one was chosen."""
    return Path(chosen) if chosen else home / FOLDER


def name_for(made: datetime, mark: str) -> str:
    """A file name that sorts by time: chartmend-2026-11-24-231405-9f3a.chartmend."""
    return f"chartmend-{made.astimezone():%Y-%m-%d-%H%M%S}-{mark[:4]}{SUFFIX}"


def backups(folder: Path, mark: str) -> list[Kept]:
    """Whole backups of the store with this mark, newest first. A file that lost its end is not one of them."""
    found = []
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            label = read_label(path)
        except (Damaged, OSError):
            continue  # of somebody else, or cut off: restoring names such a file, listing does not
        if label.mark == mark:
            found.append(Kept(path, label.made_at, label.made_by, label.why, path.stat().st_size))
    return sorted(found, key=lambda kept: kept.made_at, reverse=True)


def replaced_stores(home: Path) -> list[Kept]:
    """Stores that restores replaced, newest first."""
    found = []
    for folder in home.glob(f"{KEPT}*"):
        if (folder / STORE_FILE).exists() and (folder / KEY_FILE).exists():
            size = sum(path.stat().st_size for path in folder.iterdir())
            at = datetime.strptime(folder.name.removeprefix(KEPT)[:17], "%Y-%m-%d-%H%M%S").astimezone()
            found.append(Kept(folder, at.isoformat(timespec="milliseconds"), "", "before-restore", size))
    return sorted(found, key=lambda kept: kept.path.name, reverse=True)


def prune(folder: Path, mark: str, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups of this store in the folder; gives what went."""
    gone = [kept.path for kept in backups(folder, mark)[max(keep, 1) :] if kept.path.name.startswith("chartmend-")]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def is_due(
    schedule: str, *, today: date, now: datetime, last_at: str | None, began_at: str | None, tried_at: str | None
) -> bool:
    """Whether the schedule wants a backup now: one a day (or week), the first on the day after the store began.

    A failed attempt is tried again after an hour, not at every look.
    """
    if schedule not in _DAYS:
        return False
    if tried_at and now - datetime.fromisoformat(tried_at) < RETRY:
        return False
    since = last_at or began_at
    if since is None:
        return False
    return (today - datetime.fromisoformat(since).astimezone().date()).days >= (_DAYS[schedule] if last_at else 1)


def newest(kept: Sequence[Kept]) -> Kept | None:
    """The last good one."""
    return kept[0] if kept else None
