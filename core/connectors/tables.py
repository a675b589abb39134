"""The table format: a folder with one NDJSON or CSV file per entity, for systems that can only dump."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from core.connectors._bundles import Piece, Unused
from core.connectors._file_pull import FileSource, Statement, read_safely, root_of
from core.connectors._files import (
    READ_TROUBLE,
    Broken,
    Leaf,
    SourceFile,
    bare_name,
    leaves,
    read_lines,
    source_files,
)
from core.connectors._json_text import JsonFault, read_json
from core.connectors._port import AskFor, Capabilities, Capability, Check, ConnectorKind, RawItem, Unreadable
from core.connectors._read_only import ReadOnlyFiles
from matching.records import ENTITIES as READ_ENTITIES

FORM = "table"
TABLES = (
    "sources", "patients", "patient_links", "consents", "payers", "coverages", "eligibility_checks", "providers",
    "locations", "appointments", "encounters", "notes", "service_events", "orders", "authorizations", "referrals",
    "charges", "claims", "ack_events", "remits", "remit_claims", "remit_lines", "postings", "payer_rules",
    "fee_schedules", "expectations", "settings",
)  # fmt: skip
_LINES, _CSV = (".ndjson", ".jsonl"), ".csv"
SUFFIXES = (*_LINES, _CSV)
_BAD_ROW, _NO_ID, _TWICE, _BAD_FILE = "CM-TAB-01", "CM-TAB-02", "CM-TAB-03", "CM-TAB-04"
_DELIMITERS = ",;\t|"


def entity_of(name: str) -> str | None:
    """The entity that a file holds, by its name; None for a file of another name."""
    stem = bare_name(name)
    for suffix in SUFFIXES:
        stem = stem.removesuffix(suffix)
    return stem if stem in TABLES else None


def read_leaf(leaf: Leaf) -> Iterator[Piece]:
    """The rows of one file. A row that cannot be used is refused alone."""
    entity = entity_of(leaf.name)
    if entity is None:
        yield Unused(bare_name(leaf.name))
        return
    rows = _csv_rows(leaf, entity) if bare_name(leaf.name).endswith(_CSV) else _json_rows(leaf, entity)
    seen: set[str] = set()
    for row in rows:
        if isinstance(row, RawItem):
            if row.id in seen:
                yield _refused(
                    row.position, "Its id came before in this file; the first row counts.", _TWICE, row.payload, entity
                )
                continue
            seen.add(row.id)
        yield row


def _json_rows(leaf: Leaf, entity: str) -> Iterator[RawItem | Unreadable]:
    for number, raw in enumerate(read_lines(leaf.stream), 1):
        line = raw.removeprefix(b"\xef\xbb\xbf").strip()
        if not line:
            continue
        place = f"{leaf.name} line {number}"
        try:
            row = read_json(line)
        except JsonFault as fault:
            where = f" (column {fault.column})" if fault.column else ""
            yield _refused(place, f"{fault.reason}{where}", _BAD_ROW, line, entity)
            continue
        yield _row(row, line, place, entity)


def _csv_rows(leaf: Leaf, entity: str) -> Iterator[RawItem | Unreadable]:
    lines = _text_lines(leaf)
    first = next(lines, "")
    delimiter = max(_DELIMITERS, key=first.count)
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if "id" not in header or len(set(header)) != len(header):
        reason = "Its first line names a column twice." if "id" in header else "Its first line names no column id."
        yield _refused(leaf.name, reason, _BAD_FILE, first.encode(), entity)
        return
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        begins_at = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield _refused(f"{leaf.name} line {begins_at}", "This row is no readable CSV.", _BAD_ROW, b"", entity)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        place = f"{leaf.name} line {begins_at}"
        if len(cells) != len(header):
            reason = f"It has {len(cells)} cells, the header {len(header)}."
            yield _refused(place, reason, _BAD_ROW, delimiter.join(cells).encode(), entity)
            continue
        row = {name: cell for name, cell in zip(header, cells, strict=True) if name and cell.strip()}
        yield _row(row, orjson.dumps(row), place, entity)


def _text_lines(leaf: Leaf) -> Iterator[str]:
    """Lines as text with their ends: UTF-8, or what Windows writes where a line is no UTF-8."""
    for number, raw in enumerate(read_lines(leaf.stream)):
        line = raw.removeprefix(b"\xef\xbb\xbf") if number == 0 else raw
        try:
            yield line.decode("utf-8") + "\n"
        except UnicodeDecodeError:
            yield line.decode("cp1252", "replace") + "\n"


def _row(row: Any, payload: bytes, place: str, entity: str) -> RawItem | Unreadable:
    if not isinstance(row, dict):
        return _refused(place, "This row is no object.", _BAD_ROW, payload, entity)
    found = row.get("id")
    row_id = str(found).strip() if isinstance(found, str | int) and not isinstance(found, bool) else ""
    if not row_id:
        return _refused(place, "This row has no id.", _NO_ID, payload, entity)
    # ";" begins the part of a record in a reference; the rest cannot be shown or typed.
    if len(row_id) > 200 or ";" in row_id or not row_id.isprintable():
        return _refused(place, "The id of this row cannot be used.", _NO_ID, payload, entity)
    return RawItem(FORM, entity, row_id, payload, place)


def _refused(place: str, reason: str, code: str, payload: bytes, entity: str) -> Unreadable:
    return Unreadable(place, reason, code, payload, FORM, entity)


def stated(files: Sequence[SourceFile]) -> Statement:
    """What the rows of `sources` say together: complete from the latest start, through the earliest end."""
    starts: list[str] = []
    ends: dict[str, str] = {}
    for row in _source_rows(files):
        if isinstance(row.get("complete_from"), str):
            starts.append(row["complete_from"])
        said = row.get("complete_through")
        if isinstance(said, str) and said.lstrip().startswith("{"):
            try:
                said = read_json(said.encode())
            except JsonFault:
                said = None
        for entity, instant in said.items() if isinstance(said, dict) else [("*", said)]:
            if isinstance(instant, str) and instant:
                ends[entity] = min(instant, ends.get(entity, instant))
    return Statement(max(starts, default=None), ends or None)


def _source_rows(files: Sequence[SourceFile]) -> Iterator[dict[str, Any]]:
    for file in files:
        for leaf in leaves(file, SUFFIXES):
            if isinstance(leaf, Broken) or entity_of(leaf.name) != "sources":
                continue
            try:
                for piece in read_leaf(leaf):
                    if isinstance(piece, RawItem):
                        yield orjson.loads(piece.payload)
            except READ_TROUBLE:  # the pull itself reports it
                continue


def entity_named(kind: str) -> str:
    """The entity of a singular name: charges for Charge."""
    return next((name for name, cls in READ_ENTITIES.items() if cls.__name__ == kind), kind)


def _read(leaf: Leaf, _files: Sequence[SourceFile]) -> Iterator[Piece]:
    return read_safely(leaf, FORM, read_leaf)


class Tables(ReadOnlyFiles):
    """A folder in the table format."""

    def source(self) -> FileSource:
        """One entity a file, known by the file's name."""
        return FileSource(
            FORM,
            SUFFIXES,
            _read,
            stated,
            "files that are no table",
            kind_of=entity_named,
            may_hold=lambda name, entity: entity_of(name) == entity,
        )

    def probe(self) -> Capabilities:
        """Which tables are there; nothing can be written."""
        files, _, _ = source_files(root_of(self.settings), SUFFIXES)
        here = {entity_of(leaf.name) for file in files for leaf in leaves(file, SUFFIXES)}
        kinds = tuple(Capability(entity, can_read=entity in here) for entity in TABLES)
        return Capabilities(kinds, {"files": len(files), "tables": [e for e in TABLES if e in here]})

    def look_inside(self) -> Iterator[Check]:
        """Which tables the folder holds, and which of them are not used yet."""
        here = self.probe().facts["tables"]
        if not here:
            yield Check("sample", "failed", "No file has the name of a table.", "Name them patients.csv and so on.")
            return
        yield Check("sample", "ok", f"Tables: {', '.join(here)}.")
        unread = [entity for entity in here if entity not in READ_ENTITIES]
        if unread:
            yield Check("unread", "warning", f"Kept, but not used yet: {', '.join(unread)}.")


CONNECTOR = ConnectorKind(
    id="tables",
    order=30,
    form=FORM,
    fields=(AskFor("path", "folder", is_required=True),),
    make=Tables,
    help_page="connection-tables",
    checks=("reach", "sample"),
)
