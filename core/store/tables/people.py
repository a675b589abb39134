"""Who is one person: persons, their records, scored pairs, and what is known for sure."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table

from core.store.tables._base import Json, metadata

persons = Table(
    "persons",
    metadata,
    Column("id", String, primary_key=True),
    Column("created_at", String, nullable=False),
    Column("held", String),  # why the group waits for a person, else null
)

person_records = Table(
    "person_records",
    metadata,
    Column("patient_id", ForeignKey("patients.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("persons.id"), nullable=False, index=True),
)

pairs = Table(
    "pairs",
    metadata,
    Column("a_id", ForeignKey("patients.id", ondelete="CASCADE"), primary_key=True),
    Column("b_id", ForeignKey("patients.id", ondelete="CASCADE"), primary_key=True),
    Column("probability", Float, nullable=False),
    Column("weight", Float, nullable=False),
    Column("tier", String, nullable=False),  # strong, likely, unsure
    Column("looks_like", String),
    Column("may_link", Integer, nullable=False),  # joins its records without asking
    Index("pairs_by_b", "b_id"),
)

judgements = Table(
    "judgements",
    metadata,
    Column("a_id", ForeignKey("patients.id", ondelete="CASCADE"), primary_key=True),
    Column("b_id", ForeignKey("patients.id", ondelete="CASCADE"), primary_key=True),
    Column("is_same", Integer, nullable=False),
    Column("by", String, nullable=False),  # a person, or the system whose own links these are
    Column("at", String, nullable=False),
    Column("reason", String),
    Column("decision_id", String),
    Column("seen", Json),  # who both records said they were when it was said, as {a: {...}, b: {...}}
    Index("judgements_by_b", "b_id"),
)

match_models = Table(
    "match_models",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("parameters", Json, nullable=False),
    Column("report", Json),  # of the run that learned it: pairs compared per key, and buckets that were too large
)

match_queue = Table(  # patients whose record changed since the last matching run
    "match_queue",
    metadata,
    Column("patient_id", ForeignKey("patients.id", ondelete="CASCADE"), primary_key=True),
)

case_queue = Table(  # whose case has to be looked at again; survives an interrupted run
    "case_queue",
    metadata,
    Column("connection_id", ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True),
    Column("patient", String, primary_key=True),  # Kind/id; "*": everything of this connection (a provider changed)
)

visits = Table(  # a visit cluster: the records of several systems that are one visit
    "visits",
    metadata,
    Column("id", String, primary_key=True),
    Column("person_id", String, nullable=False, index=True),
    Column("on_date", String, index=True),
    Column("members", Json, nullable=False),  # refs with score and reasons
    Column("charges", Json, nullable=False),  # refs of the charge lines on it, with score and how they were linked
    Column("summary", Json, nullable=False),  # what the day page shows: time, provider, type, stage, worth ...
)
