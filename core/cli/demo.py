"""`chartmend demo`: the demo practice, with or without a window."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--headless", action="store_true", help="no window: do all of it and print a summary")
    parser.add_argument("--seed", type=int, metavar="N")
    parser.add_argument("--patients", type=int, metavar="N")


def _run(call: Call) -> int:
    from core.boot import open_demo  # noqa: PLC0415
    from core.clock import Clock  # noqa: PLC0415
    from core.demo.walk import walk_through  # noqa: PLC0415

    home = call.home if call.args.home else call.home / "demo"
    args = call.args
    call.say(f"Demo practice in {home}: made-up people, real servers on this computer, a store of its own.")
    desk = open_demo(home, call.actor, Clock(fixed_today=call.today), seed=args.seed, patients=args.patients)
    try:
        with call.job("Demo practice") as job:
            summary = walk_through(desk, job)
    finally:
        desk.close()
    call.answer(summary.as_json(), summary.lines())
    return DONE


COMMAND = Command("demo", 1, "The demo practice: made-up people, real servers, real corrections", _arguments, _run)
