"""What connections have in common whose files are only read: one stream, and corrections by hand elsewhere."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

from core.connectors._file_pull import STREAM, FileSource, pull_files, root_of
from core.connectors._files import Broken, SourceFile, count_files, leaves, source_files
from core.connectors._hand import hand_steps
from core.connectors._port import Accepted, Capabilities, Check, Order, RawItem, RawPage, Request, Settings
from core.errors import BadInput, NotFound, NotPossible
from core.jobs import Job


class ReadOnlyFiles(ABC):
    """A folder (or one file) that is only read. A format says how (`source`) and which kinds it holds (`probe`)."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @abstractmethod
    def source(self) -> FileSource:
        """How the files are read; made anew for each reading, so it may remember things while that lasts."""

    @abstractmethod
    def probe(self) -> Capabilities:
        """Which kinds can be read; nothing can be written."""

    def test(self) -> Iterator[Check]:
        """The folder is there, it holds files, and they hold something."""
        root = root_of(self.settings)
        if not root.exists():
            yield Check("reach", "failed", f"There is no {root.name}.", "Check the path.")
            return
        count = count_files(root, self.source().suffixes)
        if not count:
            yield Check("reach", "failed", "There is no file to read in this folder.", "Check the path.")
            return
        yield Check("reach", "ok", f"{count} files to read." if count > 1 else "One file to read.")
        yield from self.look_inside()

    def look_inside(self) -> Iterator[Check]:
        """The part of the test that opens files: the first record that is used here."""
        source = self.source()
        files, _, _ = source_files(root_of(self.settings), source.suffixes)
        for file in files:
            for item in _items(source, file, files):
                yield Check("sample", "ok", f"A {item.kind} can be read.")
                return
        yield Check("sample", "warning", "No file holds a record that is used here.", "Check the path.")

    def streams(self) -> tuple[str, ...]:
        """All kinds come in one stream: whether one of them changed is seen over the whole folder."""
        return (STREAM,)

    def pull(self, stream: str, since: str | None, cursor: str | None, job: Job) -> Iterator[RawPage]:
        """What changed since the watermark; see the port."""
        if stream != STREAM:
            raise BadInput(f"There is no stream {stream}.", code="CM-FILE-07")
        yield from pull_files(self.source(), root_of(self.settings), since, cursor, job)

    def read(self, target: str) -> RawItem:
        """The record as the files hold it now; where several do, the one of the newest file, as in a pull."""
        named, _, record_id = target.partition("/")
        source = self.source()
        kind = source.kind_of(named)
        files, _, _ = source_files(root_of(self.settings), source.suffixes)
        for file in reversed(files):
            found = [one for one in _items(source, file, files, kind) if (one.kind, one.id) == (kind, record_id)]
            if found:
                return found[-1]
        raise NotFound("No file holds this record.")

    def find(self, order: Order) -> RawItem | None:
        """Nothing can have been made here by us."""
        return self.read(order.target) if order.target else None

    def plan(self, order: Order, current: RawItem | None) -> Request:
        """Files take no corrections."""
        raise _no_corrections()

    def write(self, order: Order, current: RawItem | None) -> Accepted:
        """Files take no corrections."""
        raise _no_corrections()

    def hand_steps(self, order: Order) -> tuple[str, ...]:
        """The steps in the system that the files come from."""
        return hand_steps(order, self.settings.name)

    def close(self) -> None:  # noqa: B027  (a format that holds something open overrides it)
        """Nothing is held open between calls."""


def _items(source: FileSource, file: SourceFile, files: Sequence[SourceFile], kind: str = "") -> Iterator[RawItem]:
    """The records of one file. With a `kind`, what cannot hold records of that kind is not opened."""
    for leaf in leaves(file, source.suffixes):
        if isinstance(leaf, Broken) or (kind and not source.may_hold(leaf.name, kind)):
            continue
        yield from (piece for piece in source.read(leaf, files) if isinstance(piece, RawItem))


def _no_corrections() -> NotPossible:
    return NotPossible("Corrections cannot be sent into files.", todo="Do it by hand in the system they come from.")
