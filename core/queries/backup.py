"""What the Backup page shows: the last good backup with its age, where backups lie, and what is kept."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from core.backup import shelf
from core.backup.contents import Contents, count
from core.backup.file import read_label
from core.backup.shelf import Kept
from core.desk import Desk
from core.settings.store import get_setting
from core.store.tables.trust import audit

LAST_TRY = "learned.backup"
"""Setting: why the last attempt failed (at, what, todo, code), null after one that went well."""


@dataclass(frozen=True, slots=True)
class BackupView:
    """One reading of the page. `free` and `store_size` in bytes; `problem` as LAST_TRY keeps it."""

    folder: Path
    is_chosen: bool
    is_there: bool
    is_same_disk: bool
    free: int | None
    store_size: int
    schedule: str
    keep: int
    backups: tuple[Kept, ...]
    replaced: tuple[Kept, ...]
    problem: dict[str, Any] | None
    is_demo: bool

    @property
    def last(self) -> Kept | None:
        """The last good backup."""
        return shelf.newest(self.backups)


def backup_view(desk: Desk) -> BackupView:
    """Read the settings, and look into the folder."""
    with desk.store.read() as connection:
        chosen, schedule, keep = (get_setting(connection, f"backup.{name}") for name in ("folder", "schedule", "keep"))
        problem = get_setting(connection, LAST_TRY)
    folder = shelf.folder_of(desk.home, chosen)
    is_there = folder.is_dir()
    nearest = folder if is_there else desk.home
    return BackupView(
        folder=folder,
        is_chosen=bool(chosen),
        is_there=is_there or not chosen,
        is_same_disk=nearest.stat().st_dev == desk.home.stat().st_dev,
        free=shutil.disk_usage(nearest).free if is_there or not chosen else None,
        store_size=desk.store.path.stat().st_size,
        schedule=schedule,
        keep=keep,
        backups=tuple(shelf.backups(folder, desk.store.mark)) if is_there else (),
        replaced=tuple(shelf.replaced_stores(desk.home)),
        problem=problem,
        is_demo=desk.is_demo,
    )


def described(path: Path) -> Kept:
    """A backup file that lies anywhere, by its label. Raises Damaged."""
    label = read_label(path)
    return Kept(path, label.made_at, label.made_by, label.why, path.stat().st_size)


def contents(desk: Desk) -> Contents:
    """What the open store holds, beside what a backup holds."""
    with desk.store.read() as connection:
        return count(connection)


def dates(connection: Connection) -> tuple[str | None, str | None]:
    """When the store began, and when a backup last failed."""
    began = connection.execute(select(audit.c.at).order_by(audit.c.id).limit(1)).scalar()
    tried = get_setting(connection, LAST_TRY) or {}
    return began, tried.get("at")
