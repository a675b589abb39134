"""A record number leads to what waits under it."""

import pytest
from sqlalchemy import insert

from core.clock import Clock
from core.desk import Desk
from core.errors import Refused
from core.queries.numbers import NumberHit, find_number
from core.store import engine
from core.store.tables.findings import finding_subjects, findings
from core.store.tables.intake import connections, raw_records
from core.store.tables.records import patients

NOW = "2026-11-20T08:00:00.000Z"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    home = tmp_path_factory.mktemp("numbers")
    store, _ = engine.create(home, "a few plain words")
    yield Desk(store, "dana", "owner", Clock())
    store.close()


def a_finding(key, rule="duplicate-patient", status="open"):
    return {
        "key": key, "rule": rule, "status": status, "severity": "high", "confidence": 1.0, "facts": {}, "subjects": [],
        "evidence": [], "fingerprint": "f", "opened_at": NOW, "changed_at": NOW,
    }  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _filled(desk):
    with desk.store.write("test") as unit:
        run = unit.connection.execute
        run(insert(connections).values(id=1, name="EHR", kind="fhir-r4", role="ehr", settings={}, secrets={},
                                       created_at=NOW))  # fmt: skip
        for key, rule, status in (
            ("dup:1", "duplicate-patient", "open"),
            ("miss:1", "miss-visit-charge", "open"),
            ("dup:old", "duplicate-patient", "dismissed"),
            ("dup:new", "duplicate-patient", "open"),
        ):
            run(insert(findings).values(**a_finding(key, rule, status)))
        for key, ref in (
            ("dup:1", "EHR/Patient/20441"),
            ("miss:1", "EHR/Encounter/55218"),
            ("dup:old", "EHR/Patient/777"),
            ("dup:new", "EHR/Patient/777"),
            ("dup:1", "EHR/Patient/p%1"),
        ):
            run(insert(finding_subjects).values(finding_key=key, ref=ref))
        columns = {c.name: c for c in raw_records.c}
        raw = {name: _filler(column) for name, column in columns.items() if not column.nullable and name != "id"}
        raw |= {"connection_id": 1}
        raw_id = run(insert(raw_records).values(**raw)).inserted_primary_key[0]
        body = {"mrn": "M-88120", "identifiers": [{"value": "W22-4418", "system": "payer"}]}
        run(insert(patients).values(connection_id=1, ref="Patient/20441", raw_id=raw_id, fetched_at=NOW, body=body))


def _filler(column):
    kind = column.type.python_type if hasattr(column.type, "python_type") else str
    return {int: 0, bytes: b"", float: 0.0}.get(kind, NOW if column.name.endswith("_at") else "x")


@pytest.mark.parametrize(
    ("number", "hit"),
    [
        ("20441", NumberHit("patients", "dup:1")),
        (" 55218 ", NumberHit("charges", "miss:1")),
        ("Encounter/55218", NumberHit("charges", "miss:1")),
        ("miss:1", NumberHit("charges", "miss:1")),
        ("777", NumberHit("patients", "dup:new")),
        ("M-88120", NumberHit("patients", "dup:1")),
        ("W22-4418", NumberHit("patients", "dup:1")),
        ("2044", None),
        ("%", None),
        ("_0441", None),
        ("p%1", NumberHit("patients", "dup:1")),
        ("", None),
    ],
)
def test_whole_numbers_lead_somewhere_and_parts_do_not(desk, number, hit):
    assert find_number(desk, number) == hit


def test_a_role_that_sees_no_patients_finds_nothing(desk):
    with pytest.raises(Refused):
        find_number(Desk(desk.store, "aud", "auditor", desk.clock), "20441")
