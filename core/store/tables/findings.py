"""Findings, and what people decided about them."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table

from core.store.tables._base import Json, metadata

findings = Table(
    "findings",
    metadata,
    Column("key", String, primary_key=True),
    Column("rule", String, nullable=False),
    Column("status", String, nullable=False),  # open, staged, resolved, dismissed, fixed-outside
    Column("severity", String, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("person_id", String, index=True),
    Column("on_date", String),
    Column("at_risk_cents", Integer),
    Column("at_risk_basis", String),
    Column("deadline", String),
    Column("facts", Json, nullable=False),
    Column("subjects", Json, nullable=False),
    Column("evidence", Json, nullable=False),
    Column("proposal", Json),
    Column("probability", Float),
    Column("weights", Json),
    Column("fingerprint", String, nullable=False),
    Column("opened_at", String, nullable=False),
    Column("changed_at", String, nullable=False),
    Column("closed_at", String),
    Index("findings_by_status", "status", "rule"),
    Index("findings_by_date", "on_date"),
)

finding_subjects = Table(
    "finding_subjects",
    metadata,
    Column("finding_key", ForeignKey("findings.key", ondelete="CASCADE"), primary_key=True),
    Column("ref", String, primary_key=True),  # system/Kind/id
    Index("finding_subjects_by_ref", "ref"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", String, primary_key=True),
    Column("finding_key", ForeignKey("findings.key"), nullable=False, index=True),
    Column("answer", String, nullable=False),  # same-person, different-people, not-sure, accept, dismiss
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("reason", String),
    Column("keep", String),  # ref of the kept record
    Column("takes", Json, nullable=False),  # field -> ref whose value is taken
    Column("left_out", Json, nullable=False),  # refs ticked off a group
    Column("fingerprint", String, nullable=False),
    Column("replaced", Json),  # earlier judgements of the same records, for undo
    Column("undone_at", String),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finding_key", ForeignKey("findings.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("text", String, nullable=False),
)
