"""`chartmend undo ID`: takes back a staged correction, or stages the reversing one."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="a correction, a decision or a finding's key")


def _run(call: Call) -> int:
    from core.decisions.undo import undo  # noqa: PLC0415

    staged = undo(call.desk, call.args.id).value
    lines = [f"Reversing correction staged: {c}" for c in staged] or ["Taken back. Nothing had been sent."]
    call.answer({"corrections": list(staged)}, lines)
    return DONE


COMMAND = Command("undo", 75, "Take back a decision, or stage the reversing correction", _arguments, _run)
