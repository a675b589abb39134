"""Mappings of columns in the store: those of a connection, and those saved earlier for the same headings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from core.sheets.mapping import FileMapping
from core.store.tables.intake import file_mappings
from core.store.unit import Unit


def mappings_of(connection: Connection, connection_id: int) -> tuple[Mapping[str, Any], ...]:
    """The mappings of a connection, as they are kept."""
    query = select(file_mappings.c.mapping).where(file_mappings.c.connection_id == connection_id)
    return tuple(connection.execute(query.order_by(file_mappings.c.id)).scalars())


def offered(connection: Connection, signatures: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Signature -> the mapping that was saved last for such headings, at any connection, also a removed one."""
    query = select(file_mappings.c.signature, file_mappings.c.mapping).where(file_mappings.c.signature.in_(signatures))
    rows = connection.execute(query.order_by(file_mappings.c.saved_at, file_mappings.c.id))
    return {row.signature: row.mapping for row in rows}


def keep(unit: Unit, connection_id: int, mapping: FileMapping) -> None:
    """Save a mapping for its headings at a connection; it takes the place of the one before."""
    values = {"mapping": mapping.as_json(), "saved_at": unit.now, "saved_by": unit.actor}
    statement = upsert(file_mappings).values(connection_id=connection_id, signature=mapping.signature, **values)
    unit.connection.execute(statement.on_conflict_do_update(index_elements=["connection_id", "signature"], set_=values))
    unit.touch("connections")
