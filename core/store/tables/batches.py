"""Pairs that are accepted together: the batch, its pairs, and what the blind check said about some of them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from core.store.tables._base import metadata

batches = Table(
    "batches",
    metadata,
    Column("id", String, primary_key=True),
    Column("rules", String, nullable=False),  # see core.batch.rule_sets
    Column("rate_percent", Integer, nullable=False),  # what the check is to support: fewer wrong than this
    Column("state", String, nullable=False),  # checking, waiting (for a second person), approved, refused, given-up
    Column("made_by", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("ended_by", String),
    Column("ended_at", String),
    Column("reason", String),
)

batch_pairs = Table(
    "batch_pairs",
    metadata,
    Column("batch_id", ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("finding_key", ForeignKey("findings.key"), primary_key=True),
    Column("place", Integer),  # in the blind check, null for those that it does not look at
    Column("is_swapped", Integer, nullable=False, default=0),
    Column("answer", String),  # same-person, different-people
    Index("batch_pairs_by_finding", "finding_key"),
)
