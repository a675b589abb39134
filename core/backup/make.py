"""Making a backup: a copy of one moment while the store is in use, opened again and checked before it gets its name.

Everything happens in a hidden part file beside the place where the backup will lie. Only what passed every check is
renamed, so a backup that stood under that name before stays until then, whatever happens in between.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as dbapi

from core.audit.trail import Verdict, verify_rows
from core.backup import file as backup_file
from core.backup.file import Label
from core.errors import Damaged, DiskFull, NotPossible, StoreError
from core.jobs import Job
from core.store import keys, swap
from core.store.engine import KEY_FILE, Store
from core.store.hold import InUse, alone
from core.store.tables import metadata

LOCK_FILE = "backup.lock"
_PAGES_A_STEP = 512
_SPARE = 4 * 1024 * 1024  # bytes left over for the label and for others who write there
_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_OLD_SAFE = "Backups made before are as they were."


def make(store: Store, target: Path, made_by: str, why: str, job: Job) -> tuple[Label, Verdict]:
    """Back the store up into `target`, whose folder exists; gives its label and the verdict on its audit trail.

    Raises DiskFull, NotPossible while another backup of this store is being made, Damaged where the store itself is.
    """
    try:
        with alone(store.home / LOCK_FILE), _in_our_words():
            for left in target.parent.glob(f".{store.mark}-*.part*"):
                left.unlink()
            part = target.parent / f".{store.mark}-{secrets.token_hex(4)}.part"
            try:
                return _make(store, target, part, {"made_by": made_by, "why": why}, job)
            finally:
                for left in target.parent.glob(f"{part.name}*"):
                    left.unlink()
    except InUse as why_not:
        raise NotPossible(
            "A backup of this store is being made already.", todo="Wait for its end.", code="CM-BAK-03"
        ) from why_not


def _make(store: Store, target: Path, part: Path, facts: dict[str, str], job: Job) -> tuple[Label, Verdict]:
    needed = store.path.stat().st_size + _SPARE
    if shutil.disk_usage(part.parent).free < needed:
        raise no_room()
    job.advance(0, text="copying")
    made_at = store.clock.stamp()
    with closing(store.keyed(store.path)) as source:
        # The transaction keeps the moment: what is written meanwhile neither gets in nor starts the copy anew.
        source.execute("BEGIN")
        expected = _counts(source)
        with closing(store.keyed(part)) as copy:
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            source.backup(copy, pages=_PAGES_A_STEP, progress=_progress(job))
            copy.execute("PRAGMA journal_mode = DELETE")
            schema = int(copy.execute("PRAGMA user_version").fetchone()[0])
        source.execute("ROLLBACK")
    job.advance(0, text="checking")
    verdict = _check(store, part, expected, job)
    key_file = keys.read(store.home / KEY_FILE)
    label = backup_file.seal(
        part, made_at=made_at, mark=store.mark, schema=schema, is_demo=store.is_demo, key_file=key_file, **facts
    )
    swap.sync(part)
    backup_file.verify(part, backup_file.read_label(part), job)
    part.replace(target)
    swap.sync(target.parent)
    return label, verdict


def check_pages(connection: Any) -> None:
    """Raise Damaged unless every page is as it was written and the tables hang together."""
    if connection.execute("PRAGMA cipher_integrity_check").fetchone() is not None:
        raise _damaged()
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise _damaged()


def no_room() -> DiskFull:
    """What is said when a backup finds no room."""
    return DiskFull(
        "There is no room for the backup there, or the disk takes no file that large.",
        safe=_OLD_SAFE,
        todo="Make room, or choose another folder.",
        code="CM-BAK-04",
    )


def _check(store: Store, part: Path, expected: dict[str, int], job: Job) -> Verdict:
    with closing(store.keyed(part)) as copy:
        check_pages(copy)
        job.check()
        if _counts(copy) != expected:
            raise _damaged()
        copy.row_factory = dbapi.Row
        return verify_rows(copy.execute("SELECT * FROM audit ORDER BY id"))


def _counts(connection: Any) -> dict[str, int]:
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    names = [name for name in metadata.tables if name in there]
    # Names of our own tables, nothing from outside.
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _progress(job: Job) -> Any:
    def tell(_status: int, left: int, total: int) -> None:
        job.check()
        job.advance(total - left - job.done, total=total)

    return tell


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except dbapi.DatabaseError as why:
        text = str(why)
        if "malformed" in text or "not a database" in text:
            raise _damaged() from why
        if "full" in text:
            raise no_room() from why
        raise StoreError(
            "The backup could not be written there: the disk is full, gone, or takes no file that large.",
            safe=_OLD_SAFE,
            todo="Check the disk, or choose another folder.",
            code="CM-BAK-05",
        ) from why
    except OSError as why:
        if why.errno in _NO_ROOM:
            raise no_room() from why
        raise StoreError(
            f"The backup could not be written there ({os.strerror(why.errno or 0)}).",
            safe=_OLD_SAFE,
            todo="Check the disk, or choose another folder.",
            code="CM-BAK-05",
        ) from why


def _damaged() -> Damaged:
    return Damaged(
        "The copy does not agree with the store, or the store itself is damaged.",
        safe=_OLD_SAFE,
        todo="Try again; if it stays so, restore the last good backup.",
        code="CM-BAK-06",
    )
