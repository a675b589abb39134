"""Result files: written beside their place under a passing name, then moved there whole. Never half a file."""

from __future__ import annotations

import csv
import errno
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.errors import BadInput, ChartmendError, DiskFull

CANNOT_WRITE = "CM-DUP-04"
_WORKBOOKS = frozenset({".xls", ".xlsx", ".xlsm", ".ods", ".numbers"})


def check_places(inputs: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Raise BadInput where a result would replace an input or the other result, or cannot be written at all."""
    seen = [_real(path) for path in inputs]
    if len(set(seen)) < len(seen):
        raise BadInput("Both files are the same one.", todo="Give it once.", code=CANNOT_WRITE)
    for path in outputs:
        if _real(path) in seen:
            reason = "it is one of the files to be read" if _real(path) in map(_real, inputs) else "it is named twice"
            raise _refused(path, reason, "Give another name.")
        seen.append(_real(path))
        if path.exists() and not path.is_file():
            raise _refused(path, "it is a folder or a device", "Name a file.")
        if path.suffix.lower() in _WORKBOOKS:
            raise _refused(path, "it is named like a workbook, but results are CSV", "Give a name that ends in .csv.")
        if not path.absolute().parent.is_dir():
            raise _refused(path, "there is no such folder", "Make the folder first.")
        _try(path)


def _try(path: Path) -> None:
    """Raise BadInput where a file could not be put there: better now than after the whole comparison."""
    try:
        if path.exists():
            with path.open("r+b"):
                return
        place = path.resolve()
        with tempfile.TemporaryFile(dir=place.parent):
            pass
    except OSError as why:
        raise _failed(path, why) from why


@dataclass(frozen=True, slots=True)
class Table:
    """What one result file holds. `is_marked`: with a UTF-8 mark, by which spreadsheet programs know its letters."""

    path: Path
    header: Sequence[str]
    rows: Iterable[Sequence[object]]
    is_marked: bool = False


def write_tables(tables: Sequence[Table]) -> None:
    """Write all files or none of them. Raises BadInput or DiskFull."""
    made: list[tuple[Path, Path]] = []
    try:
        for table in tables:
            place = table.path.resolve()  # a link stays one, and what it points to is replaced
            passing = place.with_name(f".{place.name}.{os.getpid()}.part")
            made.append((passing, place))
            with passing.open("w", encoding="utf-8-sig" if table.is_marked else "utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(table.header)
                writer.writerows(table.rows)
        for passing, place in made:
            passing.replace(place)
    except OSError as why:
        raise _failed(made[-1][1] if made else Path(), why) from why
    finally:
        for passing, _ in made:
            with suppress(OSError):
                passing.unlink(missing_ok=True)


def _real(path: Path) -> tuple[int, int] | str:
    """What tells files apart: links and other spellings of one file are the same."""
    try:
        found = path.stat()
    except OSError:
        return str(path.absolute().parent.resolve() / path.name)
    return found.st_dev, found.st_ino


def _failed(path: Path, why: OSError) -> ChartmendError:
    if why.errno == errno.ENOSPC:
        return DiskFull(f"There is no room left for {path}.", safe="Nothing was written.")
    return _refused(path, why.strerror or "the system refuses it", "Close it in other programs, or give another place.")


def _refused(path: Path, reason: str, todo: str) -> BadInput:
    return BadInput(f"{path} cannot be written: {reason}.", todo=todo, code=CANNOT_WRITE)
