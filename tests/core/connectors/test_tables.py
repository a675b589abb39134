"""The table format: any file may be missing, and a bad row is refused alone."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest
from connector_makers import settings_for

from core.connectors.tables import TABLES, Tables
from core.errors import NotFound, NotPossible
from core.ingest.read import read_item
from matching.records import ENTITIES


def rows(*found: dict[str, object]) -> bytes:
    return b"\n".join(orjson.dumps(one) for one in found)


def write(folder: Path, **files: bytes | str) -> None:
    for name, content in files.items():
        file = folder / name.replace("__", ".")
        file.write_bytes(content.encode() if isinstance(content, str) else content)


def test_rows_come_with_their_entity_id_and_line(pull_folder, tmp_path):
    write(tmp_path, charges__ndjson=rows({"id": "c1", "code": "99213"}), patients__csv="id,family_name\np1,Diaz\n")
    pulled = pull_folder("tables")
    assert {(i.form, i.kind, i.id, i.position) for i in pulled.items} == {
        ("table", "charges", "c1", "charges.ndjson line 1"),
        ("table", "patients", "p1", "patients.csv line 2"),
    }
    assert pulled.last.is_snapshot and pulled.unreadable == ()


def test_csv_and_ndjson_become_the_same_record(pull_folder, tmp_path):
    charge = {
        "id": "c1", "patient": "p1", "dos_from": "2026-03-01", "status": "ready", "code": "99213", "units": 2,
        "modifiers": ["25", "59"], "diagnoses": [{"code": "I10", "rank": 1}],
    }  # fmt: skip
    write(tmp_path, charges__ndjson=rows(charge))
    from_json = read_item(pull_folder("tables").items[0])
    (tmp_path / "charges.ndjson").unlink()
    cell = orjson.dumps(charge["diagnoses"]).decode().replace('"', '""')
    line = f'c1,p1,2026-03-01,ready,99213,2,25;59,"{cell}"\n'
    write(tmp_path, charges__csv="id,patient,dos_from,status,code,units,modifiers,diagnoses\n" + line)
    assert read_item(pull_folder("tables").items[0]) == from_json


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_of_any_spreadsheet_is_read(pull_folder, tmp_path, delimiter, end):
    table = [["id", "family_name", "street"], ["p1", "Núñez", '"1 Main St, Apt 2\nback"'], ["", "", ""]]
    text = end.join(delimiter.join(line) for line in table)
    write(tmp_path, patients__csv=b"\xef\xbb\xbf" + text.encode())
    (item,) = pull_folder("tables").items
    row = orjson.loads(item.payload)
    assert (row["id"], row["family_name"]) == ("p1", "Núñez")
    assert row["street"].replace("\r", "") == "1 Main St, Apt 2\nback"


def test_letters_of_windows_are_understood(pull_folder, tmp_path):
    write(tmp_path, patients__csv="id,family_name\np1,Núñez\n".encode("cp1252"))
    assert orjson.loads(pull_folder("tables").items[0].payload)["family_name"] == "Núñez"


def test_bad_rows_are_refused_alone_with_their_line(pull_folder, tmp_path):
    lines = ['id,family_name', 'p1,Diaz', 'p2', ',Nobody', 'p1,Again', 'p;3,Lee', 'p4,"Kim"']  # fmt: skip
    write(tmp_path, patients__csv="\n".join(lines), charges__ndjson=b'{"id":"c1"}\n{"id":"c2"\n7\n{"code":"x"}\n')
    pulled = pull_folder("tables")
    assert {item.id for item in pulled.items} == {"p1", "p4", "c1"}
    assert pulled.refusals == {
        "patients.csv line 3": "It has 1 cells, the header 2.",
        "patients.csv line 4": "This row has no id.",
        "patients.csv line 5": "Its id came before in this file; the first row counts.",
        "patients.csv line 6": "The id of this row cannot be used.",
        "charges.ndjson line 2": "It ends in the middle: the rest is missing. (column 11)",
        "charges.ndjson line 3": "This row is no object.",
        "charges.ndjson line 4": "This row has no id.",
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("name,x\na,b\n", "Its first line names no column id."),
        ("id,a,a\n1,2,3\n", "Its first line names a column twice."),
        ("", "Its first line names no column id."),
    ],
)
def test_file_without_a_usable_header_is_refused_whole(pull_folder, tmp_path, content, reason):
    write(tmp_path, patients__csv=content)
    assert pull_folder("tables").refusals == {"patients.csv": reason}


def test_every_table_of_the_format_is_taken_and_others_are_counted(pull_folder, tmp_path):
    for entity in TABLES:
        write(tmp_path, **{f"{entity}__ndjson": rows({"id": "1"})})
    write(tmp_path, notatable__csv="id\n1\n")
    pulled = pull_folder("tables")
    assert {item.kind for item in pulled.items} == set(TABLES)
    assert pulled.last.notes == ("Files that are no table: notatable.csv 1.",)


def test_packed_tables_are_read(pull_folder, tmp_path):
    write(tmp_path, patients__ndjson__gz=gzip.compress(rows({"id": "p1"})))
    assert pull_folder("tables").items[0].position == "patients.ndjson.gz line 1"


def test_completeness_is_what_all_sources_can_say_together(pull_folder, tmp_path):
    write(
        tmp_path,
        sources__ndjson=rows(
            {"id": "a", "role": "ehr", "complete_from": "2020-01-01", "complete_through": "2026-03-01T00:00:00Z"},
            {"id": "b", "role": "pm", "complete_from": "2021-01-01",
             "complete_through": {"*": "2026-04-01T00:00:00Z", "charges": "2026-02-01T00:00:00Z"}},
        ),
    )  # fmt: skip
    first = pull_folder("tables").last
    again = pull_folder("tables", since=first.watermark).last
    for page in (first, again):  # also when nothing changed: the statement still holds
        assert page.complete_from == "2021-01-01"
        assert page.complete_through == {"*": "2026-03-01T00:00:00Z", "charges": "2026-02-01T00:00:00Z"}
    assert again.items == () and not again.is_snapshot


def test_row_is_read_back_by_its_singular_name(tmp_path):
    write(tmp_path, charges__ndjson=rows({"id": "c1"}))
    connector = Tables(settings_for("tables", path=str(tmp_path)))
    assert connector.read("Charge/c1").id == "c1"
    with pytest.raises(NotFound):
        connector.read("Charge/c2")


def test_what_is_there_is_said_by_the_test(tmp_path):
    write(tmp_path, charges__ndjson=rows({"id": "c1"}), remits__ndjson=rows({"id": "r"}))
    connector = Tables(settings_for("tables", path=str(tmp_path)))
    assert connector.probe().of("charges").can_read and not connector.probe().of("claims").can_read
    assert [(c.id, c.outcome) for c in connector.test()][:2] == [("reach", "ok"), ("sample", "ok")]
    with pytest.raises(NotPossible):
        connector.plan(None, None)  # type: ignore[arg-type]


def test_every_entity_that_is_read_has_its_table():
    assert set(ENTITIES) - {"organizations", "conditions"} <= set(TABLES)
