"""Backups as a person or the schedule makes, tries and restores them."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.backup import bring_back, shelf
from core.backup.bring_back import Restored
from core.backup.contents import Tried, count
from core.backup.file import read_label
from core.backup.make import make
from core.boot import DEMO_PASSPHRASE, is_demo_home
from core.changes import Changes
from core.clock import Clock
from core.desk import Desk
from core.errors import BadInput, Cancelled, ChartmendError, Damaged, NotPossible, Refused, StoreError
from core.jobs import Job
from core.queries.backup import LAST_TRY, dates
from core.security.roles import require
from core.settings.store import get_setting, set_setting
from core.store.engine import STORE_FILE, open_store, store_exists
from core.store.swap import KEPT

_AREAS = frozenset({"backup", "settings", "audit"})


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made and checked. `removed` counts older ones that went because enough newer ones are kept."""

    path: Path
    made_at: str
    size: int
    audit_rows: int
    is_trail_whole: bool
    removed: int

    def as_json(self) -> dict[str, Any]:
        """The command line's document."""
        return {**asdict(self), "path": str(self.path)}


def back_up_now(desk: Desk, target: Path | None = None, *, job: Job | None = None) -> Changes[Made]:
    """Make a backup now: in the folder of the practice, or as the file (or into the folder) `target`.

    Raises what `core.backup.make.make` raises, NotPossible where the folder is not there, BadInput for a file that is
    no backup and would be written over.
    """
    require(desk.role, "settings")
    return _back_up(desk, target, "by-hand", job or Job("Backup"))


def back_up_if_due(desk: Desk, *, job: Job | None = None) -> Changes[Made | None]:
    """Make a backup where the schedule wants one; whoever has the store open lets that happen."""
    if desk.is_demo:
        return Changes(frozenset(), None)
    with desk.store.read() as connection:
        schedule, folder = get_setting(connection, "backup.schedule"), get_setting(connection, "backup.folder")
        began_at, tried_at = dates(connection)
    newest = shelf.newest(shelf.backups(shelf.folder_of(desk.home, folder), desk.store.mark))
    now = desk.clock.now()
    today = now.astimezone().date()
    last_at = newest.made_at if newest else None
    if not shelf.is_due(schedule, today=today, now=now, last_at=last_at, began_at=began_at, tried_at=tried_at):
        return Changes(frozenset(), None)
    made = _back_up(desk, None, "schedule", job or Job("Backup"))
    return Changes(made.areas, made.value)


def change_backup_settings(
    desk: Desk, *, schedule: str | None = None, keep: int | None = None, folder: str | None = None
) -> Changes[None]:
    """Change what is given. `folder` "" is the one beside the store; another one has to be there."""
    require(desk.role, "settings")
    if folder and not Path(folder).is_dir():
        raise BadInput("There is no such folder.", place=folder, code="CM-BAK-13")
    with desk.store.write(desk.actor) as unit:
        for setting, value in (("backup.schedule", schedule), ("backup.keep", keep)):
            if value is not None:
                set_setting(unit, setting, value)
        if folder is not None:
            set_setting(unit, "backup.folder", folder or None)
        unit.touch("backup")
        return unit.changes(None)


def try_restore(desk: Desk, source: Path, passphrase: str, *, job: Job | None = None) -> Changes[Tried]:
    """Open a backup in a temporary store and look into it; the store itself is not touched."""
    require(desk.role, "settings")
    tried = bring_back.rehearse(
        desk.home, source, _passphrase(source, passphrase), desk.clock, job or Job("Try a restore")
    )
    with desk.store.write(desk.actor) as unit:
        unit.audit("try-restore", source.name, made_at=tried.made_at, whole=tried.is_trail_whole)
        return Changes(frozenset({"audit", "backup"}), tried)


def restore(desk: Desk, source: Path, passphrase: str, *, job: Job | None = None) -> Restored:
    """Replace the store of an open desk by a backup; the desk is closed when that went well, and open when not.

    Whoever calls this has asked the person, and ended everything else that works in the store.
    """
    require(desk.role, "settings")
    with desk.store.read() as connection:
        replaced = count(connection)
    done = bring_back.restore(
        desk.home,
        source,
        _passphrase(source, passphrase),
        desk.actor,
        clock=desk.clock,
        job=job or Job("Restore"),
        current=desk.store,
        replaced=replaced,
    )
    desk.close()
    return done


def restore_into(
    home: Path, source: Path, passphrase: str, actor: str, clock: Clock | None = None, *, job: Job | None = None
) -> Restored:
    """Restore where no store is open: into an empty folder, or over a store that is damaged."""
    phrase = _passphrase(source, passphrase)
    return bring_back.restore(home, source, phrase, actor, clock=clock or Clock(), job=job or Job("Restore"))


