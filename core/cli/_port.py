"""What a command is, and what it gets: the options, a desk on demand, and one way to answer."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from core.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.desk import Desk

_WAITING = "{desc}: {elapsed}{postfix}"
DONE, FAULT, USAGE, PARTIAL, LOCKED, REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130


@dataclass(slots=True)
class Call:
    """One run of the command line."""

    args: argparse.Namespace
    home: Path
    actor: str
    today: date | None
    is_json: bool
    _desk: Any = field(default=None, repr=False)

    @property
    def desk(self) -> Desk:
        """The open store; opened at first use."""
        if self._desk is None:
            from core.boot import open_for_command  # noqa: PLC0415  (help and usage errors need no store)

            self._desk = open_for_command(self)
        desk: Desk = self._desk
        return desk

    def close(self) -> None:
        """Close the store if it was opened."""
        if self._desk is not None:
            self._desk.close()

    def passphrase(self, *, is_new: bool = False) -> str | None:
        """From --passphrase-file, CHARTMEND_PASSPHRASE, the system's store, or a prompt on a terminal; else None."""
        from core.security.secrets import recall  # noqa: PLC0415

        if self.args.passphrase_file:
            return Path(self.args.passphrase_file).read_text(encoding="utf-8").strip()
        if found := os.environ.get("CHARTMEND_PASSPHRASE"):
            return found
        if found := recall(f"store:{self.home.resolve()}"):
            return found
        if not sys.stdin.isatty():
            return None
        first = getpass.getpass("Passphrase for the new store: " if is_new else "Passphrase: ")
        if is_new and getpass.getpass("Again: ") != first:
            print("The two differ.", file=sys.stderr)
            return None
        return first or None

    def say(self, *lines: str) -> None:
        """Words for people: on stdout, or on stderr when stdout belongs to JSON."""
        for line in lines:
            print(line, file=sys.stderr if self.is_json else sys.stdout)

    def answer(self, document: Any, lines: Iterable[str]) -> None:
        """The command's answer: the JSON document, or its lines for people."""
        if self.is_json:
            sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
            sys.stdout.flush()
        else:
            for line in lines:
                print(line)

    @contextmanager
    def job(self, title: str) -> Iterator[Job]:
        """A job with a progress bar on a terminal, silent otherwise. While nothing is counted, the time still runs."""
        if not sys.stderr.isatty():
            yield Job(title)
            return
        from tqdm import tqdm  # noqa: PLC0415

        with tqdm(desc=title, unit="", leave=False, file=sys.stderr, bar_format=_WAITING) as bar:
            is_over = threading.Event()

            def listen(done: int, total: int | None, text: str) -> None:
                bar.total = total
                bar.bar_format = None if done or total else _WAITING
                bar.set_postfix_str(text, refresh=done == bar.n)
                bar.update(done - bar.n)

            def tick() -> None:
                while not is_over.wait(1.0):
                    bar.refresh()

            ticking = threading.Thread(target=tick, daemon=True)
            ticking.start()
            try:
                yield Job(title, listen)
            finally:
                is_over.set()
                ticking.join()


@dataclass(frozen=True, slots=True)
class Command:
    """What a module in `core.cli` exposes as COMMAND: its arguments, and `run(call) -> exit code`."""

    id: str
    order: int
    summary: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Call], int]


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[tuple[str, str]]) -> list[str]:
    """Rows as aligned text: (key, heading) per column. Long values are cut with an ellipsis."""
    cells = [[_short(row.get(key)) for key, _ in columns] for row in rows]
    widths = [max([len(title)] + [len(line[i]) for line in cells]) for i, (_, title) in enumerate(columns)]
    head = "  ".join(title.ljust(width) for (_, title), width in zip(columns, widths, strict=True))
    body = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return [head.rstrip(), *body]


def _short(value: Any, width: int = 60) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= width else text[: width - 1] + "…"
