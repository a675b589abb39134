"""Connections, what they sent (raw), how far each was read, and what could not be read."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from core.store.tables._base import Json, metadata

connections = Table(
    "connections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("role", String, nullable=False),  # ehr, pm, lab, imaging, payer, other
    Column("url", String),
    Column("path", String),
    Column("settings", Json, nullable=False),  # plain settings: auth, client_id, scope, write=off|dry-run|on ...
    Column("secrets", Json, nullable=False),  # name -> where it is kept (env:VAR, file:PATH, keyring); never the secret
    Column("capabilities", Json),  # last probe, with when each was asked or assumed
    Column("is_paused", Integer, nullable=False, default=0),
    Column("created_at", String, nullable=False),
    Column("removed_at", String),  # no longer pulled or shown; what it delivered is kept
)

file_mappings = Table(
    "file_mappings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("connection_id", ForeignKey("connections.id", ondelete="CASCADE"), nullable=False),
    Column("signature", String, nullable=False),  # of the headings of the files that it reads
    Column("mapping", Json, nullable=False),  # entity, columns with target and format, fixed values, words
    Column("saved_at", String, nullable=False),
    Column("saved_by", String, nullable=False),
    UniqueConstraint("connection_id", "signature"),
    Index("file_mappings_by_signature", "signature", "saved_at"),
)

pulls = Table(
    "pulls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("connection_id", ForeignKey("connections.id", ondelete="CASCADE"), nullable=False),
    Column("started_at", String, nullable=False),
    Column("finished_at", String),
    Column("outcome", String, nullable=False),  # running, done, partial, failed, cancelled
    Column("counts", Json, nullable=False),  # landed, unchanged, quarantined, deleted, bytes, requests, retries
    Column("problem", Json),  # code, what, safe, todo
    Index("pulls_by_connection", "connection_id", "id"),
)

streams = Table(
    "streams",
    metadata,
    Column("connection_id", ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True),
    Column("stream", String, primary_key=True),  # a resource type, or "files"
    Column("watermark", String),  # server time up to which everything is in the store
    Column("cursor", String),  # where an interrupted pull goes on
    Column("pull_id", Integer),  # the pull (full read) that the cursor belongs to
    Column("cursor_since", String),  # the watermark that pull started from, null for a full read
    Column("complete_through", String),  # absence is evidence only up to here
    Column("complete_from", String),
    Column("notes", Json),
)

raw_records = Table(
    "raw_records",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("connection_id", ForeignKey("connections.id", ondelete="CASCADE"), nullable=False),
    Column("form", String, nullable=False),  # fhir-r4, table, ... : which normaliser reads it
    Column("kind", String, nullable=False),  # Patient, patients ...
    Column("source_id", String, nullable=False),
    Column("version", String),
    Column("hash", LargeBinary, nullable=False),
    Column("context", Json),  # how references inside the payload resolve, when it came in a bundle
    Column("position", String, nullable=False),  # file and place, or address path
    Column("fetched_at", String, nullable=False),
    Column("updated_at", String),  # the source's own time of last change
    Column("seen_pull_id", Integer),  # last pull that still delivered it
    Column("is_current", Integer, nullable=False, default=1),
    Column("gone_at", String),  # no longer at the source since
    Column("payload", LargeBinary, nullable=False),  # zlib; last, so that the columns before it are read without it
    UniqueConstraint("connection_id", "kind", "source_id", "hash"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("connection_id", ForeignKey("connections.id", ondelete="CASCADE"), nullable=False),
    Column("position", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("code", String, nullable=False),
    Column("form", String, nullable=False),
    Column("kind", String),
    Column("source_id", String),  # where it is a record that cannot be used; null for a piece that is no record
    Column("version", String),
    Column("context", Json),
    Column("payload", LargeBinary, nullable=False),  # zlib
    Column("hash", LargeBinary, nullable=False),
    Column("first_seen_at", String, nullable=False),
    Column("last_seen_at", String, nullable=False),
    Column("seen_pull_id", Integer),
    Column("resolved_at", String),
    UniqueConstraint("connection_id", "position", "hash"),
    Index("quarantine_by_hash", "connection_id", "hash"),
)
