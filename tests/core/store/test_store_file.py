"""The store's file: encrypted, and each way it can be unusable has its own refusal in words."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from core.errors import Damaged, Locked, NewerThanApp, StoreError, WrongKey
from core.store.engine import KEY_FILE, STORE_FILE, create, open_store
from core.store.tables.trust import settings

PHRASE = "correct horse"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A store with two hundred rows, closed; and its recovery key."""
    home = tmp_path_factory.mktemp("made") / "home"
    store, recovery = create(home, PHRASE)
    with store.write("ana") as unit:
        rows = [{"id": f"row-{n}", "value": "Diaz " * 50, "changed_at": "x", "changed_by": "ana"} for n in range(200)]
        unit.connection.execute(insert(settings), rows)
    store.close()
    return home, recovery


@pytest.fixture
def home(made, tmp_path):
    """A copy of it for one test."""
    target = tmp_path / "home"
    target.mkdir()
    for path in made[0].iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


def read_all(home: Path, phrase: str = PHRASE) -> int:
    store = open_store(home, phrase)
    try:
        with store.read() as connection:
            return len(connection.execute(select(settings)).all())
    finally:
        store.close()


def test_store_opens_with_its_passphrase_and_with_its_recovery_key(made, home):
    assert read_all(home) == 200
    assert read_all(home, made[1]) == 200


def test_plain_sqlite_does_not_open_it(home):
    connection = sqlite3.connect(home / STORE_FILE)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        connection.execute("SELECT * FROM sqlite_master")
    connection.close()


def test_no_text_of_the_store_lies_open_in_any_file_beside_it(home):
    store = open_store(home, PHRASE)
    with store.write("ana") as unit:
        unit.audit("noted", "marker-in-plain")
        for path in home.iterdir():
            content = path.read_bytes()
            assert b"marker-in-plain" not in content
            assert b"Diaz" not in content
            assert path.name == KEY_FILE or not content.startswith(b"SQLite format 3")
    store.close()


def test_wrong_passphrase_is_refused_as_such_and_the_file_is_not_touched(home):
    before = (home / STORE_FILE).read_bytes()
    with pytest.raises(WrongKey):
        open_store(home, "wrong horse")
    assert (home / STORE_FILE).read_bytes() == before


def test_key_of_another_store_does_not_open_it(home, tmp_path):
    other, _ = create(tmp_path / "other", PHRASE)
    other.close()
    (home / KEY_FILE).write_bytes((tmp_path / "other" / KEY_FILE).read_bytes())
    with pytest.raises(Damaged):
        open_store(home, PHRASE)


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"format": 9, "wraps": [1]}'])
def test_key_file_that_is_none_is_damaged_not_a_wrong_key(home, content):
    (home / KEY_FILE).write_bytes(content)
    with pytest.raises(Damaged):
        open_store(home, PHRASE)


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)


@pytest.mark.parametrize("place", [0, 20, 100, 4000])
def test_changed_bit_on_the_first_page_is_refused_at_opening(home, place):
    flip(home / STORE_FILE, place)
    with pytest.raises(Damaged):
        open_store(home, PHRASE)


def test_changed_bit_anywhere_is_noticed_when_its_page_is_read(home):
    size = (home / STORE_FILE).stat().st_size
    for page in range(size // 4096):
        flip(home / STORE_FILE, page * 4096 + 1234)
    with pytest.raises(Damaged):
        read_all(home)


def test_changed_bit_in_a_page_of_data_is_damage_in_words(home):
    """The opening may pass such a page by; the reading must not."""
    path = home / STORE_FILE
    whole = path.read_bytes()
    noticed = 0
    for page in range(1, len(whole) // 4096, 7):
        path.write_bytes(whole)
        flip(path, page * 4096 + 2000)
        try:
            assert read_all(home) == 200
        except Damaged:
            noticed += 1
    assert noticed > 0


@pytest.mark.parametrize("keep", [0, 1, 100, 4095, 4096, 8192, -1, -4096])
def test_truncated_store_is_refused_at_opening(home, keep):
    path = home / STORE_FILE
    content = path.read_bytes()
    path.write_bytes(content[:keep])
    with pytest.raises(Damaged):
        open_store(home, PHRASE)
    assert path.read_bytes() == content[:keep]


def test_random_bytes_are_no_store(home):
    (home / STORE_FILE).write_bytes(secrets.token_bytes(40_960))
    with pytest.raises(Damaged):
        open_store(home, PHRASE)


def test_newer_schema_is_refused_and_the_store_is_not_touched(home):
    store = open_store(home, PHRASE)
    with store.write("ana") as unit:
        unit.connection.exec_driver_sql("PRAGMA user_version = 9999")
    store.close()
    before = (home / STORE_FILE).read_bytes()
    with pytest.raises(NewerThanApp):
        open_store(home, PHRASE)
    assert (home / STORE_FILE).read_bytes() == before


def test_folder_without_a_store_says_so(tmp_path):
    with pytest.raises(Locked, match="no store"):
        open_store(tmp_path, PHRASE)


def test_creating_never_writes_over_a_store(home):
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    with pytest.raises(StoreError, match="already"):
        create(home, "other")
    assert {path.name: path.read_bytes() for path in home.iterdir()} == before


def test_errors_of_the_store_do_not_show_the_key(home):
    flip(home / STORE_FILE, 20)
    with pytest.raises(Damaged) as refused:
        open_store(home, PHRASE)
    shown = f"{refused.value!r} {refused.value.__cause__!r}"
    assert PHRASE not in shown
    assert "x'" not in shown
