"""Persons with their source records and golden values, in the contract's form."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from core.desk import Desk
from core.match.rows import patient_rows
from core.security.roles import require
from core.store.tables.people import person_records
from matching.survive import compose


def list_people(desk: Desk, *, only_linked: bool = False) -> list[dict[str, Any]]:
    """All persons (with `only_linked` those of more than one record) with golden values and where each comes from."""
    require(desk.role, "see-patients")
    with desk.store.read() as connection:
        rows = {row["key"]: row for row in patient_rows(connection)}
        members: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        query = select(person_records.c.person_id, person_records.c.patient_id).order_by(
            person_records.c.person_id, person_records.c.patient_id
        )
        for person, key in connection.execute(query):
            if key in rows:
                members[person].append(rows[key])
    return [
        {"person": person, "records": [_ref(r) for r in records], "golden": golden(records)}
        for person, records in members.items()
        if len(records) > 1 or not only_linked
    ]


def golden(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each field's best value with the record it comes from and the rule that chose it."""
    return {
        field: {"value": kept.value, "from": _ref(records[kept.from_index]), "rule": kept.rule}
        for field, kept in compose(records).items()
    }


def _ref(row: dict[str, Any]) -> dict[str, str]:
    kind, _, record_id = row["ref"].partition("/")
    return {"system": row["connection"], "kind": kind, "id": record_id}
