"""Canonical records: one table per entity, the record itself as a document, beside it the columns we look up by.

The document holds the fields of the table format (matching.records names them), references as `Kind/id` inside their
connection. It can be made again from raw at any time. One shape for all entities keeps reading and writing generic.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from core.store.tables._base import Json, metadata
from matching.records import ENTITIES

_NAMES = {"notes": "visit_notes"}  # `notes` are what people write on findings


def _entity_table(entity: str) -> Table:
    return Table(
        _NAMES.get(entity, entity),
        metadata,
        Column("id", Integer, primary_key=True),
        Column("connection_id", ForeignKey("connections.id", ondelete="CASCADE"), nullable=False),
        Column("ref", String, nullable=False),  # Kind/id
        Column("source", String),  # a system inside the connection (table format), else null
        Column("patient", String),  # Kind/id of the patient it belongs to
        Column("on_date", String),  # the business date (local), for day pages
        Column("version", String),
        Column("raw_id", ForeignKey("raw_records.id"), nullable=False),
        Column("fetched_at", String, nullable=False),
        Column("updated_at", String),  # the source's own time of last change
        Column("gone_at", String),  # no longer at the source since
        Column("notes", Json),  # what could not be understood inside the record
        Column("body", Json, nullable=False),
        UniqueConstraint("connection_id", "ref"),
        Index(f"{entity}_by_patient", "connection_id", "patient"),
        Index(f"{entity}_by_date", "on_date"),
        Index(f"{entity}_by_raw", "raw_id"),
        Index(f"{entity}_gone", "connection_id", sqlite_where=text("gone_at IS NOT NULL")),  # few: counted, not scanned
    )


RECORDS: dict[str, Table] = {entity: _entity_table(entity) for entity in ENTITIES}
"""Entity name -> its table."""

patients = RECORDS["patients"]

for _side in ("a", "b"):  # which links name a record
    Index(
        f"patient_links_by_{_side}",
        RECORDS["patient_links"].c.connection_id,
        text(f"json_extract(body, '$.{_side}')"),
    )
