"""`chartmend backup`: an encrypted backup of the store, checked by opening it again; or the list of those that lie."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli._port import DONE, FAULT, Call, Command, table


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="file or folder to write (else the practice's folder)")
    parser.add_argument("--list", action="store_true", help="list the backups instead")
    parser.add_argument("--schedule", choices=("off", "daily", "weekly"), help="when one is made by itself")
    parser.add_argument("--keep", type=int, metavar="N", help="how many are kept in the practice's folder")
    parser.add_argument("--folder", metavar="DIR", help='the practice\'s folder for backups ("": beside the store)')


def _run(call: Call) -> int:
    from core.usecases.backup import back_up_now, change_backup_settings  # noqa: PLC0415

    args = call.args
    changed = {"schedule": args.schedule, "keep": args.keep, "folder": args.folder}
    if any(value is not None for value in changed.values()):
        change_backup_settings(call.desk, **changed)
        if not args.file:
            return _list(call)
    if args.list:
        return _list(call)
    with call.job("Backup") as job:
        made = back_up_now(call.desk, Path(args.file) if args.file else None, job=job).value
    trail = (
        f"The audit trail in it is whole ({made.audit_rows} rows)."
        if made.is_trail_whole
        else "The audit trail in it is broken, as it is in the store itself."
    )
    lines = [f"{made.path}: {size_words(made.size)}, opened again and checked.", trail]
    if made.removed:
        lines.append(f"{made.removed} older backups removed.")
    call.answer(made.as_json(), lines)
    return DONE if made.is_trail_whole else FAULT


def _list(call: Call) -> int:
    from core.queries.backup import backup_view  # noqa: PLC0415

    view = backup_view(call.desk)
    shown = [kept.as_json() for kept in (*view.backups, *view.replaced)]
    columns = (("made_at", "Made"), ("made_by", "By"), ("why", "Why"), ("size", "Size"), ("path", "File"))
    last = f"Last good backup: {view.last.made_at}" if view.last else "There is no backup yet."
    document = {
        "folder": str(view.folder),
        "schedule": view.schedule,
        "keep": view.keep,
        "last_good_at": view.last.made_at if view.last else None,
        "problem": view.problem,
        "backups": shown,
    }
    rows = [{**one, "size": size_words(one["size"]), "path": Path(one["path"]).name} for one in shown]
    problem = [f"The last attempt failed: {view.problem['what']}"] if view.problem else []
    call.answer(document, [f"In {view.folder}:", *table(rows, columns), last, *problem])
    return DONE


def size_words(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


COMMAND = Command("backup", 92, "Make an encrypted backup, or list the backups", _arguments, _run)
