"""Opens the SQLCipher file through SQLAlchemy: one writer at a time, readers that never block.

The key goes into the first statement of every connection and nowhere else: not into a URL, a log or the environment.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as dbapi
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from core.clock import Clock
from core.errors import Damaged, DiskFull, Locked, StoreError
from core.store import keys, migrate, swap
from core.store.hold import HOLD_FILE, Hold, InUse, alone
from core.store.unit import Unit

STORE_FILE, KEY_FILE = swap.STORE_FILE, swap.KEY_FILE
_PAGE = 4096  # bytes; SQLCipher's own


class Store:
    """An open store. Made by `create` or `open_store`; `close` it at the end."""

    def __init__(self, home: Path, data_key: bytes, clock: Clock, hold: Hold | None = None) -> None:
        self.home = home
        self.clock = clock
        self.hold = hold or _held(home)
        self.path = home / STORE_FILE
        self.is_demo = keys.is_demo(home / KEY_FILE)
        self._data_key = data_key
        self._writing = threading.RLock()
        self._engine = _engine(self.path, data_key)
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
        except DatabaseError as why:
            self.close()
            raise Damaged("The store file is damaged, or it is not a Chartmend store.") from why
        try:
            migrate.bring_up_to_date(self._engine, self.path, data_key)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only view of one moment: everything read inside it fits together."""
        with _in_our_words(), self._engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("PRAGMA query_only = ON")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("PRAGMA query_only = OFF")

    @contextmanager
    def write(self, actor: str) -> Iterator[Unit]:
        """One transaction, all or nothing, with its audit rows inside. Only one at a time, over all processes."""
        with _in_our_words(), self._writing, self._engine.connect() as connection:
            connection.execution_options(chartmend_write=True)
            with connection.begin():
                yield Unit(connection, actor, self.clock)

    def keyed(self, path: Path) -> Any:
        """A bare connection to a file under this store's key: the store itself, or a copy of it."""
        return connect_raw(path, self._data_key)

    @property
    def mark(self) -> str:
        """Tells this store and its copies from others; says nothing about the key."""
        return hmac.digest(self._data_key, b"chartmend store", "sha256").hex()[:16]

    def let_go_of_file(self) -> None:
        """Close every connection; the next reading or writing opens new ones."""
        self._engine.dispose()

    def close(self) -> None:
        """Close every connection, and let others replace the file."""
        self._engine.dispose()
        self.hold.let_go()


def store_exists(home: Path) -> bool:
    """Whether this folder holds a store."""
    return swap.is_pending(home) or ((home / KEY_FILE).exists() and (home / STORE_FILE).exists())


def create(home: Path, passphrase: str, clock: Clock | None = None, *, is_demo: bool = False) -> tuple[Store, str]:
    """A new, empty store; gives it and its recovery key. Refuses to write over anything."""
    home.mkdir(parents=True, exist_ok=True)
    if (home / KEY_FILE).exists() or (home / STORE_FILE).exists():
        raise StoreError("There is a store in this folder already.", todo="Open it, or choose another folder.")
    hold = _held(home)
    try:
        made = keys.create(home / KEY_FILE, passphrase, is_demo=is_demo)
        return Store(home, made.data_key, clock or Clock(), hold), made.recovery_key
    except BaseException:
        hold.let_go()
        raise


def open_store(home: Path, passphrase: str, clock: Clock | None = None) -> Store:
    """Open an existing store. Raises WrongKey, Damaged or NewerThanApp, each in its own words."""
    if not store_exists(home):
        raise Locked("There is no store in this folder yet.", todo="Set one up first.", code="CM-STO-07")
    hold = _held(home)
    try:
        data_key = keys.unlock(home / KEY_FILE, passphrase)
        _refuse_cut_off(home / STORE_FILE)
        return Store(home, data_key, clock or Clock(), hold)
    except BaseException:
        hold.let_go()
        raise


def _held(home: Path) -> Hold:
    """Hold the store against being replaced; before that, finish a restore that was cut off."""
    try:
        if swap.is_pending(home):
            with alone(home / HOLD_FILE):
                swap.finish(home)
        swap.sweep(home)
        return Hold(home / HOLD_FILE)
    except InUse as why:
        raise StoreError(
            "A backup is being restored into this store.", todo="Try again in a moment.", code="CM-STO-09"
        ) from why


def connect_raw(path: Path, data_key: bytes) -> Any:
    """A bare keyed connection (backup, integrity check)."""
    # Few statements are kept prepared: each takes from a small pool of memory, and beyond that pool every allocation
    # is locked against swapping, which makes inserts several times as slow.
    connection = dbapi.connect(
        str(path), check_same_thread=False, timeout=30, isolation_level=None, cached_statements=8
    )
    connection.execute(f"PRAGMA key = \"x'{data_key.hex()}'\"")
    connection.execute("PRAGMA cipher_memory_security = ON")
    return connection


def _engine(path: Path, data_key: bytes) -> Engine:
    def connect() -> Any:
        connection = connect_raw(path, data_key)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")  # no plain temporary files
        connection.execute("PRAGMA cache_size = -65536")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except dbapi.DatabaseError:
            connection.close()
            raise
        return connection

    # Not the pysqlcipher dialect: it sends a key of its own after ours.
    engine = create_engine(
        "sqlite://", module=dbapi, creator=connect, poolclass=QueuePool, pool_size=8, max_overflow=16
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The driver runs in autocommit; a writer takes the lock at once, so that it never fails half-way for a reader.
        is_write = connection.get_execution_options().get("chartmend_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")

    return engine


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Faults of the file and its disk as our own errors; what a statement did wrong stays what it is."""
    try:
        yield
    except DatabaseError as why:
        words = _in_words(why)
        if words is None:
            raise
        raise words from why


def _in_words(error: DatabaseError) -> StoreError | None:
    text = str(error.orig)
    if "malformed" in text or "not a database" in text:
        return Damaged("The store file is damaged.")
    if not isinstance(error, OperationalError):
        return None
    if "full" in text:
        return DiskFull("There is no room left on the disk of the store.")
    if "disk I/O error" in text:
        return StoreError("The disk of the store cannot be read or written.", todo="Check the disk.", code="CM-STO-10")
    if "locked" in text or "busy" in text:
        return StoreError(
            "Another Chartmend is writing to this store.", todo="Try again in a moment.", code="CM-STO-08"
        )
    return None


def _refuse_cut_off(path: Path) -> None:
    """A file that ends within a page was cut off. SQLite takes one without a whole page for a new, empty store."""
    size = path.stat().st_size
    beside = path.with_name(path.name + "-wal")
    is_settled = not beside.exists() or beside.stat().st_size == 0
    if size < _PAGE or (is_settled and size % _PAGE):
        raise Damaged("The store file is cut off.")
