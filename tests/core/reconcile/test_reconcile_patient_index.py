"""What a source's own patient index says, from its rows to persons and questions."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select
from table_practice import TablePractice

from core.match.rows import patient_rows
from core.match.run import match
from core.queries.pair import pair
from core.store.tables.people import judgements, match_queue, person_records
from core.store.tables.records import patients
from core.sync.pull import pull

ROSA = {
    "given_name": "Rosa", "family_name": "Quiroz", "dob": "1951-09-30", "ssn": "900-12-3456", "phone": "617-555-0142",
    "address": {"line": "12 Oak St", "city": "Boston", "state": "MA", "zip": "02139"},
}  # fmt: skip


@pytest.fixture
def two(practice: TablePractice) -> TablePractice:
    """Two records of the chart that are alike in everything."""
    for number in ("7", "8"):
        practice.add("patients", id=f"e{number}", source="E", mrn=f"E{number}", **ROSA)
    return practice


def row(practice: TablePractice, number: str) -> dict[str, Any]:
    return next(one for one in practice.rows["patients"] if one["id"] == number)


def persons(practice: TablePractice) -> list[list[str]]:
    """The records of those two, by person."""
    found: dict[str, list[str]] = {}
    query = select(person_records.c.person_id, patients.c.ref).join(
        patients, patients.c.id == person_records.c.patient_id
    )
    with practice.desk.store.read() as connection:
        for person, ref in connection.execute(query.order_by(patients.c.ref)):
            if ref in ("Patient/e7", "Patient/e8"):
                found.setdefault(person, []).append(ref.partition("/")[2])
    return sorted(found.values())


def test_without_a_word_of_the_index_they_are_one(two: TablePractice) -> None:
    two.look()
    assert persons(two) == [["e7", "e8"]]


def test_two_golden_ids_are_two_people_until_the_index_or_a_person_says_otherwise(two: TablePractice) -> None:
    row(two, "e7")["golden_id"], row(two, "e8")["golden_id"] = "g7", "g8"
    two.look()
    assert persons(two) == [["e7"], ["e8"]]
    assert two.found()["duplicate-patient"] == ["e7"]  # asked about
    del row(two, "e8")["golden_id"]
    two.look()
    assert persons(two) == [["e7", "e8"]]
    row(two, "e8")["golden_id"] = "g8"
    two.look()
    assert persons(two) == [["e7"], ["e8"]]
    with two.desk.store.write("ana") as unit:
        keys = {r["ref"]: r["key"] for r in patient_rows(unit.connection)}
        a, b = sorted((keys["Patient/e7"], keys["Patient/e8"]))
        unit.connection.execute(insert(judgements).values(a_id=a, b_id=b, is_same=1, by="ana", at="2026-06-15"))
        unit.connection.execute(insert(match_queue).values(patient_id=a))
    two.look()
    assert persons(two) == [["e7", "e8"]]


def test_a_candidate_is_asked_about_with_the_probability_of_the_index_and_its_name(two: TablePractice) -> None:
    link = two.add("patient_links", id="l1", a="e7", b="e8", state="candidate", probability=0.8)
    two.look()
    assert persons(two) == [["e7"], ["e8"]]
    asked = two.one("duplicate-patient")
    assert (asked["probability"], asked["facts"]["tier"], asked["facts"]["index"]) == (0.8, "unsure", "both")
    view = pair(two.desk, asked["key"])
    assert view.probability == 0.8
    assert view.looks_like == "The patient index of both itself names the two as candidates."

    link["probability"] = 0.95
    two.look()
    assert two.one("duplicate-patient")["probability"] == 0.95

    link["state"] = "linked"
    two.look()
    assert persons(two) == [["e7", "e8"]]
    link["state"] = "different"
    two.look()
    assert persons(two) == [["e7"], ["e8"]]
    assert "duplicate-patient" not in two.found()
    two.drop("patient_links", "l1")
    two.look()
    assert persons(two) == [["e7", "e8"]]


def test_a_link_that_moves_to_another_pair_lets_the_first_go(two: TablePractice) -> None:
    link = two.add("patient_links", id="l1", a="e7", b="e8", state="candidate", probability=0.8)
    two.look()
    link["b"] = "p0"
    two.write()
    pull(two.desk, "both")
    match(two.desk)
    assert persons(two) == [["e7", "e8"]]
