"""Corrections on their way out, and every step each went through."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from core.store.tables._base import Json, metadata

corrections = Table(
    "corrections",
    metadata,
    Column("id", String, primary_key=True),
    Column("finding_key", ForeignKey("findings.key"), nullable=False, index=True),
    Column("decision_id", ForeignKey("decisions.id"), nullable=False, index=True),
    Column("connection_id", ForeignKey("connections.id"), nullable=False),
    Column("kind", String, nullable=False),  # see core.corrections.kinds
    Column("target", String),  # Kind/id, null for a create until it exists
    Column("other", String),  # the other record (the kept one of a merge), Kind/id
    Column("route", String, nullable=False),  # api, file, by-hand
    Column("state", String, nullable=False),
    Column("changes", Json, nullable=False),  # [{field, before, after}]
    Column("inverse", Json),  # the correction that takes it back, null where none exists
    Column("base_version", String),
    Column("base", LargeBinary),  # the target as it was when the person decided, compressed
    Column("idempotency_key", String, nullable=False, unique=True),
    Column("after_id", String),  # waits until this correction is verified (the second step of a merge)
    Column("reverses_id", String),
    Column("attempts", Integer, nullable=False, default=0),
    Column("held_until", String),
    Column("next_try_at", String),
    Column("staged_by", String, nullable=False),
    Column("staged_at", String, nullable=False),
    Column("approved_by", String),
    Column("approved_at", String),
    Column("sent_at", String),
    Column("last_answer", String),
    Column("result", Json),  # ref and version the server gave; for a conflict, the three values per field
    Column("verified_at", String),
    Column("lease", String),
    Column("lease_until", String),
    Index("corrections_by_state", "state", "held_until"),
)

correction_steps = Table(
    "correction_steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("correction_id", ForeignKey("corrections.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("from_state", String),
    Column("to_state", String, nullable=False),
    Column("note", String),
)
