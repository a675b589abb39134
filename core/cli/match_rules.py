"""`chartmend match-rules`: what matching learned and goes by, how sure it should be, and what was left out."""

from __future__ import annotations

import argparse
from typing import Any

from core.cli._port import DONE, Call, Command, table

_THRESHOLDS = ("strong", "likely", "unsure", "link")


def _arguments(parser: argparse.ArgumentParser) -> None:
    for name in _THRESHOLDS:
        parser.add_argument(f"--{name}", type=float, metavar="P", help=f"what would move if {name} began at P")
    parser.add_argument("--unlinkable", action="store_true", help="also list records that say too little")
    parser.add_argument("--after", type=int, default=0, metavar="ID", help="the page of --unlinkable behind this id")


def _run(call: Call) -> int:
    from core.queries import match_rules as queries  # noqa: PLC0415

    asked = {name: value for name in _THRESHOLDS if (value := getattr(call.args, name)) is not None}
    with_unlinkable = call.args.unlinkable
    document = {
        "rules": queries.match_rules(call.desk),
        "not_compared": queries.not_compared(call.desk),
        "calibration": queries.calibration(call.desk),
        "what_if": queries.what_if(call.desk, **asked) if asked else None,
        "unlinkable": queries.unlinkable(call.desk, after=call.args.after) if with_unlinkable else None,
    }
    call.answer(document, _lines(document))
    return DONE


def _lines(document: dict[str, Any]) -> list[str]:
    rules, found = document["rules"], document["calibration"]
    lines = [
        f"{one['id']} from {one['at']:g}: {rules['tiers'].get(one['id'], rules['tiers']['linked'])} pairs."
        for one in rules["thresholds"]
    ]
    rows = [
        {"field": field["label"], "level": level["words"], "bits": f"{level['weight']:+.1f}"}
        for field in rules["fields"]
        for level in field["levels"]
    ]
    lines += ["", *table(rows, (("field", "Field"), ("level", "Level"), ("bits", "Bits")))] if rows else []
    lines += ["", found["words"], *_effect_lines(found["effects"])]
    if document["what_if"]:
        lines += ["", *_effect_lines(document["what_if"])]
    kept_out = document["not_compared"]
    lines += ["", *([kept_out["words"]] if kept_out["words"] else []), *(key["words"] for key in kept_out["keys"])]
    if document["unlinkable"]:
        lines += ["", *(f"{row['system']}/{row['ref']}" for row in document["unlinkable"]["records"])]
    return lines


def _effect_lines(found: dict[str, Any]) -> list[str]:
    moved = [
        f"{one['before_words']} -> {one['after_words']}: {one['pairs']} pairs, {one['persons']} people."
        for one in found["moves"]
    ]
    joins = [f"{name}: {found[name]['pairs']} pairs." for name in ("joined", "parted") if found[name]["pairs"]]
    return [*moved, *joins]


COMMAND = Command("match-rules", 31, "Show what matching goes by, and what would move", _arguments, _run)
