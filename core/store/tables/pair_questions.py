"""Questions about a pair of records that somebody asked a colleague; the pair waits until the answer."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from core.store.tables._base import metadata

pair_questions = Table(
    "pair_questions",
    metadata,
    Column("id", String, primary_key=True),
    Column("finding_key", ForeignKey("findings.key", ondelete="CASCADE"), nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("to_role", String, nullable=False),
    Column("text", String, nullable=False),
    Column("answer", String),
    Column("answered_by", String),
    Column("answered_at", String),
    Column("withdrawn_at", String),
    Index("pair_questions_by_finding", "finding_key"),
)
