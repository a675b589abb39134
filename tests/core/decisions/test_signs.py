"""Stop signs that only the store can see: visits, orders, flags, and what was said before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from core.clock import Clock
from core.decisions.signs import StopSign, rows_of, signs_of
from core.desk import Desk
from core.store.engine import create
from core.store.tables.intake import connections, raw_records
from core.store.tables.people import judgements
from core.store.tables.records import RECORDS
from matching.records import Ref

NOW = "2026-06-01T08:00:00.000Z"
PERSON = {"given_name": "Rosa", "family_name": "Quiroz", "birth_date": "1951-09-30", "sex": "female"}


@dataclass
class Ward:
    """A store with two records of one system."""

    desk: Desk

    def put(self, entity: str, number: str, body: dict[str, Any], *, patient: str = "", on: str | None = None) -> None:
        row = {
            "connection_id": 1, "ref": f"{entity}/{number}", "raw_id": 1, "fetched_at": NOW, "body": body,
            "patient": patient or None, "on_date": on,
        }  # fmt: skip
        if entity == "patients":
            row["ref"] = f"Patient/{number}"
        with self.desk.store.write("ana") as unit:
            unit.connection.execute(insert(RECORDS[entity]).values(**row))

    def visit(self, number: str, patient: str, start: str, end: str, place: str) -> None:
        body = {"start": start, "end": end, "location": place, "status": "finished"}
        self.put("encounters", number, body, patient=f"Patient/{patient}", on=start[:10])

    def signs(self) -> dict[str, StopSign]:
        with self.desk.store.read() as connection:
            _, rows = rows_of(connection, [Ref("EHR", "Patient", "1"), Ref("EHR", "Patient", "2")])
            return {sign.code: sign for sign in signs_of(connection, rows, date(2026, 6, 1))}


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    store, _ = create(tmp_path / "home", "a long passphrase")
    desk = Desk(store, "ana", "owner", Clock())
    with store.write("ana") as unit:
        unit.connection.execute(
            insert(connections).values(name="EHR", kind="tables", role="ehr", settings={}, secrets={}, created_at=NOW)
        )
        unit.connection.execute(
            insert(raw_records).values(
                connection_id=1, form="table", kind="patients", source_id="1", hash=b"1", position="1", fetched_at=NOW,
                payload=b"",
            )
        )  # fmt: skip
    made = Ward(desk)
    made.put("patients", "1", PERSON)
    made.put("patients", "2", {**PERSON, "given_name": "Rose"})
    yield made
    desk.close()


def test_nothing_stands_on_two_plain_records(ward: Ward) -> None:
    ward.visit("v1", "1", "2026-05-04T09:00:00", "2026-05-04T09:30:00", "Location/east")
    ward.visit("v2", "2", "2026-05-04T09:30:00", "2026-05-04T10:00:00", "Location/west")
    assert ward.signs() == {}


@pytest.mark.parametrize(("place", "stands"), [("Location/west", True), ("Location/east", False)])
def test_nobody_is_at_two_places_at_once(ward: Ward, place: str, stands: bool) -> None:
    ward.visit("v1", "1", "2026-05-04T09:00:00", "2026-05-04T09:30:00", "Location/east")
    ward.visit("v2", "2", "2026-05-04T09:20:00", "2026-05-04T10:00:00", place)
    assert ("visits_overlap" in ward.signs()) == stands


def test_open_orders_on_both_stop_and_on_one_do_not(ward: Ward) -> None:
    ward.put("orders", "o1", {"status": "active"}, patient="Patient/1")
    assert "orders" not in ward.signs()
    ward.put("orders", "o2", {"status": "completed"}, patient="Patient/2")
    assert "orders" not in ward.signs()
    ward.put("orders", "o3", {"status": "active"}, patient="Patient/2")
    assert ward.signs()["orders"].places == {0, 1}


def test_a_flag_of_confidentiality_stops_whoever_it_is_folded_with(ward: Ward) -> None:
    ward.put("patients", "3", {**PERSON, "is_confidential": True})
    with ward.desk.store.read() as connection:
        _, rows = rows_of(connection, [Ref("EHR", "Patient", number) for number in ("1", "2", "3")])
        (sign,) = [s for s in signs_of(connection, rows, date(2026, 6, 1)) if s.code == "confidential"]
    assert sign.concerns({0, 2}) and not sign.concerns({0, 1})


def test_one_who_died_and_was_seen_afterwards_stops(ward: Ward) -> None:
    ward.put("patients", "3", {**PERSON, "deceased_on": "2026-01-02"})
    ward.visit("v1", "1", "2026-05-04T09:00:00", "2026-05-04T09:30:00", "Location/east")
    with ward.desk.store.read() as connection:
        _, rows = rows_of(connection, [Ref("EHR", "Patient", number) for number in ("1", "3")])
        assert "deceased" in {sign.code for sign in signs_of(connection, rows, date(2026, 6, 1))}


def test_an_earlier_no_says_who_when_and_why(ward: Ward) -> None:
    with ward.desk.store.write("R. Diaz") as unit:
        row = {"a_id": 1, "b_id": 2, "is_same": 0, "by": "R. Diaz", "at": NOW, "reason": "mother and daughter"}
        unit.connection.execute(insert(judgements).values(row))
    assert ward.signs()["said_different"].words == (
        "R. Diaz said on 2026-06-01 that these are different people: mother and daughter."
    )
