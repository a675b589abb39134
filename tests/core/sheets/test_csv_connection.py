"""A connection to a folder of spreadsheet files: what it lands, what it holds back, and doing nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sheet_folders import SheetFolder, ignoring_rest

from core.clock import Clock
from core.connectors.csv_files import CsvFiles
from core.desk import Desk
from core.errors import BadInput, NotPossible, Refused
from core.queries.connections import list_connections
from core.queries.intake import list_quarantine
from core.queries.patients import label_of
from core.sheets.suggest import suggest
from core.store.engine import create
from core.store.tables.records import patients
from core.sync.pull import pull
from core.usecases.connections import add_connection, remove_connection
from core.usecases.drafts import (
    Draft,
    check_draft,
    draft_of,
    look_into,
    probe_draft,
    save_draft,
    save_mapping,
    try_draft,
)

PEOPLE = "Patient ID,Last Name,First Name,DOB\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store, _ = create(tmp_path / "home", "a long passphrase")
    yield Desk(store, "R. Diaz", "owner", Clock())
    store.close()


def people(desk: Desk) -> set[str]:
    with desk.store.read() as connection:
        return {label_of(body) for body in connection.execute(patients.select()).scalars("body")}


def test_a_file_lands_by_its_mapping_bad_rows_wait_and_the_same_file_again_does_nothing(
    desk: Desk, folder: SheetFolder
) -> None:
    folder.write("people.csv", PEOPLE + "1,Diaz,Ana,2/13/1980\n,Kim,Di,\n2,Lee,Bo,3/1/1975\n")
    draft = Draft("csv", "files", "pm", path=str(folder.path)).with_mapping(folder.suggested())
    save_draft(desk, draft)
    first = pull(desk, "files")
    assert (first.landed, first.quarantined) == (2, 1)
    assert len(people(desk)) == 2
    (held,) = list_quarantine(desk)
    assert (held["position"], held["reason"]) == (
        "people.csv line 3 column 1", "Column Patient ID is empty, but it is the id of the row.",
    )  # fmt: skip
    again = pull(desk, "files")
    assert (again.landed, again.unchanged, again.deleted) == (0, 0, 0)
    (folder.path / "people.csv").rename(folder.path / "people of March.csv")
    renamed = pull(desk, "files")
    assert (renamed.landed, renamed.unchanged, renamed.deleted) == (0, 2, 0)
    folder.write("people of March.csv", PEOPLE + "1,Diaz,Ana,2/13/1980\n3,Kim,Di,\n2,Lee,Bob,3/1/1975\n")
    mended = pull(desk, "files")
    assert (mended.landed, mended.unchanged) == (2, 1)
    assert list_quarantine(desk) == []


def test_another_mapping_reads_unchanged_files_again(desk: Desk, folder: SheetFolder) -> None:
    folder.write("people.csv", PEOPLE + "1,Diaz,Ana,2/3/1980\n")
    found = folder.suggested()
    save_draft(desk, Draft("csv", "files", path=str(folder.path)).with_mapping(found))
    assert pull(desk, "files").landed == 1
    save_mapping(desk, "files", found.with_column(3, format="day, month, year"))
    assert pull(desk, "files").landed == 1
    with desk.store.read() as connection:
        (body,) = connection.execute(patients.select()).scalars("body")
    assert body["birth_date"] == "1980-03-02"


def test_a_file_without_a_mapping_waits_whole_and_stops_nothing_else(desk: Desk, folder: SheetFolder) -> None:
    folder.write("people.csv", PEOPLE + "1,Diaz,Ana,2/3/1980\n")
    save_draft(desk, Draft("csv", "files", path=str(folder.path)).with_mapping(folder.suggested()))
    folder.write("other.csv", "Last Name,MRN\nDiaz,7\n")
    assert (pull(desk, "files").landed, [row["position"] for row in list_quarantine(desk)]) == (1, ["other.csv"])
    (kind,) = [kind for kind in folder.kinds() if kind.files == ("other.csv",)]
    save_mapping(desk, "files", ignoring_rest(suggest(kind.names, kind.rows, Clock().today())))
    assert pull(desk, "files").landed == 1
    assert list_quarantine(desk) == []


def test_what_it_gives_is_asked_anew_after_another_mapping(desk: Desk, folder: SheetFolder) -> None:
    folder.write("people.csv", "Patient ID,Name\n1,Diaz\n")
    save_draft(desk, Draft("csv", "files", path=str(folder.path)).with_mapping(folder.suggested("patients")))
    pull(desk, "files")
    save_mapping(desk, "files", folder.suggested("payers").with_column(0, target="id"))
    pull(desk, "files")
    (row,) = list_connections(desk)
    assert [kind["kind"] for kind in row["capabilities"]["kinds"] if kind["can_read"]] == ["payers"]


def test_a_mapping_is_offered_for_the_same_headings_also_after_its_connection_is_gone(
    desk: Desk, folder: SheetFolder
) -> None:
    folder.write("people.csv", PEOPLE + "1,Diaz,Ana,2/3/1980\n")
    found = folder.suggested()
    save_draft(desk, Draft("csv", "files", path=str(folder.path)).with_mapping(found))
    assert draft_of(desk, "files").columns[0].as_json() == found.as_json()
    remove_connection(desk, "files")
    folder.write("people.csv", PEOPLE.lower().replace(" ", "_") + "2,Lee,Bo,\n")
    looked, offered = look_into(desk, Draft("csv", path=str(folder.path)))
    assert offered[looked.kinds[0].signature].as_json() == found.as_json()


def test_nothing_is_saved_by_trying(desk: Desk, folder: SheetFolder) -> None:
    folder.write("people.csv", PEOPLE + "1,Diaz,Ana,2/3/1980\n")
    draft = Draft("csv", "files", path=str(folder.path))
    check_draft(desk, draft)
    checks = list(try_draft(desk, draft))
    assert [(check.id, check.outcome) for check in checks] == [
        ("reach", "ok"),
        ("sample", "ok"),
        ("mapping", "warning"),
    ]
    assert [check.id for check in try_draft(desk, draft, only="sample")] == ["reach", "sample"]
    ready = draft.with_mapping(folder.suggested())
    assert [check.outcome for check in try_draft(desk, ready)] == ["ok", "ok", "ok"]
    assert probe_draft(desk, ready).of("patients").can_read and not probe_draft(desk, ready).of("charges").can_read
    with desk.store.read() as connection:
        from core.store.tables.intake import connections, file_mappings

        assert connection.execute(connections.select()).all() == connection.execute(file_mappings.select()).all() == []


def test_a_typed_secret_is_used_for_trying_and_not_kept(desk: Desk) -> None:
    from core.usecases.drafts import settings_of_draft

    draft = Draft("fhir-r4", "ehr", url="https://example.org/fhir", typed={"bearer": "hunter2"})
    assert settings_of_draft(desk, draft).secret("bearer") == "hunter2"
    assert "hunter2" not in repr(draft)


def test_mistakes_are_refused_before_anything_is_saved(desk: Desk, folder: SheetFolder) -> None:
    folder.write("people.csv", PEOPLE + "1,Diaz,Ana,2/3/1980\n")
    (kind,) = folder.kinds()
    half = suggest(kind.names, kind.rows, Clock().today()).with_column(1, target="")
    with pytest.raises(BadInput):
        save_draft(desk, Draft("csv", "files", path=str(folder.path)).with_mapping(half))
    with pytest.raises(BadInput):
        check_draft(desk, Draft("csv", "no blanks", path=str(folder.path)))
    add_connection(desk, name="dump", kind="tables", path=str(folder.path))
    with pytest.raises(BadInput):
        check_draft(desk, Draft("csv", "dump", path=str(folder.path)))
    with pytest.raises(NotPossible):
        save_mapping(desk, "dump", folder.suggested())
    with pytest.raises(Refused):
        save_mapping(Desk(desk.store, "K. Lee", "biller", Clock()), "dump", folder.suggested())


def test_files_that_are_no_tables_are_named_by_the_test(folder: SheetFolder) -> None:
    folder.write("book.csv", b"PK\x03\x04 a workbook")
    (reach, sample) = CsvFiles(folder.settings).test()
    assert (reach.outcome, sample.outcome) == ("ok", "failed") and "workbook" in sample.sentence
