"""FHIR R4 in files: bundles, single resources and NDJSON, plain or packed. They are only read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial

import orjson

from core.connectors._bundles import (
    BAD_JSON,
    NO_RESOURCE,
    OTHER_VERSION,
    OtherVersion,
    Piece,
    names_by_identifier,
    read_document,
    refuse,
    refuse_json,
)
from core.connectors._fhir_kinds import FORM, WANTED, sign_of_other_version
from core.connectors._file_pull import FileSource, read_safely, root_of
from core.connectors._files import (
    READ_TROUBLE,
    Broken,
    Leaf,
    SourceFile,
    bare_name,
    count_files,
    leaves,
    read_lines,
    read_whole,
)
from core.connectors._json_text import JsonFault, read_json
from core.connectors._port import AskFor, Capabilities, Capability, ConnectorKind, RawItem
from core.connectors._read_only import ReadOnlyFiles

_LINES = (".ndjson", ".jsonl")
SUFFIXES = (".json", *_LINES)
_LOOKED_AT_FIRST = 200  # lines in which another version of FHIR must show for the whole file to be refused
_HELD_BACK = 1000  # lines without a resource before the first one with one


def read_leaf(leaf: Leaf, conditional: _Conditional) -> Iterator[Piece]:
    """The pieces of one file."""
    if bare_name(leaf.name).endswith(_LINES):
        yield from _lines(leaf.name, read_lines(leaf.stream), conditional)
        return
    text = read_whole(leaf.stream)
    try:
        yield from read_document(text, leaf.name, conditional)
    except OtherVersion as why:
        yield refuse(leaf.name, text, why.reason(), OTHER_VERSION)
    except JsonFault as fault:
        if _is_lines(text):
            yield from _lines(leaf.name, iter(text.split(b"\n")), conditional)
        else:
            yield refuse_json(leaf.name, text, fault)


def _is_lines(text: bytes) -> bool:
    """Whether a text that is no JSON document is one record a line instead."""
    first, _, rest = text.lstrip(b"\xef\xbb\xbf \r\n\t").partition(b"\n")
    if not rest.strip():
        return False
    try:
        return isinstance(read_json(first), dict)
    except JsonFault:
        return False


def _lines(name: str, lines: Iterator[bytes], conditional: _Conditional) -> Iterator[Piece]:
    """NDJSON. A bad line is refused alone; a file of another version, or without any resource, as a whole."""
    first = list(itertools.islice(lines, _LOOKED_AT_FIRST))
    sign = _sign_in(first)
    if sign:
        yield refuse(name, b"\n".join(first), OtherVersion(sign).reason(), OTHER_VERSION)
        return
    waiting: list[Piece] = []
    has_resource = False
    for number, raw in enumerate(itertools.chain(first, lines), 1):
        line = raw.removeprefix(b"\xef\xbb\xbf").strip()
        if not line:
            continue
        pieces = list(_line(f"{name} line {number}", line, conditional))
        is_without = len(pieces) == 1 and getattr(pieces[0], "code", "") == NO_RESOURCE
        if is_without and not has_resource and len(waiting) < _HELD_BACK:
            waiting += pieces
            continue
        has_resource = True
        yield from waiting
        waiting = []
        yield from pieces
    if waiting:
        yield refuse(name, b"\n".join(first), "No line of this file is a FHIR resource.", NO_RESOURCE)


def _line(place: str, line: bytes, conditional: _Conditional) -> Iterator[Piece]:
    try:
        yield from read_document(line, place, conditional)
    except OtherVersion as why:
        yield refuse(place, line, why.reason(), OTHER_VERSION)
    except JsonFault as fault:
        where = f" (column {fault.column})" if fault.column else ""
        yield refuse(place, line, f"{fault.reason}{where}", BAD_JSON)


def _sign_in(lines: list[bytes]) -> str | None:
    for line in lines:
        try:
            found = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError:
            continue
        sign = sign_of_other_version(found) if isinstance(found, dict) else None
        if sign:
            return sign
    return None


class _Conditional:
    """Answers references like Practitioner?identifier=... over all files. They are searched once, at the first need."""

    _KINDS = frozenset({"Patient", "Practitioner", "PractitionerRole", "Organization", "Location"})

    def __init__(self, files: Sequence[SourceFile]) -> None:
        self._files = files
        self._known: dict[str, str] | None = None

    def __call__(self, literal: str) -> str | None:
        if self._known is None:
            self._known = {}
            for item in _items(self._files, self):
                if item.kind in self._KINDS:
                    name = f"{item.kind}/{item.id}"
                    self._known.update(dict.fromkeys(names_by_identifier(orjson.loads(item.payload)), name))
        return self._known.get(literal)


def _items(files: Sequence[SourceFile], conditional: _Conditional) -> Iterator[RawItem]:
    for file in files:
        for leaf in leaves(file, SUFFIXES):
            if isinstance(leaf, Broken):
                continue
            try:
                for piece in read_leaf(leaf, conditional):
                    if isinstance(piece, RawItem):
                        yield piece
            except READ_TROUBLE:  # the pull itself reports it
                continue


class FhirFiles(ReadOnlyFiles):
    """A folder (or one file) of FHIR R4."""

    def source(self) -> FileSource:
        """Bundles, single resources and lines, with references over all files answered."""
        conditional: list[_Conditional] = []

        def read(leaf: Leaf, files: Sequence[SourceFile]) -> Iterator[Piece]:
            if not conditional:
                conditional.append(_Conditional(files))
            return read_safely(leaf, FORM, partial(read_leaf, conditional=conditional[0]))

        return FileSource(FORM, SUFFIXES, read)

    def probe(self) -> Capabilities:
        """Files can be read, whatever lies in them; nothing can be written."""
        count = count_files(root_of(self.settings), SUFFIXES)
        kinds = tuple(Capability(kind, can_read=True, is_asked=False) for kind in WANTED)
        return Capabilities(kinds, {"files": count})


CONNECTOR = ConnectorKind(
    id="fhir-files",
    order=20,
    form=FORM,
    fields=(AskFor("path", "folder", is_required=True),),
    make=FhirFiles,
    help_page="connection-fhir-files",
    checks=("reach", "sample"),
)
