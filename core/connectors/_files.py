"""Files of a folder, plain or packed: walked in a stable order, streamed, never unpacked to disk.

A source file is a file of the folder; a leaf is what is read: a source file itself, or a file inside an archive
("export.zip!Patient.ndjson"). Archives that cannot be trusted (paths that lead out, bombs) are refused in words.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from core.errors import BadInput

CANNOT_OPEN, BAD_ARCHIVE, BOMB, LEADS_OUT = "CM-FILE-01", "CM-FILE-02", "CM-FILE-03", "CM-FILE-04"
_ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
_STEP = 1 << 20
_DEEPEST = 3  # archives inside archives
_HARMLESS = 64 * _STEP  # below this size nothing counts as a bomb
_MOST_GROWTH = 200  # a packed file that grows more than so many times is one; health data grows 10 to 40 times
_LONGEST_LINE = 64 * _STEP
LARGEST_DOCUMENT = 256 * _STEP  # one JSON document has to fit into memory; lines are read one by one


class BombFound(Exception):
    """A packed file grows far beyond what packed text does."""


class TooLarge(Exception):
    """A document or line is larger than what may be held in memory."""


_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError, RuntimeError, NotImplementedError)
READ_TROUBLE = (*_BROKEN, BombFound, TooLarge)  # what reading a leaf may raise


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, empty at the end."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the folder, by its name relative to it, with what tells whether it changed."""

    path: Path
    name: str
    size: int
    modified_ns: int
    digest: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A readable file. `stream` may be read once, and only until the next leaf is asked for."""

    name: str
    stream: Readable


@dataclass(frozen=True, slots=True)
class Broken:
    """A file or archive that cannot be opened: its name, a reason in words, a code, and its first bytes."""

    name: str
    reason: str
    code: str
    beginning: bytes = b""


def why_broken(name: str, trouble: Exception) -> Broken:
    """What stopped the reading of a file, in words."""
    if isinstance(trouble, BombFound):
        reason = f"It grows to more than {_MOST_GROWTH} times its packed size, as no health data does."
        return Broken(name, reason, BOMB)
    if isinstance(trouble, TooLarge):
        most = LARGEST_DOCUMENT // _STEP
        return Broken(name, f"It is larger than {most} MB in one piece. Export it as NDJSON, a record a line.", BOMB)
    if "password" in str(trouble):
        return Broken(name, "It needs a password.", BAD_ARCHIVE)
    is_packed = name.lower().endswith((*_ARCHIVES, ".gz")) or "!" in name
    reason = "This archive is damaged, cut off or no archive." if is_packed else "This file cannot be read."
    return Broken(name, reason, BAD_ARCHIVE if is_packed else CANNOT_OPEN)


def read_whole(stream: Readable) -> bytes:
    """All of a leaf. Raises READ_TROUBLE, TooLarge before memory suffers."""
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_STEP):
        size += len(piece)
        if size > LARGEST_DOCUMENT:
            raise TooLarge
        pieces.append(piece)
    return b"".join(pieces)


def read_lines(stream: Readable) -> Iterator[bytes]:
    """The lines of a leaf without their ends, one by one; the last may lack its end. Raises READ_TROUBLE."""
    rest = b""
    while piece := stream.read(_STEP // 4):
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        if len(rest) > _LONGEST_LINE:
            raise TooLarge
    if rest:
        yield rest


def count_files(root: Path, suffixes: tuple[str, ...]) -> int:
    """How many files would be read."""
    if root.is_file():
        return 1
    return sum(_is_wanted(path.relative_to(root).as_posix(), suffixes) for path in _paths(root))


def source_files(root: Path, suffixes: tuple[str, ...]) -> tuple[list[SourceFile], list[Broken], int]:
    """The files to read, oldest change first; links that lead out; and how many files of other kinds were left out.

    Raises BadInput when there is no such folder or file.
    """
    if not root.exists():
        raise BadInput("There is no such folder or file.", place=root.name, todo="Check the path.", code="CM-FILE-05")
    is_one = root.is_file()
    found: list[SourceFile] = []
    broken: list[Broken] = []
    others = 0
    for path in [root] if is_one else _paths(root):
        name = root.name if is_one else path.relative_to(root).as_posix()
        if not is_one and not _is_wanted(name, suffixes):
            others += not any(part.startswith(".") for part in PurePosixPath(name).parts)
        elif not is_one and path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            broken.append(Broken(name, "This is a link that leads out of the folder.", LEADS_OUT))
        else:
            try:
                state = path.stat()
                found.append(SourceFile(path, name, state.st_size, state.st_mtime_ns, _digest(path)))
            except OSError:
                broken.append(Broken(name, "This file cannot be opened.", CANNOT_OPEN))
    found.sort(key=lambda file: (file.modified_ns, file.name))
    return found, broken, others


def _paths(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def leaves(source: SourceFile, suffixes: tuple[str, ...]) -> Iterator[Leaf | Broken]:
    """The readable files of a source file: itself, or what an archive holds."""
    try:
        with source.path.open("rb") as stream:
            yield from _open(source.name, stream, suffixes, 0)
    except _BROKEN as why:
        yield why_broken(source.name, why)


def bare_name(name: str) -> str:
    """The name of a leaf inside its archive, lower case, without .gz."""
    return PurePosixPath(name.rpartition("!")[2]).name.lower().removesuffix(".gz")


def _is_wanted(name: str, suffixes: tuple[str, ...]) -> bool:
    parts = PurePosixPath(name).parts
    if any(part.startswith(".") or part == "__MACOSX" for part in parts):
        return False
    lower = name.lower()
    return lower.endswith((*_ARCHIVES, ".gz")) or lower.removesuffix(".gz").endswith(suffixes)


def _open(name: str, stream: BinaryIO, suffixes: tuple[str, ...], depth: int) -> Iterator[Leaf | Broken]:
    lower = name.lower()
    opened: Iterator[Leaf | Broken]
    if lower.endswith(_ARCHIVES):
        reader: Callable[[BinaryIO], Iterator[tuple[str, BinaryIO]]] = _zip if lower.endswith(".zip") else _tar
        opened = _archive(name, reader(stream), suffixes, depth)
    elif lower.endswith(".gz"):
        opened = iter((Leaf(name, _unpacked(stream)),))
    else:
        opened = iter((Leaf(name, stream),))
    yield from opened


def _archive(
    name: str, members: Iterator[tuple[str, BinaryIO]], suffixes: tuple[str, ...], depth: int
) -> Iterator[Leaf | Broken]:
    if depth >= _DEEPEST:
        yield Broken(name, "Archives are packed into each other too deep.", BAD_ARCHIVE)
        return
    try:
        for inner, stream in members:
            place = f"{name}!{inner}"
            if _leads_out(inner):
                yield Broken(place, "Its name leads out of the archive.", LEADS_OUT)
            elif _is_wanted(inner, suffixes):
                is_archive = inner.lower().endswith(_ARCHIVES)  # these are read from both their ends
                opened = cast(BinaryIO, io.BytesIO(read_whole(stream))) if is_archive else stream
                yield from _open(place, opened, suffixes, depth + 1)
    except READ_TROUBLE as why:
        yield why_broken(name, why)


def _leads_out(inner: str) -> bool:
    plain = inner.replace("\\", "/")
    return plain.startswith("/") or ".." in plain.split("/") or plain[1:2] == ":"


def _zip(stream: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    with zipfile.ZipFile(stream) as archive:
        for member in sorted(archive.infolist(), key=lambda one: one.filename):
            if member.is_dir():
                continue
            if member.file_size > _HARMLESS and member.file_size > _MOST_GROWTH * max(1, member.compress_size):
                raise BombFound
            with archive.open(member) as inner:
                yield member.filename, cast(BinaryIO, inner)


def _tar(stream: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    # Streamed from front to end ("|"): nothing is kept of members that were passed.
    is_packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    source = cast(BinaryIO, _unpacked(stream)) if is_packed else stream
    with tarfile.open(fileobj=source, mode="r|") as archive:
        for member in archive:
            inner = archive.extractfile(member) if member.isreg() else None
            if inner is not None:
                yield member.name, cast(BinaryIO, inner)


def _unpacked(packed: Readable) -> _Guarded:
    counted = _Counted(packed)
    return _Guarded(gzip.GzipFile(fileobj=cast(BinaryIO, counted)), counted)


class _Counted:
    """A stream that knows how much of it was read."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = -1, /) -> bytes:
        found = self._stream.read(size)
        self.count += len(found)
        return found


class _Guarded:
    """A stream that is unpacked while it is read, and ends with BombFound when it grows too far."""

    def __init__(self, unpacked: gzip.GzipFile, packed: _Counted) -> None:
        self._unpacked, self._packed = unpacked, packed
        self._count = 0

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_STEP), b""))
        found = self._unpacked.read(size)
        self._count += len(found)
        if self._count > _HARMLESS and self._count > _MOST_GROWTH * max(1, self._packed.count):
            raise BombFound
        return found
