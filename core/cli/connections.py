"""`chartmend connections`: adds, lists, tests and removes connections, and shows what each can do."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterable

from core.cli._columns import add_columns, run_columns
from core.cli._port import DONE, PARTIAL, REFUSED, Call, Command, table
from core.errors import BadInput

ROLES = ("ehr", "pm", "lab", "imaging", "payer", "other")
_PLACES = "KEY=env:VAR|file:PATH|keyring"
_PROMPTED = "keyring: asked for (or read from standard input), and kept in the system's secret store"


def _arguments(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(dest="do", required=True, metavar="WHAT")
    add = below.add_parser("add", help="add a connection")
    add.set_defaults(makes_store=True)
    add.add_argument("name", metavar="NAME")
    add.add_argument("--kind", required=True)
    add.add_argument("--role", choices=ROLES, default="other")
    add.add_argument("--url", metavar="U")
    add.add_argument("--path", metavar="P", help="a folder, or one file")
    add.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    add.add_argument("--secret", action="append", default=[], metavar=_PLACES, help=_PROMPTED)
    change = below.add_parser("set", help="change a connection: writing on or off, address, secrets")
    change.add_argument("name", metavar="NAME")
    change.add_argument("--role", choices=ROLES)
    change.add_argument("--url", metavar="U")
    change.add_argument("--path", metavar="P")
    change.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="KEY= takes it out")
    change.add_argument("--secret", action="append", default=[], metavar=_PLACES, help=_PROMPTED)
    below.add_parser("list", help="all connections")
    for name, words in (("test", "test a connection"), ("capabilities", "what a connection can do")):
        below.add_parser(name, help=words).add_argument("name", metavar="NAME")
    remove = below.add_parser("remove", help="remove one; its data is kept")
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--yes", action="store_true", help="do not ask; without a terminal nobody is asked")
    add_columns(below.add_parser("columns", help="what the columns of its files hold"))


def _run(call: Call) -> int:
    does = {
        "add": _add, "set": _set, "list": _list, "test": _test, "remove": _remove, "capabilities": _capabilities,
        "columns": run_columns,
    }  # fmt: skip
    return does[call.args.do](call)


def _add(call: Call) -> int:
    from core.usecases.connections import add_connection  # noqa: PLC0415

    args = call.args
    places, typed = _secrets(args.secret)
    added = add_connection(
        call.desk, name=args.name, kind=args.kind, role=args.role, url=args.url, path=args.path,
        options=_pairs(args.set, "--set"), secrets=places, typed=typed,
    ).value  # fmt: skip
    call.answer(added, [f"Added {args.name} ({args.kind}). Writing is off until it is switched on."])
    return DONE


def _set(call: Call) -> int:
    from core.usecases.connections import change_connection  # noqa: PLC0415

    args = call.args
    places, typed = _secrets(args.secret)
    change_connection(
        call.desk,
        args.name,
        role=args.role,
        url=args.url,
        path=args.path,
        options=_pairs(args.set, "--set"),
        secrets=places,
        typed=typed,
    )
    call.answer({"changed": args.name}, [f"Changed {args.name}."])
    return DONE


def _list(call: Call) -> int:
    from core.queries.connections import list_connections  # noqa: PLC0415

    found = list_connections(call.desk)
    columns = (("name", "Name"), ("kind", "Kind"), ("role", "Role"), ("state", "State"), ("last_pull_at", "Last pull"))
    call.answer(found, table(found, columns))
    return DONE


def _test(call: Call) -> int:
    from core.usecases.connections import test_connection  # noqa: PLC0415

    checks = list(test_connection(call.desk, call.args.name))
    rows = [{"id": c.id, "outcome": c.outcome, "sentence": c.sentence, "fix": c.fix} for c in checks]
    call.answer(rows, [f"{r['outcome']:8} {r['sentence']} {r['fix']}".rstrip() for r in rows])
    return PARTIAL if any(c.outcome == "failed" for c in checks) else DONE


def _remove(call: Call) -> int:
    from core.usecases.connections import remove_connection  # noqa: PLC0415

    if sys.stdin.isatty() and not call.args.yes:
        call.say(f"Remove {call.args.name}? What it delivered is kept. Its secrets are forgotten.")
        print("Type yes to remove it: ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() != "yes":
            call.say("Not removed. Nothing was changed.")
            return REFUSED
    remove_connection(call.desk, call.args.name)
    call.answer({"removed": call.args.name}, [f"Removed {call.args.name}. What it delivered is kept."])
    return DONE


def _capabilities(call: Call) -> int:
    from core.usecases.connections import ask_capabilities  # noqa: PLC0415

    found = ask_capabilities(call.desk, call.args.name).value
    rows = [
        {**row, "can": ", ".join(name[4:] for name, yes in row.items() if name.startswith("can_") and yes)}
        for row in found["kinds"]
    ]
    call.answer(found, table(rows, (("kind", "Kind"), ("can", "Can"), ("operations", "Operations"))))
    return DONE


def _secrets(given: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Where secrets are kept, and those typed now for the system's secret store."""
    pairs = _pairs(given, "--secret")
    typed = {name: _prompt(name) for name, place in pairs.items() if place == "keyring"}
    return {name: place for name, place in pairs.items() if name not in typed}, typed


def _prompt(name: str) -> str:
    secret = getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not secret.strip():
        raise BadInput("No secret was given.", place=name, code="CM-INP-40")
    return secret.strip()


def _pairs(texts: Iterable[str], option: str) -> dict[str, str]:
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise BadInput(f"{option} is written KEY=VALUE.", code="CM-INP-05")
        found[name] = value
    return found


COMMAND = Command("connections", 5, "Add, list, test and remove connections", _arguments, _run)
