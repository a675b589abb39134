"""Connections to files: a format says how it is read, and everything else is the same for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from connector_makers import Pulled, order_for, settings_for

from core.connectors._bundles import Piece
from core.connectors._file_pull import FileSource
from core.connectors._files import Leaf, SourceFile, read_lines
from core.connectors._port import Capabilities, Capability, Connector, RawItem
from core.connectors._read_only import ReadOnlyFiles
from core.connectors.fhir_files import FhirFiles
from core.connectors.tables import Tables
from core.errors import BadInput, NotFound, NotPossible
from core.jobs import Job


class Notes(ReadOnlyFiles):
    """A format as small as it gets: each line is a note, and its first word is its id."""

    def source(self) -> FileSource:
        def read(leaf: Leaf, _files: Sequence[SourceFile]) -> Iterator[Piece]:
            for line in read_lines(leaf.stream):
                yield RawItem("notes", "Note", line.split()[0].decode(), line, leaf.name)

        return FileSource("notes", (".txt",), read)

    def probe(self) -> Capabilities:
        return Capabilities((Capability("Note", can_read=True),))


def notes(folder: Path) -> Connector:
    return Notes(settings_for("notes", path=str(folder)))


def write(file: Path, content: str, *, at_s: int) -> None:
    file.write_text(content)
    os.utime(file, (at_s, at_s))


def test_a_format_is_a_source_and_what_can_be_read(tmp_path):
    write(tmp_path / "a.txt", "n1 first\nn2 other\n", at_s=1_000)
    connector = notes(tmp_path)
    pulled = Pulled(tuple(connector.pull(connector.streams()[0], None, None, Job())))
    assert pulled.names == {"Note/n1", "Note/n2"} and pulled.last.is_snapshot
    assert connector.read("Note/n2").payload == b"n2 other"
    assert [(check.id, check.sentence) for check in connector.test()] == [
        ("reach", "One file to read."),
        ("sample", "A Note can be read."),
    ]
    connector.close()


@pytest.mark.parametrize(
    ("files", "sentences"),
    [
        ({}, ["There is no file to read in this folder."]),
        ({"a.txt": "", "b.txt": ""}, ["2 files to read.", "No file holds a record that is used here."]),
    ],
)
def test_a_folder_without_records_is_said(tmp_path, files, sentences):
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    assert [check.sentence for check in notes(tmp_path).test()] == sentences


@pytest.mark.parametrize("make", [Notes, FhirFiles, Tables])
def test_corrections_go_by_hand_and_other_streams_are_refused(tmp_path, make):
    connector: Connector = make(settings_for("files", path=str(tmp_path)))
    order = order_for("update-patient", "Patient/p1", phone="555")
    for refused in (connector.plan, connector.write):
        with pytest.raises(NotPossible):
            refused(order, None)
    assert "p1" in connector.hand_steps(order)[0]
    with pytest.raises(BadInput, match="stream patients"):
        list(connector.pull("patients", None, None, Job()))
    assert connector.find(order_for("create-charge", None)) is None
    with pytest.raises(NotFound):
        connector.find(order)


@pytest.mark.parametrize(
    ("make", "name", "target", "content"),
    [
        (Notes, "{}.txt", "Note/n1", "n1 {}\n"),
        (FhirFiles, "{}.json", "Patient/p1", '{{"resourceType": "Patient", "id": "p1", "language": "{}"}}'),
        (Tables, "{}/charges.csv", "Charge/c1", "id,code\nc1,{}\n"),
    ],
)
def test_a_record_is_read_back_from_the_file_that_changed_last(tmp_path, make, name, target, content):
    for word, at_s in (("older", 1_000), ("newest", 3_000), ("old", 2_000)):
        file = tmp_path / name.format(word)
        file.parent.mkdir(exist_ok=True)
        write(file, content.format(word), at_s=at_s)
    connector: Connector = make(settings_for("files", path=str(tmp_path)))
    delivered = Pulled(tuple(connector.pull("files", None, None, Job()))).items[-1]
    read = connector.read(target)
    assert b"newest" in read.payload and (read.payload, read.position) == (delivered.payload, delivered.position)


def test_tables_of_other_entities_are_not_opened_to_read_a_row_back(tmp_path, monkeypatch):
    for entity in ("patients", "charges", "claims"):
        write(tmp_path / f"{entity}.csv", "id\nx1\n", at_s=1_000)
    opened: list[str] = []
    source = Tables(settings_for("tables", path=str(tmp_path))).source()

    def reading(leaf: Leaf, files: Sequence[SourceFile]) -> Iterator[Piece]:
        opened.append(leaf.name)
        return source.read(leaf, files)

    watched = FileSource(source.form, source.suffixes, reading, kind_of=source.kind_of, may_hold=source.may_hold)
    monkeypatch.setattr(Tables, "source", lambda _self: watched)
    assert Tables(settings_for("tables", path=str(tmp_path))).read("Charge/x1").kind == "charges"
    assert opened == ["charges.csv"]
