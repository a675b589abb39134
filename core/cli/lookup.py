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


def name_parts(text: str) -> dict[str, str]:
    """Given and family name from a name as people write it: with a comma the family name stands first."""
    family, comma, given = (part.strip() for part in text.partition(","))
    if comma:
        return {"family_name": family, "given_name": given}
    words = text.split()
    return {"given_name": " ".join(words[:-1]), "family_name": words[-1]} if len(words) > 1 else {"family_name": text}


COMMAND = Command("lookup", 57, "Find likely existing patients", _arguments, _run)
