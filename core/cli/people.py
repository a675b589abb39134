"""`chartmend people`: persons with their source records and composed best values."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--linked", action="store_true", help="only persons with more than one record")


def _run(call: Call) -> int:
    from core.queries.people import list_people  # noqa: PLC0415

    found = list_people(call.desk, only_linked=call.args.linked)
    lines = []
    for person in found:
        records = ", ".join("/".join((r["system"], r["kind"], r["id"])) for r in person["records"])
        lines.append(f"{person['person']}  {records}")
    call.answer(found, [*lines, f"{len(found)} people"])
    return DONE


COMMAND = Command("people", 55, "List people with their source records", _arguments, _run)
