"""`chartmend findings`: what the rules found."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command, table


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rule", metavar="ID")
    parser.add_argument("--status", choices=("open", "staged", "resolved", "dismissed", "fixed-outside"))
    parser.add_argument("--since", metavar="YYYY-MM-DD", help="opened or changed on or after this day")


def _run(call: Call) -> int:
    from core.queries.findings import list_findings  # noqa: PLC0415

    found = list_findings(call.desk, rule=call.args.rule, status=call.args.status, since=call.args.since)
    rows = [{**f, "worth": f"${f['at_risk_cents'] / 100:,.2f}" if f["at_risk_cents"] else ""} for f in found]
    columns = (("key", "Key"), ("severity", "Severity"), ("status", "Status"), ("worth", "At risk"), ("title", "Title"))
    call.answer(found, [*table(rows, columns), f"{len(found)} findings"])
    return DONE


COMMAND = Command("findings", 50, "List findings", _arguments, _run)
