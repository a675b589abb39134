"""Brings a store to the schema of this program: numbered steps, forward only, with a backup before the first."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

import core.store.steps as steps_package
from core.errors import NewerThanApp
from core.registry import discover


def latest() -> int:
    """The number of the newest schema step this program knows."""
    return max(int(step.order) for step in discover(steps_package, "STEP").values())


def bring_up_to_date(engine: Engine, path: Path, data_key: bytes) -> None:
    """Run the missing steps, each in its own transaction. Raises NewerThanApp for a store from the future."""
    steps = discover(steps_package, "STEP").values()
    with engine.connect() as connection:
        at = int(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0)
    if at > latest():
        raise NewerThanApp(f"This store has schema {at}; this Chartmend knows {latest()}.")
    missing = [step for step in steps if step.order > at]
    if missing and at > 0:
        _copy_before(path, data_key, at)
    for step in missing:
        with engine.connect().execution_options(chartmend_write=True) as connection, connection.begin():
            # Another process may have been faster.
            if int(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0) >= step.order:
                continue
            step.run(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {step.order}")


def _copy_before(path: Path, data_key: bytes, schema: int) -> None:
    from core.store.engine import connect_raw  # noqa: PLC0415  (engine imports this module)

    source = connect_raw(path, data_key)
    target = connect_raw(path.with_name(f"store-before-{schema + 1}.db"), data_key)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
