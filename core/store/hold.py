"""Who uses a store: everybody who has it open holds it together, whoever replaces it has to hold it alone.

An empty SQLite file carries the lock. It works alike on every system, needs no key, and the system frees it when its
holder dies. Nothing else may open and close that file: on POSIX that would drop the lock of the whole process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import sqlcipher3.dbapi2 as dbapi

HOLD_FILE = "store.lock"
_WAIT_S = 10  # a restore swaps files in far less


class InUse(Exception):
    """Somebody else holds it."""


class Hold:
    """Held together with others until `let_go`. Raises InUse while somebody holds it alone."""

    def __init__(self, path: Path, *, wait_s: float = _WAIT_S) -> None:
        self._gate = _open(path, wait_s)
        self._take("BEGIN")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold it alone for a while. Raises InUse, at once, when anybody else holds it too."""
        self._gate.execute("ROLLBACK")
        self._gate.execute("PRAGMA busy_timeout = 0")
        try:
            self._gate.execute("BEGIN EXCLUSIVE")
        except dbapi.OperationalError as why:
            self._take("BEGIN")
            raise InUse from why
        try:
            yield
        finally:
            self._gate.execute("ROLLBACK")
            self._take("BEGIN")

    def let_go(self) -> None:
        """Hold it no longer; nothing happens a second time."""
        self._gate.close()

    def __enter__(self) -> Hold:
        return self

    def __exit__(self, kind: type[BaseException] | None, why: BaseException | None, at: TracebackType | None) -> None:
        self.let_go()

    def _take(self, statement: str) -> None:
        try:
            self._gate.execute(statement)
            self._gate.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except dbapi.OperationalError as why:
            self._gate.close()
            raise InUse from why


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold it alone, from nothing. Raises InUse, at once, when anybody holds it."""
    gate = _open(path, 0)
    try:
        try:
            gate.execute("BEGIN EXCLUSIVE")
        except dbapi.OperationalError as why:
            raise InUse from why
        yield
    finally:
        gate.close()


def _open(path: Path, wait_s: float) -> dbapi.Connection:
    return dbapi.connect(str(path), timeout=wait_s, isolation_level=None, check_same_thread=False)
