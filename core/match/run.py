"""A matching run: reads patients, lets `matching` judge, and writes pairs and persons with stable ids.

Incremental: only records in `match_queue` are scored again. A person keeps its id through regrouping; persons whose
records were not touched keep theirs untouched.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select, update

from core.desk import Desk
from core.ids import new_id
from core.jobs import Job
from core.match.rows import hints, known_pairs, patient_rows
from core.resources import read_json
from core.store.tables.people import match_models, match_queue, pairs, person_records, persons
from core.store.unit import Unit
from matching.link_people import Linkage, Model, Pairs, link
from matching.people import PeopleTable

RELEARN_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The contract's figures of one run."""

    records: int
    compared_pairs: int
    scored_pairs: int
    groups: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The contract's form."""
        return asdict(self)


def match(desk: Desk, job: Job | None = None) -> MatchResult:
    """Link patients over all sources, as far as something changed since the last run."""
    job = job or Job("Matching")
    began = time.perf_counter()
    with desk.store.read() as connection:
        queued = set(connection.execute(select(match_queue.c.patient_id)).scalars())
        rows = patient_rows(connection)
        judged, asked = known_pairs(connection, rows), hints(connection)
        model = _saved_model(connection)
        known = _saved_pairs(connection)
    if not queued:
        groups = _count_persons(desk)
        return MatchResult(len(rows), 0, 0, groups, round(time.perf_counter() - began, 3))
    job.advance(0, total=3, text="comparing")
    # A model that saw few of these records knows little about them: learn again, starting from it.
    is_small = model is not None and len(queued) <= RELEARN_SHARE * len(rows)
    changed = queued if is_small else None
    linkage = link(
        PeopleTable.of(rows),
        model=model,
        changed=changed,
        judged=judged,
        hints=asked,
        nicknames=nicknames(),
        known=known,
    )
    job.check()
    job.advance(text="writing")
    with desk.store.write(desk.actor) as unit:
        _save_pairs(unit, linkage, changed)
        if changed is None:
            _save_model(unit, linkage.model)
        _regroup(unit, [row["key"] for row in rows], linkage)
        unit.connection.execute(delete(match_queue).where(match_queue.c.patient_id.in_(queued)))
        unit.touch("people")
    job.advance()
    report = linkage.report
    return MatchResult(
        len(rows),
        report.compared_pairs,
        report.scored_pairs,
        _count_persons(desk),
        round(time.perf_counter() - began, 3),
    )


def nicknames() -> Any:
    """The nickname table that linkage takes."""
    return read_json("matching/nicknames.json")


def saved_model(desk: Desk) -> Model | None:
    """The model of the last full run, for explanations and look-ups."""
    with desk.store.read() as connection:
        return _saved_model(connection)


def _saved_model(connection: Any) -> Model | None:
    query = select(match_models.c.parameters).order_by(match_models.c.id.desc()).limit(1)
    parameters = connection.execute(query).scalar()
    return None if parameters is None else Model.from_dict(parameters)


def _save_model(unit: Unit, model: Model) -> None:
    unit.connection.execute(
        insert(match_models).values(version=str(model.version), made_at=unit.now, parameters=model.to_dict())
    )


def _saved_pairs(connection: Any) -> Pairs:
    rows = connection.execute(select(pairs).order_by(pairs.c.a_id, pairs.c.b_id)).all()
    return Pairs(
        a=np.array([row.a_id for row in rows], np.int64),
        b=np.array([row.b_id for row in rows], np.int64),
        probability=np.array([row.probability for row in rows], np.float64),
        weight=np.array([row.weight for row in rows], np.float64),
        tier=[row.tier for row in rows],
        looks_like=[row.looks_like for row in rows],
        may_link=np.array([row.may_link for row in rows], np.bool_),
    )


