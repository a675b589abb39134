"""`chartmend restore FILE`: brings a backup back; with --try only into a temporary store that is gone afterwards."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli._port import DONE, FAULT, INTERRUPTED, Call, Command
from core.cli.backup import size_words
from core.errors import Damaged, Locked

if TYPE_CHECKING:
    from core.backup.contents import Contents, Tried


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the backup, or the folder of a store that a restore replaced")
    parser.add_argument("--try", action="store_true", dest="is_try", help="only open it and count what it holds")
    parser.add_argument("--backup-passphrase-file", metavar="F", help="where the backup has another passphrase")
    parser.add_argument("--yes", action="store_true", help="do not ask before the store is replaced")


def _run(call: Call) -> int:
    from core.boot import store_exists  # noqa: PLC0415

    source = Path(call.args.file)
    phrase = _passphrase(call, source)
    is_open = False
    if store_exists(call.home):
        try:
            call.desk  # noqa: B018  (opens it: who may not open the store may not replace it)
            is_open = True
        except Damaged as why:
            call.say(f"{why.what} Nothing of it is deleted: it is kept in a folder beside the restored one.")
    return _try(call, source, phrase, is_open) if call.args.is_try else _restore(call, source, phrase, is_open)


def _try(call: Call, source: Path, phrase: str, is_open: bool) -> int:
    from core.usecases.backup import try_into, try_restore  # noqa: PLC0415

    with call.job("Trying the backup") as job:
        if is_open:
            tried = try_restore(call.desk, source, phrase, job=job).value
        else:
            tried = try_into(call.home, source, phrase, job=job)
    call.answer(tried.as_json(), [*_lines(tried), "Nothing of this try was kept."])
    return DONE if tried.is_trail_whole else FAULT


def _restore(call: Call, source: Path, phrase: str, is_open: bool) -> int:
    from core.queries.backup import contents  # noqa: PLC0415
    from core.usecases import backup  # noqa: PLC0415

    if is_open and not call.args.yes and not call.is_json and sys.stdin.isatty():
        with call.job("Looking into the backup") as job:
            tried = backup.try_restore(call.desk, source, phrase, job=job).value
        call.say("This is replaced:", *_counts(contents(call.desk)), "By this:", *_lines(tried))
        if input("Replace it? (yes/no) ").strip().lower() not in ("y", "yes"):
            call.say("Nothing was changed.")
            return INTERRUPTED
    with call.job("Restoring") as job:
        if is_open:
            done = backup.restore(call.desk, source, phrase, job=job)
        else:
            done = backup.restore_into(call.home, source, phrase, call.actor, job=job)
    document: dict[str, Any] = {
        "restored": done.tried.as_json(),
        "replaced": done.replaced.as_json() if done.replaced else None,
        "kept": str(done.kept) if done.kept else None,
        "outbox_paused": True,
    }
    lines = [*_lines(done.tried), "It is the store now."]
    if done.replaced:
        lines += ["Replaced:", *_counts(done.replaced)]
    if done.kept:
        lines.append(f"What lay here before is kept in {done.kept}.")
    lines.append("The Outbox is paused: look at what waits, then `chartmend outbox resume`.")
    call.answer(document, lines)
    return DONE


def _passphrase(call: Call, source: Path) -> str:
    """The backup's passphrase; the demo's is not asked."""
    if call.args.backup_passphrase_file:
        return Path(call.args.backup_passphrase_file).read_text(encoding="utf-8").strip()
    from core.backup.file import read_label  # noqa: PLC0415

    if not source.is_dir() and read_label(source).is_demo:
        return ""
    found = call.passphrase()
    if not found:
        raise Locked(
            "The passphrase is missing.",
            todo="Give --passphrase-file, set CHARTMEND_PASSPHRASE, or run it in a terminal.",
        )
    return found


def _lines(tried: Tried) -> list[str]:
    trail = (
        f"Its audit trail is whole ({tried.audit_rows} rows)."
        if tried.is_trail_whole
        else f"Its audit trail breaks after row {tried.last_good_row}."
    )
    made = f"Backup of {tried.made_at}, {size_words(tried.size)}: it opens, and every page of it is whole."
    return [made, *_counts(tried.contents), trail]


def _counts(held: Contents) -> list[str]:
    return [
        f"  {held.people} people, {held.records} records of {held.connections} systems, {held.decisions} decisions, "
        f"{held.outbox} corrections not finished; last change {held.last_change_at or 'never'}."
    ]


COMMAND = Command("restore", 93, "Bring a backup back, or try whether it can be", _arguments, _run)
