"""`chartmend lookup`: finds likely existing patients before somebody registers a new one."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command

_FIELDS = {"dob": "birth_date", "phone": "phone", "sex": "sex", "ssn": "ssn", "email": "email", "street": "street",
           "city": "city", "zip": "zip"}  # fmt: skip


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, metavar="N", help='as heard: "Maria Alvarez" or "Alvarez, Maria"')
    for option in _FIELDS:
        parser.add_argument(f"--{option}", metavar=option.upper())


def _run(call: Call) -> int:
    from core.queries.heard import name_parts  # noqa: PLC0415
    from core.queries.lookup import lookup  # noqa: PLC0415

    asked = name_parts(call.args.name)
    asked |= {field: value for option, field in _FIELDS.items() if (value := getattr(call.args, option))}
    found = lookup(call.desk, asked)
    lines = []
    for one in found:
        record = "/".join(one["record"].values())
        lines.append(f"{one['tier']:7} {one['probability']:.0%}  {record}  {one['reason']} {one['check']}".rstrip())
    call.answer(found, lines or ["Nobody like this is here."])
    return DONE


COMMAND = Command("lookup", 57, "Find likely existing patients", _arguments, _run)
