"""`chartmend staff`: who works here and in which role."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from core.cli._port import DONE, Call, Command, table
from core.security.roles import GIVEN_ROLES


def _arguments(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(dest="do", required=True, metavar="DO")
    below.add_parser("list", help="everybody who was ever set up")
    add = below.add_parser("add", help="set somebody up; the first one is an administrator")
    role = below.add_parser("role", help="give somebody another role")
    for one in (add, role):
        one.add_argument("name", metavar="NAME")
        one.add_argument("--role", choices=GIVEN_ROLES, required=True)
    for verb, words in (("deactivate", "end somebody's access"), ("reactivate", "let somebody in again")):
        below.add_parser(verb, help=words).add_argument("name", metavar="NAME")


def _run(call: Call) -> int:
    from core.queries.settings import settings_view  # noqa: PLC0415
    from core.usecases import staff  # noqa: PLC0415

    args, desk = call.args, call.desk
    match args.do:
        case "add":
            staff.add_person(desk, args.name, args.role)
        case "role":
            staff.change_role(desk, args.name, args.role)
        case "deactivate":
            staff.deactivate(desk, args.name)
        case "reactivate":
            staff.reactivate(desk, args.name)
    rows = [asdict(member) for member in settings_view(desk).people]
    shown = [row | {"active": "yes" if row["is_active"] else "no"} for row in rows]
    lines = table(shown, (("name", "NAME"), ("role", "ROLE"), ("active", "ACTIVE")))
    call.answer(rows, lines if rows else ["Nobody is set up: whoever has the passphrase is the owner."])
    return DONE


COMMAND = Command("staff", 84, "List and set up the people who work here, and their roles", _arguments, _run)
