"""Folders pulled by the real file connectors into a real store, again after they changed, and with broken pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from core.queries.intake import complete_through, list_quarantine
from core.sync.pull import pull
from core.usecases.connections import add_connection

SAMPLES = Path(__file__).parents[2] / "data" / "fhir-official-r4"


def lines(*rows: dict[str, Any]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def tables(desk, folder):
    """A folder with two systems in the table format."""
    (folder / "sources.ndjson").write_bytes(
        lines({"id": "ehr", "role": "ehr", "complete_through": "2026-05-01T00:00:00Z"}, {"id": "pm", "role": "pm"})
    )
    (folder / "patients.csv").write_text(
        "id,source,family_name,dob,golden_id,shoe\n1,ehr,Diaz,1970-01-02,g1,42\n2,pm,DIAZ,1970-01-02,g1,\n3,pm,Lee,,,\n"
    )
    (folder / "charges.ndjson").write_bytes(
        lines(
            {"id": "c1", "source": "pm", "patient": "2", "dos_from": "2026-04-30", "status": "ready", "code": "99213"},
            {"id": "c2", "source": "pm", "patient": "2", "dos_from": "2026-04-30", "status": "ready"},
        )
    )
    (folder / "patient_links.ndjson").write_bytes(lines({"id": "l", "a": "1", "b": "3", "state": "different"}))
    (folder / "remits.ndjson").write_bytes(lines({"id": "r1", "payer": "y", "trace": "t", "total": 100}))
    add_connection(desk, name="DUMP", kind="tables", role="other", path=str(folder))
    return folder


def test_table_folder_lands_with_its_sources_links_and_bad_rows_aside(desk, tables, rows):
    result = pull(desk, "DUMP")
    assert (result.landed, result.quarantined, result.outcome) == (8, 1, "done")
    assert rows("SELECT ref, source FROM patients ORDER BY ref") == [
        ("Patient/1", "ehr"), ("Patient/2", "pm"), ("Patient/3", "pm"),
    ]  # fmt: skip
    assert rows("SELECT is_same, by FROM judgements") == [(0, "system:DUMP")]
    assert rows("SELECT kind FROM raw_records WHERE source_id = 'r1'") == [("remits",)]
    (held,) = list_quarantine(desk)
    assert (held["position"], held["reason"]) == ("charges.ndjson line 2", "This row of charges needs code.")
    ((notes,),) = rows("SELECT notes FROM streams")
    assert orjson.loads(notes)["unmapped"] == {"patients": ["shoe"]}


def test_completeness_that_the_folder_states_is_kept(desk, tables):
    pull(desk, "DUMP")
    with desk.store.read() as connection:
        assert complete_through(connection, 1)["charges"] == "2026-05-01T00:00:00Z"


def test_table_folder_pulled_again_applies_differences_by_id(desk, tables, rows):
    pull(desk, "DUMP")
    assert pull(desk, "DUMP").landed == 0
    (tables / "charges.ndjson").write_bytes(
        lines({"id": "c2", "patient": "2", "dos_from": "2026-04-30", "status": "ready", "code": "99214"})
    )
    result = pull(desk, "DUMP")
    assert (result.landed, result.deleted, result.quarantined) == (1, 1, 0)
    assert rows("SELECT ref, gone_at IS NULL FROM charges ORDER BY ref") == [("Charge/c1", 0), ("Charge/c2", 1)]
    assert list_quarantine(desk) == []


def test_row_that_breaks_does_not_take_its_file_for_gone(desk, tables, rows):
    pull(desk, "DUMP")
    whole = (tables / "charges.ndjson").read_bytes()
    (tables / "charges.ndjson").write_bytes(whole[:40] + b"\n" + whole.split(b"\n")[1] + b"\n")
    result = pull(desk, "DUMP")
    assert result.deleted == 0
    assert rows("SELECT ref FROM charges WHERE gone_at IS NULL") == [("Charge/c1",)]


def test_fhir_folder_lands_twice_without_a_change(desk, folder, rows):
    for path in SAMPLES.glob("*.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    add_connection(desk, name="FHIR", kind="fhir-files", role="ehr", path=str(folder))
    first = pull(desk, "FHIR", is_full=True)
    assert first.landed == len(list(SAMPLES.glob("*.json")))
    assert first.quarantined == 0
    before = rows("SELECT id, fetched_at, body FROM patients UNION ALL SELECT id, fetched_at, body FROM encounters")
    again = pull(desk, "FHIR", is_full=True)
    assert (again.landed, again.unchanged, again.deleted) == (0, first.landed, 0)
    assert (
        rows("SELECT id, fetched_at, body FROM patients UNION ALL SELECT id, fetched_at, body FROM encounters")
        == before
    )


def test_folder_that_is_not_there_is_a_failed_pull_in_words(desk, folder):
    add_connection(desk, name="FHIR", kind="fhir-files", role="ehr", path=str(folder / "nowhere"))
    result = pull(desk, "FHIR")
    assert result.outcome == "failed"
    assert "no such folder" in result.problem["what"]
