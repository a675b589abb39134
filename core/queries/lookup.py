"""Likely existing patients for what a caller says, before somebody registers a new one. The same engine as matching."""

from __future__ import annotations

from typing import Any

from core.desk import Desk
from core.match.plan import plan_in_force
from core.match.rows import patient_rows
from core.match.run import nicknames, saved_model
from core.security.roles import require
from core.store.tables.people import person_records
from matching.explain import explain
from matching.link_people import link
from matching.model import Model
from matching.people import PeopleTable
from matching.plan import Plan

_ASKED = -1
"""Store ids are positive; the person asked for is none of them."""


def lookup(desk: Desk, asked: dict[str, str], limit: int = 10) -> list[dict[str, Any]]:
    """Records that may be the person described by people fields (given_name, family_name, birth_date, phone ...).

    Best first, each with its person, probability, tier and the sentence that says why.
    """
    require(desk.role, "see-patients")
    with desk.store.read() as connection:
        rows = patient_rows(connection)
        plan = plan_in_force(connection)
        persons: dict[int, str] = dict(connection.execute(person_records.select()).all())
    model = saved_model(desk)
    table = PeopleTable.of([{**asked, "key": _ASKED, "system": "asked"}, *rows])
    found = link(table, plan=plan, model=model, changed={_ASKED}, nicknames=nicknames())
    by_key = {row["key"]: row for row in rows}
    pairs = zip(found.pairs.a.tolist(), found.pairs.b.tolist(), found.pairs.probability.tolist(), strict=True)
    likely = sorted(((p, b) for a, b, p in pairs if a == _ASKED), reverse=True)[:limit]
    with desk.store.write(desk.actor) as unit:
        unit.audit("lookup", found=len(likely))
    return [_answer(by_key[key], table, key, found.model, persons.get(key), plan=plan) for _, key in likely]


def _answer(
    row: dict[str, Any], table: PeopleTable, key: int, model: Model, person: str | None, *, plan: Plan
) -> dict[str, Any]:
    why = explain(table, _ASKED, key, model, plan, nicknames=nicknames())
    kind, _, record_id = row["ref"].partition("/")
    shown = ("given_name", "middle_name", "family_name", "birth_date", "phone", "street", "city", "zip")
    return {
        "record": {"system": row["connection"], "kind": kind, "id": record_id},
        "person": person,
        "probability": round(why.probability, 4),
        "tier": why.tier,
        "reason": why.reason,
        "check": why.check,
        "fields": {name: row[name] for name in shown if row[name]},
    }
