"""Days of charges: why a visit needs none, who signed a day, and who opened it again. Rows are ended, never deleted."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from core.store.tables._base import Json, metadata

explanations = Table(
    "explanations",
    metadata,
    Column("id", String, primary_key=True),
    Column("visit_id", String, index=True),  # as in visits.id; null where the finding is about no known visit
    Column("finding_key", ForeignKey("findings.key"), index=True),  # null while no rule has raised one
    Column("decision_id", ForeignKey("decisions.id"), index=True),
    Column("reason", String, nullable=False),  # one of core.days.reasons.REASONS
    Column("note", String, nullable=False),
    Column("follow_up", String),  # the day it comes back on, null: never
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("ended_at", String),
    Column("ended_why", String),  # undone, came-back
)

day_closings = Table(
    "day_closings",
    metadata,
    Column("id", String, primary_key=True),
    Column("on_date", String, nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("charged", Integer, nullable=False),
    Column("explained", Integer, nullable=False),
    Column("open_gaps", Integer, nullable=False),  # gaps that do not touch the count and were left open
    Column("signed", Json, nullable=False),  # visit id -> [state, codes or null]: what the signature stands for
    Column("undone_at", String),
    Column("undone_by", String),
)

day_reopenings = Table(
    "day_reopenings",
    metadata,
    Column("id", String, primary_key=True),
    Column("closing_id", ForeignKey("day_closings.id"), nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("undone_at", String),
    Column("undone_by", String),
)
