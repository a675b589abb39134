"""Between a correction's row and the order a connector carries out; and reading a record as it is now."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from core.connectors._port import Connector, FieldChange, Order, RawItem
from core.errors import BadAnswer
from core.ingest.read import read_item
from core.store.tables.intake import connections
from core.store.tables.outbox import corrections


@dataclass(frozen=True, slots=True)
class Current:
    """A record as its system holds it now: raw, and in the field names of the table format."""

    item: RawItem
    fields: Mapping[str, Any]


def changes_of(row: Mapping[Any, Any]) -> tuple[FieldChange, ...]:
    """The field changes of a correction's row."""
    return tuple(FieldChange(c["field"], c["before"], c["after"]) for c in row["changes"])


def order_of(row: RowMapping, changes: tuple[FieldChange, ...] | None = None) -> Order:
    """The order for a correction; `changes` replaces its own when some are done already."""
    return Order(
        id=row["id"],
        kind=row["kind"],
        target=row["target"],
        other=row["other"],
        changes=changes if changes is not None else changes_of(row),
        idempotency_key=row["idempotency_key"],
        base=zlib.decompress(row["base"]) if row["base"] else None,
    )


def read_current(connector: Connector, target: str) -> Current:
    """Read a record now. Raises NotFound or Gone, or BadAnswer when what comes back is not that record."""
    return understood(connector.read(target), target)


def understood(item: RawItem, target: str | None = None) -> Current:
    """A raw record in our field names."""
    for record in read_item(item):
        if target is None or record.ref == target:
            return Current(item, record.fields)
    raise BadAnswer("The system answered with another record than the one asked for.")


def correction_row(connection: Connection, correction_id: str) -> RowMapping:
    """A correction with its connection's name."""
    query = select(corrections, connections.c.name.label("system")).join(
        connections, connections.c.id == corrections.c.connection_id
    )
    return connection.execute(query.where(corrections.c.id == correction_id)).mappings().one()
