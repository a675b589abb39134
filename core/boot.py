"""The one place where a desk is put together: store, clock, who is working, and the demo's servers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.clock import Clock
from core.desk import Desk
from core.errors import Locked, Refused
from core.security.sign_in import write_names
from core.security.staff import OWNER, members, role_of
from core.store import engine, keys
from core.store.engine import KEY_FILE, store_exists

if TYPE_CHECKING:
    from core.cli._port import Call

# The demo practice is made up; its store is encrypted like any other, under a passphrase that everybody knows.
DEMO_PASSPHRASE = "demo practice"  # noqa: S105

__all__ = [
    "check_passphrase",
    "create_store",
    "is_demo_home",
    "is_fresh",
    "open_demo",
    "open_desk",
    "open_for_command",
    "store_exists",
]


def create_store(home: Path, passphrase: str) -> str:
    """Make an empty store; gives the recovery key, to be shown once."""
    store, recovery = engine.create(home, passphrase)
    with store.write("setup") as unit:
        unit.audit("create-store")
    store.close()
    return recovery


def is_demo_home(home: Path) -> bool:
    """Whether this folder holds a demo practice."""
    return bool(keys.is_demo(home / KEY_FILE))


def is_fresh(desk: Desk) -> bool:
    """Whether nothing was ever pulled into this store."""
    with desk.store.read() as connection:
        return connection.exec_driver_sql("SELECT 1 FROM pulls LIMIT 1").scalar() is None


def check_passphrase(home: Path, passphrase: str) -> None:
    """Raise WrongKey unless this is the passphrase (or the recovery key) of the store."""
    keys.unlock(home / KEY_FILE, passphrase)


def check_sign_in(desk: Desk, passphrase: str) -> None:
    """Raise unless this passphrase opens the store, and whoever sits at the desk still works here in this role."""
    check_passphrase(desk.home, passphrase)
    if desk.is_demo:
        return
    with desk.store.read() as connection:
        role = role_of(connection, desk.actor)
    if role != desk.role:
        raise Refused("Your role was changed.", todo='Sign in anew, by "Someone else".', code="CM-REF-05")


def open_desk(home: Path, passphrase: str, actor: str, clock: Clock | None = None) -> Desk:
    """Open a store for somebody, with the role they were given.

    Raises WrongKey, Damaged, NewerThanApp or Locked; Refused for a name that is not set up where people are.
    """
    if keys.is_demo(home / KEY_FILE):
        return open_demo(home, actor, clock)
    clock = clock or Clock()
    store = engine.open_store(home, passphrase, clock)
    try:
        write_names(store)
        with store.read() as connection:
            role = role_of(connection, actor)
    except BaseException:
        store.close()
        raise
    return Desk(store, actor, role, clock)


def open_demo(
    home: Path, actor: str = "you", clock: Clock | None = None, *, seed: int | None = None, patients: int | None = None
) -> Desk:
    """The demo practice in a folder of its own: made at the first call, reopened later, with its servers running.

    Refuses a folder that holds a real store.
    """
    from core.demo.practice_desk import prepare  # noqa: PLC0415  (the demo's servers are needed only here)

    clock = clock or Clock()
    if store_exists(home) and not keys.is_demo(home / KEY_FILE):
        raise Refused("This folder holds a real store.", todo="Give the demo a folder of its own.", code="CM-DEM-01")
    store = (
        engine.open_store(home, DEMO_PASSPHRASE, clock)
        if store_exists(home)
        else engine.create(home, DEMO_PASSPHRASE, clock, is_demo=True)[0]
    )
    with store.read() as connection:
        # Whoever is not set up here looks around as before: the demo shuts nobody out.
        role = next((one.role for one in members(connection) if one.name == actor and one.is_active), OWNER)
    return prepare(store, actor, clock, role=role, seed=seed, patients=patients)


def open_for_command(call: Call) -> Desk:
    """The desk for one run of the command line; the first `connections add` makes the store."""
    clock = Clock(fixed_today=call.today)
    if keys.is_demo(call.home / KEY_FILE):
        return open_demo(call.home, call.actor, clock)
    is_new = not store_exists(call.home)
    if is_new and not getattr(call.args, "makes_store", False):
        raise Locked("There is no store in this folder yet.", todo="Add a connection first.", code="CM-STO-07")
    passphrase = call.passphrase(is_new=is_new)
    if not passphrase:
        raise Locked(
            "The passphrase is missing.",
            todo="Give --passphrase-file, set CHARTMEND_PASSPHRASE, or run it in a terminal.",
        )
    if is_new:
        recovery = create_store(call.home, passphrase)
        call.say(f"A new store was made. Recovery key (keep it in a safe place, it is shown once): {recovery}")
    return open_desk(call.home, passphrase, call.actor, clock)
