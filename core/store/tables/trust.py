"""The audit trail (append-only, hash-chained) and the settings."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from core.store.tables._base import Json, metadata

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False, index=True),
    Column("action", String, nullable=False, index=True),
    Column("subject", String, nullable=False, index=True),
    Column("detail", Json, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("id", String, primary_key=True),
    Column("value", Json),
    Column("changed_at", String, nullable=False),
    Column("changed_by", String, nullable=False),
)
