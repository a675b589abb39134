"""Table definitions by area. The steps in `core.store.steps` make them; a test holds both together."""

from __future__ import annotations

from core.store.tables import (
    batches,
    days,
    findings,
    intake,
    match_index,
    outbox,
    pair_questions,
    people,
    records,
    staff,
    trust,
)
from core.store.tables._base import metadata

__all__ = [
    "batches",
    "days",
    "findings",
    "intake",
    "match_index",
    "metadata",
    "outbox",
    "pair_questions",
    "people",
    "records",
    "staff",
    "trust",
]
