"""`chartmend audit verify`: checks the hash chain of the trail."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, FAULT, Call, Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("do", choices=("verify",))


def _run(call: Call) -> int:
    from core.audit.trail import verify  # noqa: PLC0415

    found = verify(call.desk.store)
    line = (
        f"{found.rows} rows, the chain is whole."
        if found.is_whole
        else f"The chain breaks after row {found.last_good}."
    )
    call.answer({"rows": found.rows, "whole": found.is_whole, "last_good": found.last_good}, [line])
    return DONE if found.is_whole else FAULT


COMMAND = Command("audit", 90, "Check the audit trail", _arguments, _run)
