"""`chartmend match`: links patients over all sources."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults()


def _run(call: Call) -> int:
    from core.usecases.finding_out import match_now  # noqa: PLC0415

    with call.job("Matching") as job:
        result = match_now(call.desk, job=job).value
    line = f"{result.records} records, {result.groups} people; {result.scored_pairs} pairs scored."
    call.answer(result.as_json(), [line])
    return DONE


COMMAND = Command("match", 30, "Link patients and visits over all sources", _arguments, _run)
