"""Inside the store: foreign keys, WAL, one writer with many readers, an audit trail that only grows."""

from __future__ import annotations

import multiprocessing
import secrets
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect
from sqlalchemy.exc import DatabaseError, IntegrityError

from core.audit.trail import verify
from core.clock import Clock
from core.store import migrate
from core.store.engine import Store, connect_raw
from core.store.steps import Step
from core.store.tables import metadata
from core.store.tables.intake import raw_records
from core.store.tables.trust import settings

KEY = secrets.token_bytes(32)


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def store(home):
    store = Store(home, KEY, Clock())
    yield store
    store.close()


def pragma(store: Store, name: str):
    with store.read() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_foreign_keys_are_on_and_hold(store):
    assert pragma(store, "foreign_keys") == 1
    values = {"connection_id": 404, "form": "f", "kind": "k", "source_id": "1", "hash": b"", "payload": b"",
              "position": "p", "fetched_at": "x"}  # fmt: skip
    with pytest.raises(IntegrityError), store.write("ana") as unit:
        unit.connection.execute(insert(raw_records).values(values))


def test_journal_is_a_wal_and_temporary_data_stays_in_memory(store):
    assert pragma(store, "journal_mode") == "wal"
    assert pragma(store, "temp_store") == 2
    assert pragma(store, "cipher_memory_security") == "1"


def test_readers_cannot_write(store):
    with pytest.raises(DatabaseError, match="readonly"), store.read() as connection:
        connection.exec_driver_sql("DELETE FROM settings")
    with store.write("ana") as unit:  # the connection goes back to the pool as it was
        unit.connection.execute(insert(settings).values(id="a", changed_at="x", changed_by="ana"))


def test_unit_that_fails_leaves_nothing_behind(store):
    with pytest.raises(RuntimeError), store.write("ana") as unit:
        unit.connection.execute(insert(settings).values(id="a", changed_at="x", changed_by="ana"))
        unit.audit("set", "a")
        raise RuntimeError
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM settings").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM audit").scalar() == 0


def test_reader_sees_one_moment_while_a_writer_goes_on(store):
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM settings").scalar() == 0
        with store.write("ana") as unit:
            unit.connection.execute(insert(settings).values(id="a", changed_at="x", changed_by="ana"))
        assert connection.exec_driver_sql("SELECT count(*) FROM settings").scalar() == 0
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM settings").scalar() == 1


@pytest.mark.parametrize("sql", ["UPDATE audit SET actor = 'eve'", "DELETE FROM audit"])
def test_audit_trail_cannot_be_changed_by_a_statement(store, sql):
    with store.write("ana") as unit:
        unit.audit("look", "Patient/1")
    with pytest.raises(DatabaseError, match="only grows"), store.write("ana") as unit:
        unit.connection.exec_driver_sql(sql)
    assert verify(store).is_whole


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET actor = 'eve' WHERE id = 2",
        "UPDATE audit SET detail = '{}' WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "UPDATE audit SET id = 9 WHERE id = 2",
        "UPDATE audit SET hash = 'f' WHERE id = 2",
    ],
)
def test_audit_trail_changed_by_force_is_found_out_at_its_place(store, sql):
    for number in range(4):
        with store.write("ana") as unit:
            unit.audit("look", f"Patient/{number}", count=number)
    assert verify(store).is_whole
    with store.write("eve") as unit:
        unit.connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        unit.connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
        unit.connection.exec_driver_sql(sql)
    verdict = verify(store)
    assert not verdict.is_whole
    assert verdict.last_good == 1


def _write_many(home: str, key: bytes, who: str, count: int) -> None:
    store = Store(Path(home), key, Clock())
    for number in range(count):
        with store.write(who) as unit:
            unit.audit("count", str(number))
            unit.connection.execute(insert(settings).values(id=f"{who}-{number}", changed_at="x", changed_by=who))
    store.close()


def test_writers_and_readers_in_two_processes_lose_nothing(store, home):
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_write_many, args=(str(home), KEY, who, 40)) for who in ("ana", "bo")]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        with store.read() as connection:
            rows = connection.exec_driver_sql("SELECT count(*) FROM settings").scalar()
            steps = connection.exec_driver_sql("SELECT count(*) FROM audit").scalar()
            assert rows == steps
        workers[0].join(0.02)
    assert [worker.exitcode for worker in workers] == [0, 0]
    verdict = verify(store)
    assert (verdict.rows, verdict.is_whole) == (80, True)


def test_steps_make_exactly_the_tables_that_the_program_knows(store):
    with store.read() as connection:
        found = inspect(connection)
        for name, table in metadata.tables.items():
            columns = {column["name"]: not column["nullable"] for column in found.get_columns(name)}
            assert columns == {c.name: not c.nullable or c.primary_key for c in table.columns}, name
            # Not by reflection, which does not know indexes over expressions.
            query = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
            indexes = set(connection.exec_driver_sql(query, (name,)).scalars())
            assert indexes >= {i.name for i in table.indexes}, name
        extra = set(found.get_table_names()) - set(metadata.tables)
        assert extra == set()


def test_a_copy_is_made_before_a_step_and_the_step_runs_once(store, home, monkeypatch):
    with store.write("ana") as unit:
        unit.audit("before")
    store.close()
    ran = []

    def run(connection):
        ran.append(1)
        connection.exec_driver_sql("CREATE TABLE more (id INTEGER PRIMARY KEY)")

    known = migrate.discover(migrate.steps_package, "STEP")
    newest = migrate.latest()
    steps = {**known, "x": Step("x", newest + 1, run)}
    monkeypatch.setattr(migrate, "discover", lambda *_: steps)
    for _ in range(2):
        Store(home, KEY, Clock()).close()
    assert ran == [1]
    copy = home / f"store-before-{newest + 1}.db"
    connection = connect_raw(copy, KEY)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == newest
    assert connection.execute("SELECT count(*) FROM audit").fetchone()[0] == 1
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'more'").fetchone()[0] == 0
    connection.close()
    assert not copy.read_bytes().startswith(b"SQLite format 3")


def test_step_that_fails_leaves_the_schema_as_it_was(store, home, monkeypatch):
    store.close()
    newest = migrate.latest()

    def run(connection):
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER PRIMARY KEY)")
        raise RuntimeError

    steps = {**migrate.discover(migrate.steps_package, "STEP"), "x": Step("x", newest + 1, run)}
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "discover", lambda *_: steps)
        with pytest.raises(RuntimeError):
            Store(home, KEY, Clock())
    store = Store(home, KEY, Clock())
    assert pragma(store, "user_version") == newest
    with store.read() as connection:
        assert "half" not in inspect(connection).get_table_names()
    store.close()
