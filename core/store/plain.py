"""Reading with the driver alone: for runs of many small statements, where SQLAlchemy's share is most of the time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlcipher3.dbapi2 as dbapi
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def fetch(connection: Connection, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """All rows of a statement, inside the connection's transaction. Faults are those that SQLAlchemy would raise."""
    return list(run(connection, statement, parameters))


def run(connection: Connection, statement: str, parameters: Sequence[Any] = ()) -> Any:
    """The driver's cursor after a statement."""
    try:
        return connection.connection.driver_connection.execute(statement, parameters)  # type: ignore[union-attr]
    except dbapi.Error as why:
        # Without the parameters: they may be about patients.
        raise DBAPIError.instance(statement, None, why, dbapi.Error) from why
