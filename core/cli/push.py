"""`chartmend push`: sends what is due, then verifies by reading back."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, PARTIAL, REFUSED, Call, Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="show the exact requests and send nothing")
    parser.add_argument("--only", nargs="+", default=[], metavar="ID")


def _run(call: Call) -> int:
    from core.usecases.sending import push_now  # noqa: PLC0415

    with call.job("Sending") as job:
        result = push_now(call.desk, only=tuple(call.args.only), is_dry_run=call.args.dry_run, job=job).value
    lines = [
        f"Sent {result.sent}: {result.verified} checked in the other system, {result.conflicts} in conflict, "
        f"{result.failed} failed, {result.by_hand} by hand, {result.unknown} without an answer.",
        *result.problems,
    ]
    for request in result.requests:
        lines += [f"{request['method']} {request['address']}", request["body"], ""]
    call.answer(result.as_json(), lines)
    if result.waiting and not result.sent:
        return REFUSED
    is_whole = not (result.failed or result.conflicts or result.unknown or result.problems)
    return DONE if is_whole else PARTIAL


COMMAND = Command("push", 70, "Send what is due and verify it by reading back", _arguments, _run)