def _save_pairs(unit: Unit, linkage: Linkage, changed: set[int] | None) -> None:
    """Replace all pairs, or after a small run those that touch a changed record."""
    found = linkage.pairs
    if changed is None:
        unit.connection.execute(delete(pairs))
    else:
        keys = np.array(sorted(changed), np.int64)
        found = found.at(np.flatnonzero(np.isin(found.a, keys) | np.isin(found.b, keys)))
        _delete_in(unit, pairs, pairs.c.a_id, changed)
        _delete_in(unit, pairs, pairs.c.b_id, changed)
    numbers = (found.a.tolist(), found.b.tolist(), found.probability.tolist(), found.weight.tolist())
    values = list(zip(*numbers, found.tier, found.looks_like, found.may_link.tolist(), strict=True))
    if values:
        unit.connection.exec_driver_sql(
            "INSERT OR REPLACE INTO pairs (a_id, b_id, probability, weight, tier, looks_like, may_link) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            values,
        )


def _regroup(unit: Unit, alive: Sequence[int], linkage: Linkage) -> None:
    """Write groups as persons. The person that most of a group's records had keeps its id; the rest get new ones."""
    before: dict[int, str] = dict(
        unit.connection.execute(select(person_records.c.patient_id, person_records.c.person_id)).all()
    )
    grouped = {key for group in linkage.groups for key in group.members}
    now = [(tuple(group.members), group.held) for group in linkage.groups]
    now += [((key,), "") for key in alive if key not in grouped]
    assigned, held = _name_persons(now, before)
    moved = {key for key in before.keys() | assigned.keys() if before.get(key) != assigned.get(key)}
    if not moved:
        return
    known = set(unit.connection.execute(select(persons.c.id)).scalars())
    new = [{"id": p, "created_at": unit.now, "held": held.get(p)} for p in set(assigned.values()) - known]
    if new:
        unit.connection.execute(insert(persons), new)
    _delete_in(unit, person_records, person_records.c.patient_id, moved)
    fresh = [(key, assigned[key]) for key in moved if key in assigned]
    if fresh:
        unit.connection.exec_driver_sql("INSERT INTO person_records (patient_id, person_id) VALUES (?, ?)", fresh)
    _delete_in(unit, persons, persons.c.id, known - set(assigned.values()))
    for person, reason in held.items():
        unit.connection.execute(update(persons).where(persons.c.id == person).values(held=reason))
    touched = {p for key in moved for p in (before.get(key), assigned.get(key)) if p}
    _queue_cases(unit, moved | {key for key, person in assigned.items() if person in touched})


def _name_persons(
    groups: Sequence[tuple[tuple[int, ...], str]], before: dict[int, str]
) -> tuple[dict[int, str], dict[str, str]]:
    assigned: dict[int, str] = {}
    held: dict[str, str] = {}
    taken: set[str] = set()
    # The largest claim on an old id goes first, so that it stays with the bigger part when a person is split.
    claims = sorted(
        ((Counter(before[k] for k in members if k in before), members, why) for members, why in groups),
        key=lambda claim: (-max(claim[0].values(), default=0), claim[1]),
    )
    for counts, members, why in claims:
        person = next((p for p, _ in sorted(counts.items(), key=lambda pc: (-pc[1], pc[0])) if p not in taken), None)
        person = person or new_id("p")
        taken.add(person)
        held[person] = why
        assigned.update(dict.fromkeys(members, person))
    return assigned, {p: why for p, why in held.items() if why}


def _queue_cases(unit: Unit, keys: Iterable[int]) -> None:
    rows = [(key,) for key in keys]
    if rows:
        unit.connection.exec_driver_sql(
            "INSERT OR IGNORE INTO case_queue (connection_id, patient) "
            "SELECT connection_id, ref FROM patients WHERE id = ?",
            rows,
        )


def _delete_in(unit: Unit, table: Any, column: Any, values: Iterable[Any]) -> None:
    listed = list(values)
    for start in range(0, len(listed), 500):
        unit.connection.execute(delete(table).where(column.in_(listed[start : start + 500])))


def _count_persons(desk: Desk) -> int:
    with desk.store.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM persons").scalar() or 0)
