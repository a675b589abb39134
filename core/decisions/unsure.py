"""Who said "not sure" of a pair as it stands: after three people an approver decides."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, select

from core.store.tables.findings import decisions, findings

NEEDED = 3
"""So many different people hand a pair on to an approver."""


def unsure_people(connection: Connection, key: str | None = None) -> dict[str, tuple[str, ...]]:
    """Open finding -> the people who are not sure of it, the first to say so first.

    What somebody said of other identity data, or took back, does not count. `key`: of this finding only.
    """
    query = (
        select(decisions.c.finding_key, decisions.c.by)
        .join(findings, findings.c.key == decisions.c.finding_key)
        .where(
            decisions.c.answer == "not-sure",
            decisions.c.undone_at.is_(None),
            decisions.c.fingerprint == findings.c.fingerprint,
            findings.c.status == "open",
        )
        .order_by(decisions.c.at, decisions.c.id)
    )
    if key is not None:
        query = query.where(decisions.c.finding_key == key)
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for finding, person in connection.execute(query):
        found[finding][person] = None
    return {finding: tuple(people) for finding, people in found.items()}
