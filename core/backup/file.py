"""The backup file: the encrypted store as it was at one moment, and after it a label.

The label holds the wrapped keys, so that passphrase and recovery key open the backup wherever it lies, and the size
and SHA-256 of the store before it, so that a damaged file is told from a wrong passphrase. It says nothing about
patients: not even how many there are.

    [ store, whole pages ][ label, JSON ][ length of the label, 8 bytes ][ magic, 8 bytes ]
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from core.errors import Damaged
from core.jobs import Job
from core.store import keys

SUFFIX = ".chartmend"
_MAGIC = b"CHMDBAK1"
_TAIL = 16
_LONGEST = 65_536
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Label:
    """What a backup says about itself. `size` in bytes; `mark` as `Store.mark`; `wraps` as in the key file."""

    made_at: str
    made_by: str
    why: str
    """by-hand or schedule."""
    mark: str
    schema: int
    is_demo: bool
    size: int
    sha256: str
    key_file: dict[str, Any]

    def unlock(self, passphrase: str) -> bytes:
        """The data key. Raises WrongKey."""
        return keys.unwrap(self.key_file, passphrase, "This passphrase does not open the backup.")


def seal(path: Path, **facts: Any) -> Label:
    """Append the label to a copy of the store; `facts` are what the file itself does not say."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        label = Label(size=size, sha256=_digest(file, size, Job()), **facts)
        body = orjson.dumps({name: getattr(label, name) for name in Label.__slots__})
        file.seek(0, 2)
        file.write(body + len(body).to_bytes(8, "big") + _MAGIC)
    return label


def read_label(path: Path) -> Label:
    """The label of a backup. Raises Damaged for a file that is none, or whose end is missing."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(0, end - _TAIL))
            tail = file.read(_TAIL)
            length = int.from_bytes(tail[:8], "big")
            if tail[8:] != _MAGIC or not 0 < length <= min(_LONGEST, end - _TAIL):
                raise ValueError("magic")
            file.seek(end - _TAIL - length)
            label = Label(**orjson.loads(file.read(length)))
            keys.check(label.key_file)
            if label.size != end - _TAIL - length:
                raise ValueError("size")
    except (ValueError, TypeError) as why:
        raise not_whole() from why
    except FileNotFoundError as why:
        raise Damaged(
            "There is no backup under this name.", safe="Nothing was changed.", todo="Check the name.", code="CM-BAK-01"
        ) from why
    return label


def take_out(path: Path, label: Label, target: Path, job: Job) -> None:
    """Copy the store out of a backup. Raises Damaged when a single bit of it changed."""
    with path.open("rb") as source, target.open("xb") as copy:
        if _digest(source, label.size, job, copy) != label.sha256:
            raise not_whole()
        copy.flush()


def verify(path: Path, label: Label, job: Job) -> None:
    """Read a backup back from the disk. Raises Damaged when it is not what was sealed."""
    with path.open("rb") as file:
        if _digest(file, label.size, job) != label.sha256:
            raise not_whole()


def not_whole() -> Damaged:
    """What is said of a file that is no backup, or not one any more."""
    return Damaged(
        "This file is not a whole backup: it is damaged, cut off, or something else.",
        safe="Nothing was changed.",
        todo="Choose another backup.",
        code="CM-BAK-02",
    )


def _digest(source: BinaryIO, size: int, job: Job, copy: BinaryIO | None = None) -> str:
    source.seek(0)
    digest, left = hashlib.sha256(), size
    while left and (piece := source.read(min(_PIECE, left))):
        job.check()
        digest.update(piece)
        if copy is not None:
            copy.write(piece)
        left -= len(piece)
        job.advance(len(piece), total=None)
    return digest.hexdigest()
