"""A matching run: reads patients, lets `matching` judge, and writes pairs and persons with stable ids.

Incremental: only records in `match_queue` are scored again. A person keeps its id through regrouping; persons whose
records were not touched keep theirs untouched.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from matching.link_people import Linkage, Model, link
from matching.plan import Plan
from sqlalchemy import delete, insert, select

from core.desk import Desk
from core.ids import new_id
from core.jobs import Job
from core.match.rows import known_pairs, patient_rows
from core.resources import read_json
from core.store.tables.people import match_models, match_queue, pairs, person_records, persons
from core.store.unit import Unit
from matching.people import PeopleTable


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
    plan = Plan()
    with desk.store.read() as connection:
        queued = set(connection.execute(select(match_queue.c.patient_id)).scalars())
        rows = patient_rows(connection)
        judged = known_pairs(connection, rows)
        model = _saved_model(connection)
    if not queued:
        groups = _count_persons(desk)
        return MatchResult(len(rows), 0, 0, groups, round(time.perf_counter() - began, 3))
    job.advance(0, total=3, text="comparing")
    # Without a model everything is new; with one, only what changed is scored again.
    changed = queued if model is not None else None
    table = PeopleTable.of(rows)
    linkage = link(table, plan=plan, model=model, changed=changed, judged=judged, nicknames=nicknames())
    job.check()
    job.advance(text="writing")
    with desk.store.write(desk.actor) as unit:
        _save_pairs(unit, linkage, changed)
        if model is None:
            _save_model(unit, linkage.model)
        _regroup(unit, rows, linkage, queued)
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


def _save_pairs(unit: Unit, linkage: Linkage, changed: set[int] | None) -> None:
    if changed is None:
        unit.connection.execute(delete(pairs))
    else:
        ids = list(changed)
        unit.connection.execute(delete(pairs).where(pairs.c.a_id.in_(ids) | pairs.c.b_id.in_(ids)))
    found = linkage.pairs
    numbers = (found.a.tolist(), found.b.tolist(), found.probability.tolist(), found.weight.tolist())
    values = list(zip(*numbers, found.tier, found.looks_like, strict=True))
    if values:
        unit.connection.exec_driver_sql(
            "INSERT OR REPLACE INTO pairs (a_id, b_id, probability, weight, tier, looks_like) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            values,
        )


def _regroup(unit: Unit, rows: Sequence[dict[str, Any]], linkage: Linkage, queued: set[int]) -> None:
    """Write groups as persons. The person that most of a group's records had keeps its id; the rest get new ones."""
    before: dict[int, str] = dict(
        unit.connection.execute(select(person_records.c.patient_id, person_records.c.person_id)).tuples()
    )
    now = _with_untouched(before, [row["key"] for row in rows], linkage, queued)
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
        unit.connection.execute(persons.update().where(persons.c.id == person).values(held=reason or None))
    touched = {p for key in moved for p in (before.get(key), assigned.get(key)) if p}
    _queue_cases(unit, moved | {key for key, person in assigned.items() if person in touched})


def _with_untouched(
    before: dict[int, str], alive: Sequence[int], linkage: Linkage, queued: set[int]
) -> list[tuple[tuple[int, ...], str]]:
    """The run's groups, and everybody it did not speak about as they were: (member keys, why held)."""
    spoken = {key for group in linkage.groups for key in group.members}
    groups = [(tuple(group.members), group.held) for group in linkage.groups]
    rest: defaultdict[str, list[int]] = defaultdict(list)
    for key in alive:
        if key not in spoken:
            # A changed record that nothing holds to others any more stands alone.
            rest[before[key] if key in before and key not in queued else f"alone {key}"].append(key)
    return groups + [(tuple(members), "") for members in rest.values()]


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
