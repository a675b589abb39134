"""Pulling a folder: which files are new since the last time, page after page, with a place to go on from.

The watermark is a fingerprint of all files in the order of their last change. If the first files still have that
fingerprint, what follows is new and nothing can have vanished: only the new ones are read. In any other case all are
read, and what was not delivered is gone.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson

from core.connectors._bundles import Gone, Piece, Unused
from core.connectors._files import READ_TROUBLE, Broken, Leaf, SourceFile, leaves, source_files, why_broken
from core.connectors._port import RawItem, RawPage, Settings, Unreadable
from core.errors import BadAnswer, BadInput
from core.jobs import Job

STREAM = "files"
_PAGE_PIECES = 200
_PAGE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Statement:
    """What the source itself says about its completeness."""

    complete_from: str | None = None
    complete_through: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FileSource:
    """How a kind of folder is read. `read` gives the pieces of a leaf in a stable order and raises nothing.

    `kind_of` is the kind of the pieces that a target (Kind/id) names so; `may_hold` says of a leaf, by its name,
    whether pieces of a kind can lie in it. `read_by` changes when unchanged files would be read in another way.
    """

    form: str
    suffixes: tuple[str, ...]
    read: Callable[[Leaf, Sequence[SourceFile]], Iterator[Piece]]
    state: Callable[[Sequence[SourceFile]], Statement] = lambda _files: Statement()
    unused_words: str = "not used"
    kind_of: Callable[[str], str] = lambda kind: kind
    may_hold: Callable[[str, str], bool] = lambda _name, _kind: True
    read_by: str = ""


def root_of(settings: Settings) -> Path:
    """The folder or file of a connection."""
    if not settings.path:
        raise BadInput("No folder is set for this connection.", todo="Give a path.", code="CM-FILE-06")
    return Path(settings.path).expanduser()


def pull_files(source: FileSource, root: Path, since: str | None, cursor: str | None, job: Job) -> Iterator[RawPage]:
    """The pages of a folder. Raises BadInput when it is not there, BadAnswer for a cursor that is of no use now."""
    files, broken, others = source_files(root, source.suffixes)
    mark = _fingerprint(files, source.read_by)
    first_file, done = _go_on(cursor, mark, len(files))
    known = _unchanged(files, since, source.read_by)
    is_snapshot = known == 0
    pager = _Pager(source, mark)
    if cursor is None:
        first_file = known
        for one in broken:
            pager.add(unreadable(source.form, one))
    else:
        is_snapshot = bool(orjson.loads(cursor).get("snapshot"))
    pager.is_snapshot = is_snapshot
    for index in range(first_file, len(files)):
        pager.begin(index, files[index])
        for piece in _pieces(source, files[index], files, job):
            pager.count += 1
            if pager.count <= done:
                continue
            pager.add(piece)
            if pager.is_full():
                yield pager.page()
        done = 0
        pager.end(index, files[index])
    last = pager.page()
    said = source.state(files)
    yield replace(
        last,
        cursor=None,
        watermark=mark,
        is_snapshot=is_snapshot,
        is_last=True,
        complete_from=said.complete_from,
        complete_through=said.complete_through,
        notes=pager.notes(others),
    )


def unreadable(form: str, broken: Broken) -> Unreadable:
    """A file that cannot be opened, for quarantine."""
    return Unreadable(broken.name, broken.reason, broken.code, broken.beginning, form)


def _pieces(source: FileSource, file: SourceFile, files: Sequence[SourceFile], job: Job) -> Iterator[Piece]:
    for leaf in leaves(file, source.suffixes):
        job.check()
        if isinstance(leaf, Broken):
            yield unreadable(source.form, leaf)
        else:
            yield from source.read(leaf, files)


def _fingerprint(files: Sequence[SourceFile], read_by: str) -> str:
    found = hashlib.sha256(read_by.encode())
    for file in files:
        found.update(f"{file.name}\0{file.digest}\n".encode())
    return f"{len(files)} files {found.hexdigest()[:32]}"


def _unchanged(files: Sequence[SourceFile], since: str | None, read_by: str) -> int:
    """How many files, from the first, are those of the watermark; 0 when any of them changed or is gone."""
    count = (since or "").partition(" ")[0]
    if not count.isdigit() or int(count) > len(files):
        return 0
    return int(count) if _fingerprint(files[: int(count)], read_by) == since else 0


def _go_on(cursor: str | None, mark: str, count: int) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    try:
        place = orjson.loads(cursor)
        file, done = int(place["file"]), int(place["done"])
    except (ValueError, KeyError, TypeError) as why:
        raise BadAnswer("The place to go on from cannot be read.") from why
    if place.get("files") != mark or file > count:
        raise BadAnswer("The files changed since the reading was cut off.", todo="It starts again by itself.")
    return file, done


@dataclass(slots=True)
class _Pager:
    """Fills pages. `count` are the pieces of the current file that were met so far."""

    source: FileSource
    mark: str
    count: int = 0
    is_snapshot: bool = False
    _file: int = 0
    _items: list[RawItem] = field(default_factory=list)
    _unreadable: list[Unreadable] = field(default_factory=list)
    _deleted: list[tuple[str, str]] = field(default_factory=list)
    _unused: Counter[str] = field(default_factory=Counter)
    _size: int = 0
    _bytes: int = 0
    _pieces: int = 0

    def begin(self, index: int, _file: SourceFile) -> None:
        self._file, self.count = index, 0

    def end(self, index: int, file: SourceFile) -> None:
        self._file, self.count = index + 1, 0
        self._bytes += file.size

    def add(self, piece: Piece) -> None:
        if isinstance(piece, Unused):
            self._unused[piece.kind] += 1
            return
        self._pieces += 1
        if isinstance(piece, RawItem):
            self._items.append(piece)
            self._size += len(piece.payload)
        elif isinstance(piece, Unreadable):
            self._unreadable.append(piece)
            self._size += len(piece.payload)
        else:
            assert isinstance(piece, Gone)
            self._deleted.append((piece.kind, piece.id))

    def is_full(self) -> bool:
        return self._pieces >= _PAGE_PIECES or self._size >= _PAGE_BYTES

    def page(self) -> RawPage:
        place = {"files": self.mark, "file": self._file, "done": self.count, "snapshot": self.is_snapshot}
        page = RawPage(
            items=tuple(self._items),
            unreadable=tuple(self._unreadable),
            deleted=tuple(self._deleted),
            cursor=orjson.dumps(place).decode(),
            bytes=self._bytes,
        )
        self._items, self._unreadable, self._deleted = [], [], []
        self._size = self._bytes = self._pieces = 0
        return page

    def notes(self, others: int) -> tuple[str, ...]:
        found = []
        if self._unused:
            listed = ", ".join(f"{kind} {count}" for kind, count in sorted(self._unused.items()))
            found.append(f"{self.source.unused_words.capitalize()}: {listed}.")
        if others:
            files = "file is" if others == 1 else "files are"
            found.append(f"{others} {files} of another kind and left out.")
        return tuple(found)


def read_safely(leaf: Leaf, form: str, read: Callable[[Leaf], Iterator[Piece]]) -> Iterator[Piece]:
    """The pieces of a leaf, and a refusal of its rest when it cannot be read on."""
    try:
        yield from read(leaf)
    except READ_TROUBLE as why:
        yield unreadable(form, why_broken(leaf.name, why))
