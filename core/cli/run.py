"""`chartmend run`: pull, match and reconcile: what a nightly schedule calls."""

from __future__ import annotations

import argparse

from core.cli._port import Call, Command
from core.cli.pull import outcome_code, pull_all


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
    call.answer(
        {
            "pull": {"connections": [r.as_json() for r in pulled]},
            "match": matched.as_json(),
            "reconcile": found.as_json(),
        },
        [
            *(
                f"{r.name}: {r.landed} new or changed, {r.unchanged} unchanged, {r.quarantined} not readable."
                for r in pulled
            ),
            f"{matched.records} records are {matched.groups} people.",
            f"{found.findings_opened} findings opened, {found.findings_closed} closed.",
        ],
    )
    return outcome_code(pulled)


COMMAND = Command("run", 10, "Pull, match and reconcile", _arguments, _run)
