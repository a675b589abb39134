"""`chartmend decide KEY --as ANSWER`: records a decision and stages the correction it leads to."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, Call, Command
from core.errors import BadInput


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="the finding's key, or a unique beginning of it")
    answers = ("same-person", "different-people", "not-sure", "accept", "dismiss")
    parser.add_argument("--as", dest="answer", choices=answers, required=True)
    parser.add_argument("--keep", metavar="REF", help="the record to keep: system/Kind/id")
    parser.add_argument(
        "--take", action="append", default=[], metavar="FIELD=REF", help="whose value is kept, or a value"
    )
    parser.add_argument(
        "--leave-out", action="append", default=[], metavar="REF", help="not one of this person's records"
    )
    parser.add_argument("--reason", default="", metavar="TEXT")


def _run(call: Call) -> int:
    from core.decisions.decide import Answer, decide  # noqa: PLC0415
    from matching.records import Ref  # noqa: PLC0415

    args = call.args
    try:
        answer = Answer(
            key=args.key,
            answer=args.answer,
            keep=Ref.parse(args.keep) if args.keep else None,
            takes=dict(_pair(text) for text in args.take),
            left_out=tuple(Ref.parse(text) for text in args.leave_out),
            reason=args.reason,
        )
    except ValueError as why:
        raise BadInput("A record is named system/Kind/id.", code="CM-INP-02") from why
    decided = decide(call.desk, answer).value
    call.answer(
        {"decision": decided.decision, "corrections": list(decided.corrections)},
        [f"Recorded ({decided.decision}).", *(f"Staged: {c}" for c in decided.corrections)],
    )
    return DONE


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput("--take is written FIELD=REF.", code="CM-INP-03")
    return name, value


COMMAND = Command("decide", 60, "Decide a finding", _arguments, _run)
