"""`chartmend reconcile`: runs the finding rules."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults()


def _run(call: Call) -> int:
    from core.usecases.finding_out import reconcile_now  # noqa: PLC0415

    with call.job("Reconciling") as job:
        result = reconcile_now(call.desk, job=job).value
    lines = [f"{result.cases} cases: {result.findings_opened} findings opened, {result.findings_closed} closed."]
    call.answer(result.as_json(), lines)
    return DONE


COMMAND = Command("reconcile", 40, "Run the finding rules over what changed", _arguments, _run)
