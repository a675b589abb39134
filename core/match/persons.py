"""Groups of records as persons with stable ids: who was not touched keeps the id, whatever happens around."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from core.ids import new_ids
from core.match.people import json_ids
from core.store.plain import fetch
from core.store.unit import Unit
from matching.group import Group

_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Moved:
    """By how many the living records and the persons of the store have grown."""

    records: int = 0
    persons: int = 0


def regroup(
    unit: Unit, groups: Sequence[Group], alive: Collection[int], gone: Collection[int] = (), *, is_all: bool
) -> Moved:
    """Write groups as persons. The person that most of a group's records had keeps its id; the rest get new ones.

    `alive` are the records that stand alone or in `groups`, `gone` those that are records no more; all there are with
    `is_all`, else all records of each person concerned.
    """
    before = _persons_of(unit, None if is_all else [*alive, *gone])
    known = _holds(unit, None if is_all else set(before.values()))
    grouped = {key for group in groups for key in group.members}
    now = [(tuple(group.members), group.held) for group in groups]
    now += [((key,), "") for key in alive if key not in grouped]
    assigned, held = _name_persons(now, before)
    moved = {key for key in before.keys() | assigned.keys() if before.get(key) != assigned.get(key)}
    persons = set(assigned.values())
    new = persons - known.keys()
    lost = known.keys() - persons
    others = {p for p in persons & known.keys() if (known[p] or "") != held.get(p, "")}
    if not moved and not others:
        return Moved()
    run = unit.connection.exec_driver_sql
    if new:
        rows = [(p, unit.now, held.get(p)) for p in sorted(new)]
        run("INSERT INTO persons (id, created_at, held) VALUES (?, ?, ?)", rows)
    for part in _parts(moved):
        run("DELETE FROM person_records WHERE patient_id IN (SELECT value FROM json_each(?))", (part,))
    fresh = [(key, assigned[key]) for key in sorted(moved) if key in assigned]
    if fresh:
        run("INSERT INTO person_records (patient_id, person_id) VALUES (?, ?)", fresh)
    if lost:
        run("DELETE FROM persons WHERE id = ?", [(p,) for p in sorted(lost)])
    if others:
        run("UPDATE persons SET held = ? WHERE id = ?", [(held.get(p), p) for p in sorted(others)])
    touched = {p for key in moved for p in (before.get(key), assigned.get(key)) if p} | others
    _queue_cases(unit, moved | {key for key, person in assigned.items() if person in touched})
    return Moved(len(assigned) - len(before), len(new) - len(lost))


def _persons_of(unit: Unit, keys: Iterable[int] | None) -> dict[int, str]:
    query = "SELECT patient_id, person_id FROM person_records"
    if keys is None:
        return dict(fetch(unit.connection, query))
    where = " WHERE patient_id IN (SELECT value FROM json_each(?))"
    return dict(fetch(unit.connection, query + where, json_ids(keys)))


def _holds(unit: Unit, persons: Iterable[str] | None) -> dict[str, str | None]:
    query = "SELECT id, held FROM persons"
    if persons is None:
        return dict(fetch(unit.connection, query))
    where = " WHERE id IN (SELECT value FROM json_each(?))"
    return dict(fetch(unit.connection, query + where, json_ids(persons)))


def _name_persons(
    groups: Sequence[tuple[tuple[int, ...], str]], before: dict[int, str]
) -> tuple[dict[int, str], dict[str, str]]:
    assigned: dict[int, str] = {}
    held: dict[str, str] = {}
    taken: set[str] = set()
    new: list[tuple[tuple[int, ...], str]] = []
    claims = ((-_claim(members, before), members, why) for members, why in groups)
    # The largest claim on an old id goes first, so that it stays with the bigger part when a person is split.
    for claim, members, why in sorted(claims):
        person = _old_person(members, before, taken) if claim else None
        if person is None:
            new.append((members, why))
            continue
        taken.add(person)
        if why:
            held[person] = why
        assigned.update(dict.fromkeys(members, person))
    for person, (members, why) in zip(new_ids("p", len(new)), new, strict=True):
        if why:
            held[person] = why
        assigned.update(dict.fromkeys(members, person))
    return assigned, held


def _old_person(members: tuple[int, ...], before: dict[int, str], taken: set[str]) -> str | None:
    """The person that most of these records had and no other group has; None where there is none."""
    if len(members) == 1:  # most are
        person = before[members[0]]
        return None if person in taken else person
    counts = Counter(before[k] for k in members if k in before)
    return next((p for p, _ in sorted(counts.items(), key=lambda pc: (-pc[1], pc[0])) if p not in taken), None)


def _claim(members: tuple[int, ...], before: dict[int, str]) -> int:
    """How many of these records had the person that most of them had."""
    if len(members) == 1:
        return int(members[0] in before)
    return max(Counter(before[key] for key in members if key in before).values(), default=0) if before else 0


def _queue_cases(unit: Unit, keys: Iterable[int]) -> None:
    for part in _parts(keys):
        unit.connection.exec_driver_sql(
            "INSERT OR IGNORE INTO case_queue (connection_id, patient) "
            "SELECT connection_id, ref FROM patients WHERE id IN (SELECT value FROM json_each(?))",
            (part,),
        )


def _parts(keys: Iterable[int]) -> list[str]:
    listed = sorted(keys)
    return [json_ids(listed[start : start + _CHUNK]) for start in range(0, len(listed), _CHUNK)]
