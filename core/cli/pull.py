"""`chartmend pull`: lands and normalises what changed."""

from __future__ import annotations

import argparse

from core.cli._port import DONE, PARTIAL, Call, Command, table

_COLUMNS = (
    ("name", "Connection"),
    ("landed", "New or changed"),
    ("unchanged", "Unchanged"),
    ("deleted", "Gone"),
    ("quarantined", "Not readable"),
    ("seconds", "Seconds"),
    ("outcome", "Outcome"),
)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="connections (all when none is named)")
    parser.add_argument("--full", action="store_true", help="read everything again, also to find what is gone")


def _run(call: Call) -> int:
    results = pull_all(call)
    call.answer({"connections": [r.as_json() for r in results]}, table([r.as_json() for r in results], _COLUMNS))
    return outcome_code(results)


def pull_all(call: Call) -> list:  # type: ignore[type-arg]
    """Pull the named connections (all when none is named), with progress."""
    from core.usecases.intake import pull_now  # noqa: PLC0415

    with call.job("Pulling") as job:
        names = tuple(getattr(call.args, "names", ()) or ())
        return list(pull_now(call.desk, names, is_full=getattr(call.args, "full", False), job=job).value)


def outcome_code(results: list) -> int:  # type: ignore[type-arg]
    """0 when everything was read, 3 when something was quarantined or a connection failed."""
    is_whole = all(result.outcome == "done" and not result.quarantined for result in results)
    return DONE if is_whole else PARTIAL


COMMAND = Command("pull", 20, "Land and normalise what changed in the connected systems", _arguments, _run)
