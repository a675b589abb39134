"""Table definitions by area. The steps in `core.store.steps` make them; a test holds both together."""

from __future__ import annotations

from core.store.tables import findings, intake, match_index, outbox, people, records, trust
from core.store.tables._base import metadata

__all__ = ["findings", "intake", "match_index", "metadata", "outbox", "people", "records", "trust"]
