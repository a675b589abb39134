"""A real store with the labelled people, matched once, for questions about the rules of matching."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import insert

from core.clock import Clock
from core.desk import Desk
from core.store.engine import Store
from core.store.tables.intake import connections, raw_records
from core.store.unit import Unit

PEOPLE = Path(__file__).resolve().parents[2] / "data" / "people" / "population_800.csv"
NOW = "2026-06-01T08:00:00.000Z"
FIELDS = {
    "first_name": "given_name", "middle_name": "middle_name", "last_name": "family_name", "suffix": "suffix",
    "dob": "birth_date", "sex": "sex", "ssn": "ssn", "phone": "phone", "email": "email", "address": "street",
    "city": "city", "state": "state", "zip": "zip",
}  # fmt: skip
FAMILIES = ("Quist", "Oduya", "Zabel", "Peltier", "Holub")
# Nothing but a name: nobody could tell whether a second one is the same.
BARE = {"given_name": "Mary", "family_name": "Smith"}
NAMESAKES = 60
"""So many people of one name, each with a birthday of their own: more than one bucket compares whole."""


def bodies() -> list[dict[str, Any]]:
    with PEOPLE.open(newline="") as file:
        known = [{ours: row[theirs] for theirs, ours in FIELDS.items() if row[theirs]} for row in csv.DictReader(file)]
    namesakes = [
        {"given_name": "Maria", "family_name": "Garcia", "birth_date": f"{1930 + n}-0{n % 9 + 1}-1{n % 7}", "sex": "f",
         "zip": f"{10000 + 37 * n}"}
        for n in range(NAMESAKES)
    ]  # fmt: skip
    doubtful = [_doubtful(body, number) for number, body in enumerate(known[:240])]
    return [*known, *doubtful, *namesakes, BARE, BARE | {"birth_date": "1970-05-05", "phone": "617-555-0199"}]


def _doubtful(body: dict[str, Any], number: int) -> dict[str, Any]:
    """The same person perhaps: a name, a day that may be mistyped, and one or two things more."""
    kept = ("given_name", "family_name", "sex", ("phone", "zip", "street", "middle_name", "email")[number % 5])
    found = {name: body[name] for name in kept if name in body}
    born = body.get("birth_date", "")
    if number % 3:
        found["birth_date"] = born
    elif born:
        found["birth_date"] = f"{born[:9]}{(int(born[9]) + 1) % 10}"
    if number % 4 == 0:
        found["family_name"] = FAMILIES[number % len(FAMILIES)]
    return found


def make_store(home: Path) -> Desk:
    """An owner's desk on a store of two systems, not yet matched. Patient ids count from 1 in the order of `bodies`."""
    clock = Clock()
    desk = Desk(Store(home, bytes(range(32)), clock), "ana", "owner", clock)
    with desk.store.write("ana") as unit:
        for name in ("EHR", "PM"):
            row = {"name": name, "kind": "tables", "role": "ehr", "settings": {}, "secrets": {}, "created_at": NOW}
            unit.connection.execute(insert(connections).values(row))
        raw = {
            "connection_id": 1, "form": "table", "kind": "patients", "source_id": "1", "hash": b"1", "position": "1",
            "fetched_at": NOW, "payload": b"",
        }  # fmt: skip
        unit.connection.execute(insert(raw_records).values(raw))
        unit.connection.exec_driver_sql(
            "INSERT INTO patients (id, connection_id, ref, raw_id, fetched_at, body) VALUES (?, ?, ?, 1, ?, ?)",
            [
                (number, number % 2 + 1, f"Patient/{number}", NOW, orjson.dumps(body).decode())
                for number, body in enumerate(bodies(), 1)
            ],
        )
        unit.connection.exec_driver_sql("INSERT INTO match_queue SELECT id FROM patients")
    return desk


def judge(unit: Unit, pairs: list[tuple[int, int]], *, is_same: bool, decision: str | None = "d1") -> None:
    """What somebody said about these pairs; without a decision it was a system."""
    unit.connection.exec_driver_sql(
        "INSERT OR REPLACE INTO judgements (a_id, b_id, is_same, by, at, decision_id) VALUES (?, ?, ?, 'ana', ?, ?)",
        [(a, b, int(is_same), NOW, decision) for a, b in pairs],
    )
