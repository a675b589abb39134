"""Findings in the JSON contract's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from core.desk import Desk
from core.security.roles import require
from core.store.tables.findings import findings
from core.words import render

_RANK = {name: place for place, name in enumerate(("critical", "high", "medium", "low", "info"))}


def list_findings(
    desk: Desk, *, rule: str | None = None, status: str | None = None, since: str | None = None
) -> list[dict[str, Any]]:
    """Findings that fit the filters: the most severe first, then the most money, then by key."""
    require(desk.role, "see-patients")
    query = select(findings)
    if rule:
        query = query.where(findings.c.rule == rule)
    if status:
        query = query.where(findings.c.status == status)
    if since:
        query = query.where(findings.c.changed_at >= since)
    with desk.store.read() as connection:
        rows = connection.execute(query).mappings().all()
    ordered = sorted(rows, key=lambda r: (_RANK[r["severity"]], -(r["at_risk_cents"] or 0), r["key"]))
    return [as_json(row) for row in ordered]


def as_json(row: Mapping[Any, Any]) -> dict[str, Any]:
    """One finding with its texts."""
    title, sentence = render(row["rule"], row["facts"])
    return {
        "key": row["key"],
        "rule": row["rule"],
        "title": title,
        "explanation": sentence,
        "status": row["status"],
        "severity": row["severity"],
        "confidence": row["confidence"],
        "at_risk_cents": row["at_risk_cents"],
        "at_risk_basis": row["at_risk_basis"],
        "deadline": row["deadline"],
        "subjects": row["subjects"],
        "person": row["person_id"],
        "on": row["on_date"],
        "evidence": row["evidence"],
        "proposal": row["proposal"],
        "probability": row["probability"],
        "weights": row["weights"],
        "facts": row["facts"],
        "opened_at": row["opened_at"],
        "changed_at": row["changed_at"],
        "closed_at": row["closed_at"],
    }
