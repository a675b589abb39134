"""`chartmend approve ID ...`: a second person says yes."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID")


def _run(call: Call) -> int:
    from core.corrections.attend import approve  # noqa: PLC0415

    count = approve(call.desk, tuple(call.args.ids)).value
    call.answer({"approved": count}, [f"{count} approved."])
    return DONE


COMMAND = Command("approve", 66, "Approve corrections that wait for a second person", _arguments, _run)
