"""Likely existing patients for what a caller says, before somebody registers a new one. The same engine as matching."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import Connection

from core.desk import Desk
from core.match.index import find, is_usable, read_splits, read_state
from core.match.near import Basis
from core.match.people import json_ids
from core.match.plan import plan_in_force
from core.match.rows import patient_rows
from core.match.run import nicknames
from core.match.saved import read_model
from core.security.roles import require
from matching.explain import explain
from matching.index import DEPTHS, loose_hashes
from matching.link_changed import compare_changed, stand
from matching.link_people import link
from matching.model import Model
from matching.people import PeopleTable
from matching.plan import Plan

_ASKED = -1
"""Store ids are positive; the person asked for is none of them."""
_MOST_QUEUED = 1_000
"""More records than these that no matching run has seen: the index is not asked then."""

_LEAST_BITS = 8.0
"""What is asked has to speak this much for a record (log2 of the likelihood ratio) to be among the answers."""

_MOST_HEARD = 300
"""A name that sounds like those of more records says too little by itself; who has it in full is found all the same."""


def lookup(desk: Desk, asked: dict[str, str], limit: int = 10) -> list[dict[str, Any]]:
    """Records that may be the person described by people fields (given_name, family_name, birth_date, phone ...).

    Best first, each with its person, probability, tier and the sentence that says why. A row in the audit trail says
    that somebody looked.
    """
    found = likely_people(desk, asked, limit)
    looked_up(desk, found)
    return found


def looked_up(desk: Desk, found: list[dict[str, Any]]) -> None:
    """Write into the audit trail that these answers were seen; for a page that asks again with every letter."""
    with desk.store.write(desk.actor) as unit:
        unit.audit("lookup", found=len(found))


def is_anybody_here(desk: Desk) -> bool:
    """Whether there is somebody to find. Reads what the first look-up needs, so that it does not wait for that."""
    require(desk.role, "see-patients")
    with desk.store.read() as connection:
        is_here = (
            connection.exec_driver_sql("SELECT 1 FROM patients WHERE gone_at IS NULL LIMIT 1").scalar() is not None
        )
    if is_here:
        likely_people(desk, {"given_name": "Nobody", "family_name": "Anybody"}, 1)
    return is_here


def likely_people(desk: Desk, asked: dict[str, str], limit: int = 10) -> list[dict[str, Any]]:
    """The answers of `lookup` without a row in the audit trail: whoever shows them calls `looked_up`."""
    require(desk.role, "see-patients")
    person = {**asked, "key": _ASKED, "system": "asked"}
    with desk.store.read() as connection:
        plan = plan_in_force(connection)
        saved, state = read_model(desk.store, connection), read_state(connection)
        query = "SELECT patient_id FROM match_queue LIMIT ?"
        new = list(connection.exec_driver_sql(query, (_MOST_QUEUED + 1,)).scalars())
        if saved is not None and is_usable(state, saved, plan) and len(new) <= _MOST_QUEUED:
            model = saved[1]
            basis = Basis(state, read_splits(desk.store, connection, state), model, nicknames(), plan)
            rows = patient_rows(connection, [*_in_buckets_of(person, connection, basis), *new])
            table = PeopleTable.of([person, *rows])
            wide = _wide(plan, model)
            compared = compare_changed(
                table, {_ASKED}, model, basis.splits, nicknames=basis.nicknames, plan=wide, with_all=True
            )
            pairs = compared.pairs
        else:
            rows = patient_rows(connection)
            table = PeopleTable.of([person, *rows])
            earlier = saved[1] if saved else None
            wide = _wide(plan, earlier) if earlier else plan
            found = link(table, plan=wide, model=earlier, changed={_ASKED}, nicknames=nicknames())
            pairs, model = found.pairs, found.model
        ends = zip(pairs.a.tolist(), pairs.b.tolist(), pairs.probability.tolist(), strict=True)
        likely = sorted(((p, b) for a, b, p in ends if a == _ASKED), reverse=True)[:limit]
        persons = _persons(connection, [key for _, key in likely])
    by_key = {row["key"]: row for row in rows}
    return [_answer(by_key[key], table, key, model, persons.get(key), plan=plan) for _, key in likely]


def _wide(plan: Plan, model: Model) -> Plan:
    """A plan that also names whom a few misspelled words speak for: who looks somebody up expects to find them.

    Any two records are hardly ever one person, so a name with a wrong letter alone stays below every tier; what counts
    here is that it makes it `_LEAST_BITS` more likely.
    """
    is_match = np.array(model.is_match)
    odds = model.prior[is_match].sum() / model.prior[~is_match].sum() * 2.0**_LEAST_BITS
    return replace(plan, unsure=min(plan.unsure, float(odds / (1 + odds))))


def _in_buckets_of(person: dict[str, Any], connection: Connection, basis: Basis) -> list[int]:
    """Whoever stands in a bucket with the person, or has a name that sounds alike, as of the last run."""
    columns, standing = stand(PeopleTable.of([person]), basis.model, basis.splits, basis.nicknames)
    nearest = np.where(standing.depth == DEPTHS, 0, -1)
    _, ids = find(connection, basis.state, standing.hashes, nearest, basis.plan.largest_bucket)
    loose = np.concatenate(loose_hashes(columns))
    place, heard = find(connection, basis.state, loose[loose > 0])
    few = np.bincount(place, minlength=1)[place] <= _MOST_HEARD
    return sorted({*ids.tolist(), *heard[few].tolist()})


def _persons(connection: Connection, keys: list[int]) -> dict[int, str]:
    query = "SELECT patient_id, person_id FROM person_records WHERE patient_id IN (SELECT value FROM json_each(?))"
    return dict(connection.exec_driver_sql(query, (json_ids(keys),)).all())


def _answer(
    row: dict[str, Any], table: PeopleTable, key: int, model: Model, person: str | None, *, plan: Plan
) -> dict[str, Any]:
    why = explain(table, _ASKED, key, model, plan, nicknames=nicknames())
    kind, _, record_id = row["ref"].partition("/")
    shown = ("given_name", "middle_name", "family_name", "birth_date", "phone", "street", "city", "zip")
    return {
        "record": {"system": row["connection"], "kind": kind, "id": record_id},
        "number": row["number"] or record_id,
        "person": person,
        "probability": round(why.probability, 4),
        "tier": why.tier or "unsure",
        "reason": why.reason,
        "check": why.check,
        "fields": {name: row[name] for name in shown if row[name]},
    }
