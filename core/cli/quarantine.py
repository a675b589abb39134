"""`chartmend quarantine`: input that could not be read."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command, table


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("do", nargs="?", choices=("retry",), help="read what is kept there once more")


def _run(call: Call) -> int:
    from core.queries.intake import list_quarantine  # noqa: PLC0415
    from core.usecases.intake import retry_quarantine  # noqa: PLC0415

    if call.args.do:
        solved = retry_quarantine(call.desk).value
        call.say(f"{solved} can be read now.")
    found = list_quarantine(call.desk)
    columns = (("source", "Source"), ("position", "Where"), ("reason", "Why"))
    call.answer(found, [*table(found, columns), f"{len(found)} not readable"])
    return DONE


COMMAND = Command("quarantine", 25, "List input that could not be read, or try it again", _arguments, _run)
