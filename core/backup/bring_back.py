"""Trying a backup in a temporary store, and making it the store.

Both take the same way: copy it out, open it with the passphrase, check every page, count. Only the last step differs:
trying throws the folder away, restoring moves it into the store's place (`core.store.swap`).
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlcipher3.dbapi2 as dbapi

from core.backup.contents import Contents, Tried, look_into
from core.backup.file import Label, not_whole, read_label, take_out
from core.backup.make import check_pages
from core.clock import Clock, iso_stamp
from core.errors import Damaged, DiskFull, NewerThanApp, Refused, StoreError
from core.jobs import Job
from core.settings.store import set_setting
from core.store import keys, migrate, swap
from core.store.engine import Store, connect_raw, store_exists
from core.store.hold import HOLD_FILE, InUse, alone
from core.store.swap import KEPT, KEY_FILE, STORE_FILE

_SPARE = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `kept` is the folder of the store that was replaced; `replaced` what that one held."""

    tried: Tried
    replaced: Contents | None
    kept: Path | None


def rehearse(home: Path, source: Path, passphrase: str, clock: Clock, job: Job) -> Tried:
    """Open a backup in a temporary store inside `home` and look into it; nothing of it stays.

    Raises WrongKey, Damaged, NewerThanApp or DiskFull, each in its own words.
    """
    with _opened(home, source, passphrase, clock, job) as (_, _store, tried):
        return tried


def restore(
    home: Path,
    source: Path,
    passphrase: str,
    actor: str,
    *,
    clock: Clock,
    job: Job,
    current: Store | None = None,
    replaced: Contents | None = None,
) -> Restored:
    """Make a backup the store of `home`, with the Outbox paused; what lay there before is kept in a folder beside it.

    `current` is that store where this process has it open: nobody may work in it any more; it is closed when all went
    well and stays open when not. Raises as `rehearse`, and Refused while another process has the store open.
    """
    with _opened(home, source, passphrase, clock, job) as (folder, store, tried):
        if store_exists(home) and keys.is_demo(home / KEY_FILE) != store.is_demo:
            raise Refused(
                "Made-up people and real ones do not share a store.",
                todo="Restore the demo's backups in the demo, and real ones outside it.",
                code="CM-BAK-07",
            )
        with store.write(actor) as unit:
            # What was sent since is not known in there: a person looks before anything leaves again.
            set_setting(unit, "outbox.paused", True)
            unit.audit("restore", source.name, made_at=tried.made_at, replaced=replaced.as_json() if replaced else None)
        with closing(store.keyed(folder / STORE_FILE)) as last:
            store.close()
            last.execute("PRAGMA journal_mode = DELETE")  # what is still in the log goes into the file
        job.check()
        kept_as = f"{KEPT}{clock.now().astimezone():%Y-%m-%d-%H%M%S}-{folder.name[-4:]}"
        with _nobody_else(home, current):
            swap.finish(home)
            kept = swap.commit(home, folder, kept_as)
        if current is not None:
            current.close()
        return Restored(tried, replaced, kept)


@contextmanager
def _nobody_else(home: Path, current: Store | None) -> Iterator[None]:
    try:
        with current.hold.alone() if current is not None else alone(home / HOLD_FILE):
            if current is not None:
                current.let_go_of_file()
            yield
    except InUse as why:
        raise Refused(
            "The store is open in another window or command.",
            todo="Close it there, then restore again.",
            code="CM-BAK-08",
        ) from why


@contextmanager
def _opened(home: Path, source: Path, passphrase: str, clock: Clock, job: Job) -> Iterator[tuple[Path, Store, Tried]]:
    """The backup as an open store in a temporary folder, checked and counted."""
    with _in_our_words(), swap.trying(home) as folder:
        job.advance(0, text="copying")
        label = _copy_store(source, folder, job) if source.is_dir() else read_label(source)
        if label.schema > migrate.latest():
            raise _newer()
        data_key = label.unlock(passphrase)
        if not source.is_dir():
            _make_room(home, label.size)
            take_out(source, label, folder / STORE_FILE, job)
            keys.write(folder / KEY_FILE, label.key_file)
        job.advance(0, text="checking")
        try:
            with closing(connect_raw(folder / STORE_FILE, data_key)) as raw:
                check_pages(raw)
            store = Store(folder, data_key, clock)
        except (Damaged, dbapi.DatabaseError) as why:
            raise not_whole() from why
        except NewerThanApp as why:
            raise _newer() from why
        try:
            yield folder, store, look_into(store, label.made_at, label.made_by, label.size)
        finally:
            store.close()


def _copy_store(source: Path, folder: Path, job: Job) -> Label:
    """A store that a restore replaced, copied with what is still in its log; its label is made up from its files."""
    try:
        with alone(source / HOLD_FILE):
            size = sum(path.stat().st_size for path in source.iterdir())
            _make_room(folder.parent, size)
            key_file = keys.read(source / KEY_FILE)
            for path in source.glob("store.*"):
                if path.name != HOLD_FILE:
                    job.check()
                    shutil.copyfile(path, folder / path.name)
    except (InUse, FileNotFoundError) as why:
        raise Refused(
            "There is no store in that folder, or it is open somewhere.", todo="Close it there.", code="CM-BAK-09"
        ) from why
    made_at = iso_stamp(datetime.fromtimestamp((source / STORE_FILE).stat().st_mtime, UTC))
    return Label(made_at, "", "before-restore", "", 0, bool(key_file.get("demo")), size, "", key_file)


def _make_room(home: Path, size: int) -> None:
    if shutil.disk_usage(home).free < size + _SPARE:
        raise _no_room()


def _no_room() -> DiskFull:
    return DiskFull(
        "There is no room to open the backup beside the store.", todo="Make room on the disk.", code="CM-BAK-10"
    )


def _newer() -> NewerThanApp:
    return NewerThanApp(
        "This backup was made by a newer Chartmend.",
        safe="Nothing was changed.",
        todo="Install the newer version, then restore it.",
        code="CM-BAK-11",
    )


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except dbapi.OperationalError as why:
        raise (_no_room() if "full" in str(why) else _unreadable()) from why
    except OSError as why:
        raise (_no_room() if why.errno in (errno.ENOSPC, errno.EFBIG) else _unreadable()) from why


def _unreadable() -> StoreError:
    return StoreError(
        "The backup could not be read, or not be copied to the disk of the store.",
        todo="Check both disks.",
        code="CM-BAK-12",
    )
