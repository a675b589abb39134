"""Putting two records into the review queue that no run flagged: somebody has seen that they may be one person."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from core.changes import Changes
from core.decisions.said import fingerprint_part, identity_of
from core.decisions.signs import rows_of
from core.desk import Desk
from core.errors import NotPossible
from core.queries.pair import any_pair
from core.queries.patients import RULE
from core.security.roles import require
from core.store.tables.findings import finding_subjects, findings
from matching.findings import evidence_fingerprint, finding_key
from matching.records import Ref

BY_HAND = "by-hand"
"""The fact `what` of a finding that a person raised: no run closes it."""


def raise_pair(desk: Desk, one: Ref, other: Ref) -> Changes[str]:
    """Ask about two records as if a run had flagged them; gives the finding's key, an earlier one's where there is one.

    Raises BadInput when both are one record, NotPossible when one is gone.
    """
    require(desk.role, "decide-pairs")
    view = any_pair(desk, one, other)
    refs = tuple(sorted((one, other)))
    with desk.store.write(desk.actor) as unit:
        query = (
            select(findings.c.key)
            .join(finding_subjects, finding_subjects.c.finding_key == findings.c.key)
            .where(findings.c.rule == RULE, findings.c.status != "fixed-outside")
            .where(finding_subjects.c.ref.in_([str(ref) for ref in refs]))
            .group_by(findings.c.key)
            .having(func.count() == 2)
            .order_by(findings.c.status != "open", findings.c.changed_at.desc())
        )
        known = unit.connection.execute(query).scalar()
        if known is not None:
            return unit.changes(str(known))
        alive, rows = rows_of(unit.connection, refs)
        if len(alive) < len(refs):
            raise NotPossible("One of these records is no longer in the store.", todo="Pull again.", code="CM-DEC-05")
        key = finding_key(RULE, BY_HAND, *map(str, refs))
        facts = {"count": "2", "systems": ", ".join(ref.system for ref in refs), "tier": view.tier, "what": BY_HAND}
        unit.connection.execute(
            insert(findings).values(
                key=key, rule=RULE, status="open", severity="medium", confidence=round(view.probability, 4),
                facts=facts | {"reason": view.reason}, subjects=[ref.as_json() for ref in refs],
                evidence=[{"label": "record", "value": ref.id, "ref": ref.as_json(), "seen_at": None} for ref in refs],
                proposal={"kind": "fold_patient", "target": refs[-1].as_json(), "changes": [], "text": "",
                          "system": refs[-1].system},
                probability=round(view.probability, 6),
                weights=[{"field": w.field, "words": w.words, "weight": w.weight} for w in view.weights] or None,
                fingerprint=evidence_fingerprint(*refs, *(fingerprint_part(identity_of(row)) for row in rows)),
                opened_at=unit.now, changed_at=unit.now,
            )
        )  # fmt: skip
        unit.connection.execute(insert(finding_subjects), [{"finding_key": key, "ref": str(ref)} for ref in refs])
        unit.audit("raise-pair", key)
        unit.touch("findings")
        return unit.changes(key)
