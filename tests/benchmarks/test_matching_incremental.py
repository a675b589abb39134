"""What a small change costs beside a store of many: one and a thousand changed records, and a look-up.

CHARTMEND_BENCH_PEOPLE sets how many records there are (1,000,000), CHARTMEND_BENCH_LOOKUP_PEOPLE for the look-up.
"""

from __future__ import annotations

import os
import secrets
import statistics
import time
from itertools import islice
from pathlib import Path

import numpy as np
import orjson
import pytest
from sqlalchemy import insert
from synthetic_people import people, with_errors

from core.clock import Clock
from core.desk import Desk
from core.match.run import match
from core.queries.lookup import lookup
from core.store.engine import Store
from core.store.tables.intake import connections, raw_records

NOW = "2026-06-01T08:00:00.000Z"
PEOPLE = int(os.environ.get("CHARTMEND_BENCH_PEOPLE", "1000000"))
LOOKUP_PEOPLE = int(os.environ.get("CHARTMEND_BENCH_LOOKUP_PEOPLE", "200000"))
RUNS = 20


def filled(home: Path, count: int) -> Desk:
    """A store with so many patient records of two systems."""
    home.mkdir()
    desk = Desk(Store(home, secrets.token_bytes(32), Clock()), "ana", "owner", Clock())
    with desk.store.write("ana") as unit:
        for name in ("EHR", "PM"):
            row = {"name": name, "kind": "tables", "role": "ehr", "settings": {}, "secrets": {}, "created_at": NOW}
            unit.connection.execute(insert(connections).values(row))
        raw = {
            "connection_id": 1, "form": "table", "kind": "patients", "source_id": "1", "hash": b"1",
            "position": "1", "fetched_at": NOW, "payload": b"",
        }  # fmt: skip
        unit.connection.execute(insert(raw_records).values(raw))
    numbered = enumerate(people(count), 1)
    while some := list(islice(numbered, 50_000)):
        rows = [(key, key % 2 + 1, f"Patient/{key}", NOW, NOW, orjson.dumps(body).decode()) for key, body in some]
        with desk.store.write("ana") as unit:
            unit.connection.exec_driver_sql(
                "INSERT INTO patients (id, connection_id, ref, raw_id, fetched_at, updated_at, body) "
                "VALUES (?, ?, ?, 1, ?, ?, ?)",
                rows,
            )
            unit.connection.exec_driver_sql("INSERT INTO match_queue VALUES (?)", [(row[0],) for row in rows])
    return desk


def change(desk: Desk, chance: np.random.Generator, count: int, among: int) -> None:
    """So many records come in again, with errors."""
    keys = sorted({int(key) for key in chance.integers(1, among + 1, count)})
    with desk.store.write("ana") as unit:
        for key in keys:
            (body,) = unit.connection.exec_driver_sql("SELECT body FROM patients WHERE id = ?", (key,)).one()
            changed = orjson.dumps(with_errors(chance, orjson.loads(body))).decode()
            unit.connection.exec_driver_sql("UPDATE patients SET body = ? WHERE id = ?", (changed, key))
            unit.connection.exec_driver_sql("INSERT INTO match_queue VALUES (?)", (key,))


def persons(desk: Desk) -> dict[int, str]:
    with desk.store.read() as connection:
        return dict(connection.exec_driver_sql("SELECT patient_id, person_id FROM person_records").all())


def index_size(desk: Desk) -> tuple[int, int]:
    """Bytes of the index, and entries in it."""
    with desk.store.read() as connection:
        found = connection.exec_driver_sql("SELECT sum(length(entries)) FROM match_index").scalar()
    return int(found), int(found) // 8


def measured(desk: Desk, chance: np.random.Generator, count: int, among: int, runs: int) -> tuple[list[float], int]:
    """Seconds of each run after so many changes, and pairs compared in the last."""
    seconds, compared = [], 0
    for _ in range(runs):
        change(desk, chance, count, among)
        began = time.perf_counter()
        result = match(desk)
        seconds.append(time.perf_counter() - began)
        compared = result.compared_pairs
    return seconds, compared


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
def test_matching_of_few_changes_beside_many(tmp_path: Path) -> None:
    desk = filled(tmp_path / "home", PEOPLE)
    result = match(desk)
    size, entries = index_size(desk)
    print(f"\n{result.records} records: whole run {result.seconds:.1f} s, {result.compared_pairs} pairs compared")
    print(f"index: {entries} entries, {size / 1e6:.0f} MB of {desk.store.path.stat().st_size / 1e6:.0f} MB")
    chance = np.random.default_rng(3)
    before = persons(desk)
    one, compared = measured(desk, chance, 1, PEOPLE, RUNS)
    print(f"1 changed: first {one[0] * 1000:.0f} ms, then median {statistics.median(one[1:]) * 1000:.1f} ms "
          f"({min(one) * 1000:.1f} to {max(one[1:]) * 1000:.1f}), aim 20 ms")  # fmt: skip
    many, compared = measured(desk, chance, 1_000, PEOPLE, 3)
    print(f"1,000 changed: {', '.join(f'{s:.2f}' for s in many)} s ({compared} pairs compared), aim 1 s")
    after = persons(desk)
    moved = sum(after[key] != person for key, person in before.items())
    print(f"records of another person than before: {moved} of {len(before)}")
    desk.close()


@pytest.mark.benchmark
@pytest.mark.timeout(1800)
def test_lookup_among_many(tmp_path: Path) -> None:
    desk = filled(tmp_path / "home", LOOKUP_PEOPLE)
    match(desk)
    chance = np.random.default_rng(4)
    seconds, found = [], 0
    for key in chance.integers(1, LOOKUP_PEOPLE, RUNS).tolist():
        with desk.store.read() as connection:
            (body,) = connection.exec_driver_sql("SELECT body FROM patients WHERE id = ?", (key,)).one()
        typed = with_errors(chance, orjson.loads(body))
        asked = {name: typed[name] for name in ("given_name", "family_name", "birth_date", "zip") if name in typed}
        began = time.perf_counter()
        answers = lookup(desk, asked)
        seconds.append(time.perf_counter() - began)
        found += any(answer["record"]["id"] == str(key) for answer in answers)
    print(f"\nlook-up among {LOOKUP_PEOPLE}: median {statistics.median(seconds) * 1000:.0f} ms, "
          f"slowest {max(seconds) * 1000:.0f} ms, found {found} of {RUNS}, aim 50 ms")  # fmt: skip
    desk.close()
