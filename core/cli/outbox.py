"""`chartmend outbox`: corrections and their states; settling conflicts and hand work."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command, table
from core.errors import BadInput

_DO = ("resolve", "retry", "done", "drop", "pause", "resume")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("do", nargs="?", choices=_DO, help="settle one correction, or pause all, instead of listing")
    parser.add_argument("id", nargs="?", metavar="ID")
    parser.add_argument("--state", metavar="S")
    parser.add_argument("--pick", action="append", default=[], metavar="FIELD=mine|theirs", help="for resolve")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="for resolve: another value")


def _run(call: Call) -> int:
    from core.queries.outbox import list_corrections  # noqa: PLC0415

    if call.args.do:
        _settle(call)
    found = list_corrections(call.desk, state=call.args.state, only=call.args.id)
    columns = (("id", "Id"), ("state", "State"), ("kind", "What"), ("where", "Where"), ("last_answer", "Last answer"))
    call.answer(
        found, [*table([{**f, "where": f["target_text"]} for f in found], columns), f"{len(found)} corrections"]
    )
    return DONE


def _settle(call: Call) -> None:
    from core.corrections import attend  # noqa: PLC0415

    args = call.args
    if args.do in ("pause", "resume"):
        from core.usecases.sending import pause_outbox  # noqa: PLC0415

        pause_outbox(call.desk, is_paused=args.do == "pause")
        return
    if not args.id:
        raise BadInput("Name the correction.", code="CM-INP-04")
    if args.do == "resolve":
        picks, typed = (dict(text.partition("=")[::2] for text in texts) for texts in (args.pick, args.set))
        attend.resolve(call.desk, args.id, picks, typed)
    else:
        {"retry": attend.retry, "done": attend.done_by_hand, "drop": attend.drop}[args.do](call.desk, args.id)


COMMAND = Command("outbox", 65, "List corrections, settle conflicts and hand work", _arguments, _run)
