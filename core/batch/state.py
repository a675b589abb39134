"""Batches as they stand in the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from core.batch.rule_sets import RuleSet, agrees, rule_set
from core.decisions.signs import refs_of, rows_of, standing_signs
from core.errors import BadInput
from core.settings.store import get_setting
from core.store.tables.batches import batch_pairs, batches
from core.store.tables.findings import findings

TIER = "strong"
SETTING = "batch.tiers"
UNDER_WAY = ("checking", "waiting")


def is_on(connection: Connection) -> bool:
    """Whether the practice lets strong pairs be accepted together. It has to say so: never by default."""
    return TIER in get_setting(connection, SETTING)


def open_batch(connection: Connection) -> RowMapping | None:
    """The batch that is under way; there is at most one."""
    return connection.execute(select(batches).where(batches.c.state.in_(UNDER_WAY))).mappings().one_or_none()


def batch_row(connection: Connection, batch_id: str) -> RowMapping:
    """A batch by its id. Raises BadInput."""
    row = connection.execute(select(batches).where(batches.c.id == batch_id)).mappings().one_or_none()
    if row is None:
        raise BadInput("There is no such batch.", code="CM-BAT-01")
    return row


def rules_named(name: str) -> RuleSet:
    """A rule set by its id. Raises BadInput."""
    found = rule_set(name)
    if found is None:
        raise BadInput(f"There is no rule set {name}.", code="CM-BAT-02")
    return found


def candidates(connection: Connection, today: date) -> list[Mapping[str, Any]]:
    """Open strong pairs of exactly two records on which no stop sign stands."""
    query = select(findings).where(findings.c.rule == "duplicate-patient", findings.c.status == "open")
    found: list[Mapping[str, Any]] = []
    for row in connection.execute(query.order_by(findings.c.key)).mappings():
        if (row["facts"] or {}).get("tier") != TIER or len(refs_of(row)) != 2:
            continue
        refs, rows = rows_of(connection, refs_of(row))
        if len(refs) == 2 and not standing_signs(connection, row, rows, today):
            found.append(dict(row))
    return found


def fitting(rows: list[Mapping[str, Any]], rules: RuleSet) -> list[str]:
    """Keys of those candidates on which a rule set agrees."""
    return [row["key"] for row in rows if agrees(rules, row["weights"] or ())]


def sample_of(connection: Connection, batch_id: str) -> list[RowMapping]:
    """The pairs of the blind check, in their order."""
    query = select(batch_pairs).where(batch_pairs.c.batch_id == batch_id, batch_pairs.c.place.is_not(None))
    return list(connection.execute(query.order_by(batch_pairs.c.place)).mappings())


def pairs_waiting() -> Select[tuple[str]]:
    """Findings whose batch waits for a second person, as a subquery."""
    query = select(batch_pairs.c.finding_key).join(batches, batches.c.id == batch_pairs.c.batch_id)
    return query.where(batches.c.state == "waiting")
