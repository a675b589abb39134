"""From a connection's row to its connector: settings as strings, secrets fetched when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, RowMapping, select

import core.connectors as package
from core.connectors._port import Connector, ConnectorKind, Settings
from core.desk import Desk
from core.errors import BadInput
from core.registry import discover
from core.security import secrets
from core.store.tables.intake import connections
from core.sync.mappings import mappings_of


def connector_kinds() -> Mapping[str, ConnectorKind]:
    """Every kind of connection there is, by its id."""
    return discover(package, "CONNECTOR")


def kind_of(kind: str) -> ConnectorKind:
    """One kind. Raises BadInput for an unknown one."""
    known = connector_kinds()
    if kind not in known:
        raise BadInput(f"There is no connection kind {kind}. Known: {', '.join(known)}.", code="CM-INP-30")
    return known[kind]


def connection_row(connection: Connection, name: str) -> RowMapping:
    """A connection's row by its name. Raises BadInput when there is none (or it was removed)."""
    query = select(connections).where(connections.c.name == name, connections.c.removed_at.is_(None))
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise BadInput(f"There is no connection {name}.", todo="See `connections list`.", code="CM-INP-31")
    return row


def settings_of(
    row: Mapping[Any, Any], today: Callable[[], Any], mappings: tuple[Mapping[str, Any], ...] = ()
) -> Settings:
    """The settings of a row as its connector receives them; `mappings` are those of its columns, where it has files."""
    places: Mapping[str, str] = row["secrets"] or {}
    name = str(row["name"])

    def secret(which: str) -> str | None:
        return secrets.fetch(places[which]) if which in places else None

    return Settings(
        name=name,
        kind=row["kind"],
        role=row["role"],
        url=row["url"],
        path=row["path"],
        options={key: str(value) for key, value in (row["settings"] or {}).items() if not isinstance(value, list)},
        secret=secret,
        today=today,
        mappings=mappings,
    )


@contextmanager
def open_connector(desk: Desk, name: str) -> Iterator[Connector]:
    """A connection's connector, closed at the end."""
    with desk.store.read() as connection:
        row = connection_row(connection, name)
        mappings = mappings_of(connection, row["id"])
    connector = kind_of(row["kind"]).make(settings_of(row, desk.clock.today, mappings))
    try:
        yield connector
    finally:
        connector.close()
