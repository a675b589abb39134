"""The people who work here and their roles. Nobody is ever deleted: what they did names them."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from core.store.tables._base import metadata

staff = Table(
    "staff",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),  # see core.security.roles
    Column("is_active", Integer, nullable=False, default=1),
    Column("added_at", String, nullable=False),
    Column("added_by", String, nullable=False),
    Column("changed_at", String, nullable=False),
    Column("changed_by", String, nullable=False),
)
