"""`chartmend run`: pull, match and reconcile, and a backup where one is due: what a nightly schedule calls."""

from __future__ import annotations

import argparse
from typing import Any

from core.cli._port import DONE, PARTIAL, Call, Command
from core.cli.pull import outcome_code, pull_all
from core.errors import NotPossible, StoreError


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="connections to pull (all when none is named)")
    parser.add_argument("--full", action="store_true", help="read everything again")


def _run(call: Call) -> int:
    from core.usecases.finding_out import match_now, reconcile_now  # noqa: PLC0415

    pulled = pull_all(call)
    with call.job("Matching") as job:
        matched = match_now(call.desk, job=job).value
    with call.job("Reconciling") as job:
        found = reconcile_now(call.desk, job=job).value
    backup, backup_lines = _back_up(call)
    call.answer(
        {
            "pull": {"connections": [r.as_json() for r in pulled]},
            "match": matched.as_json(),
            "reconcile": found.as_json(),
            "backup": backup,
        },
        [
            *(
                f"{r.name}: {r.landed} new or changed, {r.unchanged} unchanged, {r.quarantined} not readable."
                for r in pulled
            ),
            f"{matched.records} records are {matched.groups} people.",
            f"{found.findings_opened} findings opened, {found.findings_closed} closed.",
            *backup_lines,
        ],
    )
    return outcome_code(pulled) or (PARTIAL if backup and "error" in backup else DONE)


def _back_up(call: Call) -> tuple[dict[str, Any] | None, list[str]]:
    """The backup that was due, if one was. One that fails is told, and takes nothing from the rest."""
    from core.usecases.backup import back_up_if_due  # noqa: PLC0415

    try:
        with call.job("Backup") as job:
            made = back_up_if_due(call.desk, job=job).value
    except (StoreError, NotPossible) as why:
        return {"error": {"code": why.code, "what": why.what, "safe": why.safe, "todo": why.todo}}, [why.sentence()]
    return (made.as_json(), [f"Backup made: {made.path}."]) if made else (None, [])


COMMAND = Command("run", 10, "Pull, match and reconcile", _arguments, _run)
