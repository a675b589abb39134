"""Replacing a store's files as one step that a crash cannot leave half done.

    trying-XXXX/           being filled; the lock `trying-XXXX.lock` says that somebody still does
    restored-ready/        complete: from this rename on the store is the new one
    before-restore-XXXX/   the files that were replaced, a store of its own that can be opened or restored again

Whoever opens the store next finishes what `restored-ready` began: every move is done or not done, and looks the same
when it is done twice. Callers hold the store (`core.store.hold`), so that only one of them moves at a time.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.store.hold import Hold, InUse, alone

STORE_FILE, KEY_FILE = "store.db", "store.key"
READY = "restored-ready"
KEPT = "before-restore-"
_TRYING = "trying-"
_NAME = "kept-as"  # a file in READY: how the folder of the replaced files is called
_BESIDE = ("store.db-wal", "store.db-shm", "store.db-journal")


@contextmanager
def trying(home: Path) -> Iterator[Path]:
    """An empty folder inside `home` that is gone at the end; after a crash the next `sweep` takes it away."""
    home.mkdir(parents=True, exist_ok=True)
    sweep(home)
    folder = home / f"{_TRYING}{secrets.token_hex(4)}"
    lock = folder.with_suffix(".lock")
    held = Hold(lock)
    try:
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        held.let_go()
        lock.unlink(missing_ok=True)


def sweep(home: Path) -> None:
    """Take away folders of tries that nobody is working on any more."""
    for lock in home.glob(f"{_TRYING}*.lock"):
        with suppress(InUse):
            with alone(lock):
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink(missing_ok=True)


def commit(home: Path, filled: Path, kept_as: str) -> Path | None:
    """Make a filled folder the store; gives the folder in which the replaced files lie now, if there were any.

    `filled` holds a settled store (no write-ahead log) and its key file. The caller holds the store alone.
    """
    (filled / _NAME).write_text(kept_as, encoding="utf-8")
    for path in filled.iterdir():
        if path.name not in (STORE_FILE, KEY_FILE, _NAME):
            path.unlink()
        else:
            sync(path)
    sync(filled)
    filled.rename(home / READY)
    sync(home)
    finish(home)
    return home / kept_as if (home / kept_as).exists() else None


def is_pending(home: Path) -> bool:
    """Whether a restore was decided and its files are not all in their places yet."""
    return (home / READY).is_dir()


def finish(home: Path) -> None:
    """Move what is ready into its place, and what it replaces out of it. The caller holds the store alone."""
    ready = home / READY
    if not ready.is_dir():
        return
    if (ready / _NAME).exists():
        kept = home / (ready / _NAME).read_text(encoding="utf-8")
        for name in (STORE_FILE, KEY_FILE):
            if not (ready / name).exists():
                continue  # moved before a crash
            if name == STORE_FILE:
                # With its log: rows that were not yet written back are in there.
                for beside in _BESIDE:
                    _move(home / beside, kept / beside)
            _move(home / name, kept / name)
            (ready / name).replace(home / name)
        sync(home)
    shutil.rmtree(ready)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on."""
    if path.is_dir() and os.name == "nt":
        return  # Windows keeps no handle on folders
    number = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _move(source: Path, target: Path) -> None:
    if source.exists() and not target.exists():
        target.parent.mkdir(exist_ok=True)
        source.replace(target)
