"""Who is one person for sure, as people say it: written with who the records were then, and taken back exactly."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from core.decisions.said import identities
from core.errors import NotPossible
from core.store.tables.findings import decisions
from core.store.tables.intake import connections
from core.store.tables.people import judgements, match_queue
from core.store.tables.records import patients
from core.store.unit import Unit
from matching.records import Ref


def judge(unit: Unit, records: Sequence[Ref], decision_id: str, reason: str, *, is_same: bool) -> list[dict[str, Any]]:
    """Say of any two of these records that they are, or are not, one person. Gives the judgements this replaced."""
    ids = sorted(_patient_id(unit, ref) for ref in records)
    who = identities(unit.connection, ids)
    replaced = []
    for a, b in itertools.combinations(ids, 2):
        earlier = unit.connection.execute(
            select(judgements).where(judgements.c.a_id == a, judgements.c.b_id == b)
        ).mappings()
        replaced += [dict(row) for row in earlier]
        row = {
            "is_same": int(is_same), "by": unit.actor, "at": unit.now, "reason": reason, "decision_id": decision_id,
            "seen": {"a": who[a], "b": who[b]},
        }  # fmt: skip
        statement = upsert(judgements).values(a_id=a, b_id=b, **row)
        unit.connection.execute(statement.on_conflict_do_update(index_elements=["a_id", "b_id"], set_=row))
    _match_again(unit, ids)
    return replaced


def take_back(unit: Unit, decision: Mapping[Any, Any]) -> None:
    """Forget what a decision said about who is one person; what it replaced is so again."""
    said = unit.connection.execute(
        select(judgements.c.a_id, judgements.c.b_id).where(judgements.c.decision_id == decision["id"])
    ).all()
    unit.connection.execute(delete(judgements).where(judgements.c.decision_id == decision["id"]))
    pairs = {(a, b) for a, b in said}
    for row in decision["replaced"] or ():
        if (row["a_id"], row["b_id"]) in pairs and (earlier := _standing(unit, row)) is not None:
            unit.connection.execute(upsert(judgements).on_conflict_do_nothing(), [earlier])
    _match_again(unit, {key for pair in pairs for key in pair})


def _standing(unit: Unit, row: dict[str, Any]) -> dict[str, Any] | None:
    """A replaced judgement, or what stood before it where its own decision was taken back meanwhile."""
    found: dict[str, Any] | None = row
    while found is not None and found["decision_id"] is not None:
        query = select(decisions.c.undone_at, decisions.c.replaced).where(decisions.c.id == found["decision_id"])
        made = unit.connection.execute(query).one_or_none()
        if made is None or made.undone_at is None:
            break
        ids = (found["a_id"], found["b_id"])
        found = next((one for one in made.replaced or () if (one["a_id"], one["b_id"]) == ids), None)
    return found


def _match_again(unit: Unit, ids: Iterable[int]) -> None:
    """What was said moves records: the next matching run looks at them."""
    rows = [{"patient_id": key} for key in sorted(ids)]
    if rows:
        unit.connection.execute(upsert(match_queue).on_conflict_do_nothing(), rows)


def _patient_id(unit: Unit, ref: Ref) -> int:
    query = select(patients.c.id).join(connections, connections.c.id == patients.c.connection_id)
    found = unit.connection.execute(query.where(connections.c.name == ref.system, patients.c.ref == ref.local)).scalar()
    if found is None:
        raise NotPossible("One of these records is no longer in the store.", todo="Pull again.", code="CM-DEC-05")
    return int(found)
