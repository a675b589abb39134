"""`chartmend sendback ID --reason`: a second person says no."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--reason", required=True, metavar="TEXT")


def _run(call: Call) -> int:
    from core.corrections.attend import send_back  # noqa: PLC0415

    send_back(call.desk, call.args.id, call.args.reason)
    call.answer({"sent_back": call.args.id}, ["Sent back; the finding is open again."])
    return DONE


COMMAND = Command("sendback", 67, "Send a correction back to who staged it", _arguments, _run)