def restore_first(home: Path, source: Path, passphrase: str, actor: str, clock: Clock) -> Restored:
    """The first run's way: into a folder without a store, or over one that is damaged; never over one that works.

    Raises Refused there, and for a backup of the demo, which is made anew instead.
    """
    if not source.is_dir() and read_label(source).is_demo:
        raise Refused(
            "This is a backup of the demo practice.", todo="Open the demo: it is made anew.", code="CM-BAK-17"
        )
    if store_exists(home) and _works(home, passphrase, clock):
        raise Refused(
            "There is a store on this computer already.",
            todo="Open it and restore under Backup: there you see what would be replaced.",
            code="CM-BAK-18",
        )
    return restore_into(home, source, passphrase, actor, clock)


def try_into(home: Path, source: Path, passphrase: str, clock: Clock | None = None, *, job: Job | None = None) -> Tried:
    """Try a backup where no store is open."""
    phrase = _passphrase(source, passphrase)
    return bring_back.rehearse(home, source, phrase, clock or Clock(), job or Job("Try a restore"))


def drop_replaced_store(desk: Desk, folder: Path) -> Changes[None]:
    """Delete a store that a restore replaced. Whoever calls this has asked the person."""
    require(desk.role, "settings")
    if folder.parent != desk.home or not folder.name.startswith(KEPT) or not (folder / STORE_FILE).exists():
        raise BadInput("This is not a store that a restore replaced.", code="CM-BAK-14")
    with desk.store.write(desk.actor) as unit:
        unit.audit("drop-replaced-store", folder.name)
        changes = Changes(frozenset({"audit", "backup"}), None)
    shutil.rmtree(folder)
    return changes


def _back_up(desk: Desk, target: Path | None, why: str, job: Job) -> Changes[Made]:
    with desk.store.read() as connection:
        chosen, keep = get_setting(connection, "backup.folder"), get_setting(connection, "backup.keep")
    folder = shelf.folder_of(desk.home, chosen)
    try:
        if target is None and not chosen:
            folder.mkdir(exist_ok=True)
        if target is None and not folder.is_dir():
            raise _no_folder()
        path = _place(desk, target or folder)
        label, verdict = make(desk.store, path, desk.actor, why, job)
        gone = shelf.prune(folder, desk.store.mark, keep) if target is None else []
    except Cancelled:
        raise
    except ChartmendError as error:
        # Where not even this can be written, the error itself is still told.
        with suppress(StoreError), desk.store.write(desk.actor) as unit:
            set_setting(unit, LAST_TRY, {"at": unit.now, "what": error.what, "todo": error.todo, "code": error.code})
            unit.audit("backup-failed", "", why=why, code=error.code)
        raise
    with desk.store.write(desk.actor) as unit:
        set_setting(unit, LAST_TRY, None)
        unit.audit("backup", path.name, why=why, bytes=path.stat().st_size, trail=verdict.is_whole, removed=len(gone))
    size = path.stat().st_size
    return Changes(_AREAS, Made(path, label.made_at, size, verdict.rows, verdict.is_whole, len(gone)))


def _place(desk: Desk, wanted: Path) -> Path:
    """The file to write: inside a folder under a name of ours; over an older backup, never over anything else."""
    if wanted.is_dir():
        return wanted / shelf.name_for(desk.clock.now(), desk.store.mark)
    if not wanted.parent.is_dir():
        raise _no_folder()
    if wanted.exists():
        try:
            read_label(wanted)
        except Damaged as why:
            raise BadInput(
                "There is a file of this name, and it is no backup.", todo="Choose another name.", code="CM-BAK-15"
            ) from why
    return wanted


def _no_folder() -> NotPossible:
    return NotPossible(
        "The folder for backups is not there.",
        safe="Backups made before are as they were.",
        todo="Connect its disk, or choose another folder.",
        code="CM-BAK-16",
    )


def _works(home: Path, passphrase: str, clock: Clock) -> bool:
    """Whether a store is anything but damaged; one with another passphrase counts as working."""
    try:
        open_store(home, passphrase, clock).close()
    except Damaged:
        return False
    except StoreError:
        return True
    return True


def _passphrase(source: Path, passphrase: str) -> str:
    """The demo's passphrase is known to everybody and never asked."""
    is_demo = is_demo_home(source) if source.is_dir() else read_label(source).is_demo
    return DEMO_PASSPHRASE if is_demo else passphrase
