"""The command line: one file per command, discovered. Names, options, JSON keys and exit codes are promises."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import orjson

from core import errors, log
from core.cli._port import FAULT, INTERRUPTED, LOCKED, REFUSED, USAGE, Call, Command
from core.registry import discover


def default_home() -> Path:
    """CHARTMEND_HOME, else the platform's data folder."""
    from platformdirs import user_data_dir  # noqa: PLC0415

    return Path(os.environ.get("CHARTMEND_HOME") or user_data_dir("Chartmend", appauthor=False))


def main(argv: Sequence[str]) -> int:
    """Run one command; gives its exit code."""
    parser, commands = build_parser()
    args = parser.parse_args(argv)
    log.set_up(is_verbose=args.verbose)
    if not args.command:
        parser.print_help()
        return USAGE
    call = Call(
        args=args,
        home=Path(args.home) if args.home else default_home(),
        actor=args.as_user or getpass.getuser(),
        today=args.today,
        is_json=args.json,
    )
    try:
        return commands[args.command].run(call)
    except KeyboardInterrupt:
        print("Stopped. What was finished is kept; it is safe to run this again.", file=sys.stderr)
        return INTERRUPTED
    except errors.ChartmendError as why:
        return _complain(why, is_json=args.json)
    finally:
        call.close()


def build_parser() -> tuple[argparse.ArgumentParser, dict[str, Command]]:
    """The parser with every discovered command."""
    import core.cli as package  # noqa: PLC0415  (its own modules are discovered)

    commands: dict[str, Command] = discover(package, "COMMAND")
    parser = argparse.ArgumentParser(prog="chartmend", description="Patients, visits and charges that agree.")
    _global_options(parser, is_top=True)
    below = parser.add_subparsers(dest="command", metavar="COMMAND")
    for command in commands.values():
        sub = below.add_parser(command.id, help=command.summary, description=command.summary)
        _global_options(sub, is_top=False)
        command.arguments(sub)
    return parser, commands


def _global_options(parser: argparse.ArgumentParser, *, is_top: bool) -> None:
    """Global options may stand before or after the command; after it they do not reset what stood before."""
    group = parser.add_argument_group("global options")

    def add(*names: str, default: object = None, **more: object) -> None:
        group.add_argument(*names, default=default if is_top else argparse.SUPPRESS, **more)  # type: ignore[arg-type]

    add("--home", metavar="DIR", help="the store's folder (else CHARTMEND_HOME, else the platform's data folder)")
    add("--json", action="store_true", default=False, help="machine output on stdout")
    add("--today", type=_day, metavar="YYYY-MM-DD", help="the date that rules take as today")
    add("--passphrase-file", metavar="F", help="file with the passphrase (else CHARTMEND_PASSPHRASE, keyring, prompt)")
    add("--as-user", metavar="NAME", help="who is working")
    add("-v", "--verbose", action="store_true", default=False, help="say more on stderr")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as why:
        raise argparse.ArgumentTypeError("a date is written YYYY-MM-DD") from why


def _complain(error: errors.ChartmendError, *, is_json: bool) -> int:
    place = f" ({error.place})" if isinstance(error, errors.BadInput) and error.place else ""
    print(f"{error.sentence()}{place} [{error.code}]", file=sys.stderr)
    if is_json:
        document = {"error": {"code": error.code, "what": error.what, "safe": error.safe, "todo": error.todo}}
        sys.stdout.buffer.write(orjson.dumps(document) + b"\n")
        sys.stdout.flush()
    if isinstance(error, errors.Cancelled):
        return INTERRUPTED
    if isinstance(error, errors.WrongKey | errors.Locked):
        return LOCKED
    if isinstance(error, errors.Refused | errors.NotPossible | errors.VersionConflict | errors.StoreError):
        return REFUSED
    if isinstance(error, errors.BadInput):
        return USAGE
    return FAULT
