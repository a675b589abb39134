"""Folders of spreadsheet files (CSV, TSV) from any system, read by mappings of their columns that a person saved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

import orjson

from core.connectors._bundles import Piece
from core.connectors._file_pull import FileSource, read_safely, root_of
from core.connectors._files import Leaf, SourceFile, source_files
from core.connectors._port import AskFor, Capabilities, Capability, Check, ConnectorKind, RawItem, Settings, Unreadable
from core.connectors._read_only import ReadOnlyFiles
from core.connectors.tables import entity_named
from core.errors import BadInput
from core.jobs import Job
from core.sheets.check import FORM, SUFFIXES, Folder, look_through, position_of, said
from core.sheets.mapping import FileMapping, mapping_from, signature_of
from core.sheets.reader import Sheet
from core.sheets.rows import RowConverter
from core.sheets.targets import SHEET_ENTITIES

_BAD_ROW, _NO_MAPPING, _BAD_FILE, _BAD_CELL = "CM-CSV-01", "CM-CSV-03", "CM-CSV-04", "CM-CSV-07"


class CsvFiles(ReadOnlyFiles):
    """A folder of spreadsheet files."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.mappings = [mapping_from(document) for document in settings.mappings]

    def source(self) -> FileSource:
        """Each file by the mapping for its headings. Another mapping means that all is read again."""
        by_signature = {mapping.signature: mapping for mapping in self.mappings}
        kept = [mapping.as_json() for mapping in sorted(self.mappings, key=lambda one: one.signature)]
        today = self.settings.today()

        def read(leaf: Leaf, _files: Sequence[SourceFile]) -> Iterator[Piece]:
            return read_safely(leaf, FORM, partial(_read_leaf, by_signature=by_signature, today=today))

        return FileSource(
            FORM,
            SUFFIXES,
            read,
            kind_of=entity_named,
            read_by=hashlib.sha256(orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16],
        )

    def probe(self) -> Capabilities:
        """Which entities the mapped files give; nothing can be written."""
        files, _, _ = source_files(root_of(self.settings), SUFFIXES)
        mapped = {mapping.entity for mapping in self.mappings}
        kinds = tuple(Capability(entity, can_read=entity in mapped) for entity in SHEET_ENTITIES)
        return Capabilities(kinds, {"files": len(files), "tables": [e for e in SHEET_ENTITIES if e in mapped]})

    def look_inside(self) -> Iterator[Check]:
        """Whether the files are tables, and whether each kind of them has its mapping."""
        folder = look_through(self.settings, Job())
        yield _readable(folder)
        known = {mapping.signature: mapping for mapping in self.mappings}
        mapped = sorted({_spoken(known[kind.signature].entity) for kind in folder.kinds if kind.signature in known})
        open_files = [name for kind in folder.kinds if kind.signature not in known for name in kind.files]
        if open_files:
            more = f" and {len(open_files) - 1} more" if len(open_files) > 1 else ""
            yield Check(
                "mapping", "warning", f"The columns of {open_files[0]}{more} are not mapped yet.",
                "Say what each column holds: in the step What to pull, or with Columns on the card.",
            )  # fmt: skip
        elif folder.kinds:
            yield Check("mapping", "ok", f"Every file has its mapping: {', '.join(mapped)}.")


def _spoken(entity: str) -> str:
    return {"encounters": "visits", "service_events": "services done"}.get(entity, entity)


def _readable(folder: Folder) -> Check:
    count = sum(len(kind.files) for kind in folder.kinds)
    words = "1 file is a table" if count == 1 else f"{count} files are tables"
    kinds = f", of {len(folder.kinds)} kinds" if len(folder.kinds) > 1 else ""
    if folder.unreadable:
        name, reason = folder.unreadable[0]
        # The reason names the file itself, where it comes from its reading.
        told = reason if name in reason else f"{name}: {reason}"
        return Check("sample", "warning" if count else "failed", f"{words}{kinds}. {told}",
                     "Save it again as CSV in UTF-8, or take it out of the folder.")  # fmt: skip
    return Check("sample", "ok", f"{words}{kinds}.")


def _read_leaf(leaf: Leaf, by_signature: dict[str, FileMapping], today: date) -> Iterator[RawItem | Unreadable]:
    """The rows of one file. A row that cannot be used is refused alone."""
    try:
        sheet = Sheet(leaf.stream, leaf.name)
    except BadInput as why:
        yield Unreadable(leaf.name, f"{why.what} {why.todo}", _BAD_FILE, b"", FORM)
        return
    mapping = by_signature.get(signature_of(sheet.layout.names))
    if mapping is None:
        reason = "Nobody has said yet what its columns hold. Map them under Connections."
        head = sheet.layout.delimiter.join(sheet.layout.names).encode()
        yield Unreadable(leaf.name, reason, _NO_MAPPING, head, FORM)
        return
    yield from _rows(sheet, leaf.name, mapping, today)


def _rows(sheet: Sheet, file: str, mapping: FileMapping, today: date) -> Iterator[RawItem | Unreadable]:
    converter = RowConverter(mapping, today)
    line = sheet.layout.first_line
    try:
        for row in sheet.rows():
            line, place = row.line, position_of(file, row.line)
            if row.reason:
                yield Unreadable(place, row.reason, _BAD_ROW, row.raw.encode(), FORM, mapping.entity)
                continue
            found = converter.convert(row.cells)
            if found.bad is not None:
                column, reason = said(found.bad, mapping)
                where = f"{place} column {(found.bad.place or 0) + 1}" if column else place
                told = f"Column {column} {reason}." if column else reason
                yield Unreadable(where, told, _BAD_CELL, row.raw.encode(), FORM, mapping.entity)
            elif not found.is_repeat:
                yield RawItem(FORM, mapping.entity, found.id, orjson.dumps(found.row), place)
    except BadInput as why:
        yield Unreadable(position_of(file, line), f"{why.what} {why.todo}", _BAD_FILE, b"", FORM, mapping.entity)


CONNECTOR = ConnectorKind(
    id="csv",
    order=25,
    form=FORM,
    fields=(AskFor("path", "folder", is_required=True),),
    make=CsvFiles,
    help_page="connection-csv",
    checks=("reach", "sample", "mapping"),
)
