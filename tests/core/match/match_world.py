"""A real store with patient records that a test changes as it likes, matched over the index or over everything."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import insert

from core.clock import Clock
from core.desk import Desk
from core.jobs import Job
from core.match.run import MatchResult, match, nicknames
from core.match.whole import match_whole
from core.store.engine import Store
from core.store.tables.intake import connections, raw_records
from matching.plan import DEFAULT_PLAN, Plan

KEY = bytes(range(32))
NOW = "2026-06-01T08:00:00.000Z"
GIVEN = ("Robert", "Bob", "Rob", "Maria", "Marie", "Ann", "Anna", "Kwame", "Zoltan", "William", "Bill", "Priya")
FAMILY = ("Smith", "Smyth", "Quist", "Alvarez", "Alvares", "Oduya", "Lindqvist", "Novak", "Weber", "Webber")
STREETS = ("12 Oak St", "12 Oak Street", "7 Main St", "88 Pine Ave", "5 Elm Ct")
ZIPS = (("02139", "Cambridge"), ("02140", "Cambridge"), ("10001", "New York"))


def some_person(chance: random.Random) -> dict[str, Any]:
    """Somebody of few names, days and places, so that records meet."""
    post, city = chance.choice(ZIPS)
    body = {
        "given_name": chance.choice(GIVEN), "family_name": chance.choice(FAMILY), "sex": chance.choice("fm"),
        "birth_date": f"19{chance.randrange(50, 60)}-0{chance.randrange(1, 4)}-{chance.randrange(10, 16)}",
        "phone": f"617555{chance.randrange(60):04}", "street": chance.choice(STREETS), "zip": post, "city": city,
        "ssn": f"9001234{chance.randrange(60):02}",
    }  # fmt: skip
    for name in ("phone", "ssn", "street", "birth_date"):
        if chance.random() < 0.25:
            del body[name]
    return body


def again(body: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The same person once more, with up to two fields as somebody else has them."""
    other = some_person(chance)
    return body | {name: other[name] for name in chance.sample(sorted(other), chance.randrange(3))}


@dataclass
class World:
    """A desk on a store of its own."""

    home: Path
    plan: Plan = DEFAULT_PLAN
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self.desk = Desk(Store(self.home, KEY, Clock()), "ana", "owner", Clock())

    @classmethod
    def fresh(cls, home: Path, bodies: list[dict[str, Any]], plan: Plan = DEFAULT_PLAN) -> World:
        """A store with these records, not yet matched; two systems in turn."""
        world = cls(home, plan)
        with world.desk.store.write("ana") as unit:
            for name in ("EHR", "PM"):
                row = {"name": name, "kind": "tables", "role": "ehr", "settings": {}, "secrets": {}, "created_at": NOW}
                unit.connection.execute(insert(connections).values(row))
            raw = {
                "connection_id": 1, "form": "table", "kind": "patients", "source_id": "1", "hash": b"1",
                "position": "1", "fetched_at": NOW, "payload": b"",
            }  # fmt: skip
            unit.connection.execute(insert(raw_records).values(raw))
        world.add(*bodies)
        return world

    def copy(self, home: Path) -> World:
        """The same store at another place; this one must be closed."""
        shutil.copytree(self.home, home)
        return World(home, self.plan)

    def run(self, statement: str, *parameters: Any) -> list[Any]:
        with self.desk.store.write("ana") as unit:
            found = unit.connection.exec_driver_sql(statement, parameters)
            return found.all() if found.returns_rows else []

    def add(self, *bodies: dict[str, Any]) -> list[int]:
        """New records; gives their ids."""
        start = int(self.run("SELECT coalesce(max(id), 0) FROM patients")[0][0]) + 1
        rows = [
            (number, number % 2 + 1, f"Patient/{number}", NOW, orjson.dumps(body).decode())
            for number, body in enumerate(bodies, start)
        ]
        with self.desk.store.write("ana") as unit:
            unit.connection.exec_driver_sql(
                "INSERT INTO patients (id, connection_id, ref, raw_id, fetched_at, body) VALUES (?, ?, ?, 1, ?, ?)",
                rows,
            )
            unit.connection.exec_driver_sql("INSERT INTO match_queue VALUES (?)", [(row[0],) for row in rows])
        return [row[0] for row in rows]

    def queue(self, *ids: int) -> None:
        for key in ids:
            self.run("INSERT OR IGNORE INTO match_queue VALUES (?)", key)

    def change(self, key: int, **fields: Any) -> None:
        (body,) = self.run("SELECT body FROM patients WHERE id = ?", key)
        changed = {name: value for name, value in (orjson.loads(body[0]) | fields).items() if value is not None}
        self.run("UPDATE patients SET body = ? WHERE id = ?", orjson.dumps(changed).decode(), key)
        self.queue(key)

    def take_away(self, key: int, *, is_back: bool = False) -> None:
        self.run("UPDATE patients SET gone_at = ? WHERE id = ?", None if is_back else NOW, key)
        self.queue(key)

    def judge(self, a: int, b: int, is_same: bool | None) -> None:
        """What a person says about two records; None takes it back."""
        a, b = sorted((a, b))
        if is_same is None:
            self.run("DELETE FROM judgements WHERE a_id = ? AND b_id = ?", a, b)
        else:
            self.run(
                "INSERT OR REPLACE INTO judgements (a_id, b_id, is_same, by, at) VALUES (?, ?, ?, 'ana', ?)",
                a, b, int(is_same), NOW,
            )  # fmt: skip
        self.queue(a, b)

    def hint(self, a: int, b: int, probability: float | None) -> None:
        """What the index of one system calls a candidate pair; both records are of one connection."""
        owner = a % 2 + 1
        body = {"a": f"Patient/{a}", "b": f"Patient/{b}", "state": "candidate", "probability": probability}
        self.run(
            "INSERT OR REPLACE INTO patient_links (connection_id, ref, raw_id, fetched_at, body) "
            "VALUES (?, ?, 1, ?, ?)",
            owner, f"PatientLink/{a}-{b}", NOW, orjson.dumps(body).decode(),
        )  # fmt: skip
        self.queue(a, b)

    def match(self) -> MatchResult:
        return match(self.desk, plan=self.plan)

    def match_whole(self) -> None:
        match_whole(self.desk, Job("Matching"), nicknames(), self.plan)

    def pairs(self) -> list[Any]:
        return [tuple(row) for row in self.run("SELECT * FROM pairs ORDER BY a_id, b_id")]

    def persons(self) -> dict[int, str]:
        return dict(self.run("SELECT patient_id, person_id FROM person_records ORDER BY patient_id"))

    def groups(self) -> list[tuple[tuple[int, ...], str | None]]:
        """Who is one person, and why it waits."""
        held = dict(self.run("SELECT id, held FROM persons"))
        members: dict[str, list[int]] = {}
        for key, person in self.persons().items():
            members.setdefault(person, []).append(key)
        assert members.keys() == held.keys()
        return sorted((tuple(keys), held[person]) for person, keys in members.items())

    def cases(self) -> set[str]:
        """Records whose case is to be looked at again, emptied by asking."""
        found = {row[0] for row in self.run("SELECT patient FROM case_queue")}
        self.run("DELETE FROM case_queue")
        return found

    def close(self) -> None:
        self.desk.close()
