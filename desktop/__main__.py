"""The installed command: a window without a subcommand, the command line with one."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path

from core import log
from core.cli import build_parser, default_home
from core.cli import main as run_command


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `chartmend` and of `python -m desktop`."""
    multiprocessing.freeze_support()
    words = list(sys.argv[1:] if argv is None else argv)
    if "--self-check" in words:
        from desktop.self_check import self_check  # noqa: PLC0415

        return self_check()
    args = _window_args(words)
    if args is None:
        return run_command(words)
    from desktop.app import Start, run_window  # noqa: PLC0415  (Qt only for a window)

    is_demo = args.command == "demo"
    home = Path(args.home) if args.home else default_home()
    if is_demo and not args.home:
        home /= "demo"  # the same folder as the demo without a window
    log.set_up(is_verbose=args.verbose)
    seed, patients = (args.seed, args.patients) if is_demo else (None, None)
    return run_window(Start(home, is_demo, args.as_user or "", args.today, seed, patients))


def _window_args(words: list[str]) -> argparse.Namespace | None:
    """The options when a window is wanted: no subcommand, or the demo without --headless."""
    if any(word in ("-h", "--help") for word in words):
        return None
    args = build_parser()[0].parse_args(words)
    wants = args.command is None or (args.command == "demo" and not args.headless)
    return args if wants else None


if __name__ == "__main__":
    raise SystemExit(main())
