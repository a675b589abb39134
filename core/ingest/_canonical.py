"""Writes canonical records beside their raw rows, and says whose case has to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from core.ingest._raw import json_list
from core.ingest.normalise import CanonicalRecord
from core.store.tables.records import RECORDS
from core.store.unit import Unit

EVERYBODY = "*"
# A change in one of these can concern anybody's case.
_SHARED = frozenset({"providers", "locations", "organizations", "payers", "sources"})

_COLUMNS = "connection_id, ref, source, patient, on_date, version, raw_id, fetched_at, updated_at, gone_at, notes, body"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one raw row was read as."""

    raw_id: int
    version: str | None
    records: Sequence[CanonicalRecord]
    fetched_at: str
    gone_at: str | None = None


def write_records(unit: Unit, connection_id: int, readings: Sequence[Reading], replaced: Iterable[int]) -> None:
    """Store the records of these raw rows. `replaced`: raw rows that they supersede, or that were read before.

    A record that its raw row no longer gives is gone. Only records whose content changed are queued: a source that
    touches its time stamps does not make the night's work anew.
    """
    by_entity: dict[str, list[tuple[Reading, CanonicalRecord]]] = {}
    for reading in readings:
        for record in reading.records:
            by_entity.setdefault(record.entity, []).append((reading, record))
    earlier = list(replaced)
    for entity in list(by_entity) if not earlier else RECORDS:
        _write_entity(unit, connection_id, entity, by_entity.get(entity, []), earlier)


@dataclass(frozen=True, slots=True)
class _Before:
    """A canonical record as it is in the store."""

    id: int
    patient: str | None
    body: str
    gone_at: str | None


def _write_entity(
    unit: Unit, connection_id: int, entity: str, pairs: Sequence[tuple[Reading, CanonicalRecord]], earlier: list[int]
) -> None:
    table = RECORDS[entity].name
    before = _before(unit, connection_id, table, [record.ref for _, record in pairs], earlier)
    if not pairs and not before:
        return
    changed: dict[str, str | None] = {}
    new: list[tuple[Any, ...]] = []
    again: list[tuple[Any, ...]] = []
    for reading, record in pairs:
        row = _row(connection_id, reading, record)
        was = before.pop(record.ref, None)
        if was is None:
            new.append(row)
            changed[record.ref] = record.patient
            continue
        again.append((*row[2:], was.id))
        # A patient of None is not a change: it is found through the visit once the reading is complete.
        has_moved = record.patient is not None and was.patient != record.patient
        if has_moved or was.body != row[-1] or was.gone_at != reading.gone_at:
            changed[record.ref] = record.patient
            queue_cases(unit, connection_id, [was.patient])
    lost = {ref: was for ref, was in before.items() if was.gone_at is None}
    if entity == "patient_links":  # as they were: what they no longer say counts too
        queue_linked(unit, connection_id, [*changed, *lost])
    _store(unit, table, new, again)
    if lost:
        unit.connection.exec_driver_sql(
            f"UPDATE {table} SET gone_at = ? WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
            (unit.now, json_list(was.id for was in lost.values())),
        )
    queue(unit, connection_id, entity, changed | {ref: was.patient for ref, was in lost.items()})


def _before(
    unit: Unit, connection_id: int, table: str, refs: Sequence[str], earlier: Sequence[int]
) -> dict[str, _Before]:
    """What the store holds of these records, and of those that the earlier raw rows gave."""
    found: dict[str, _Before] = {}
    for where, parameters, is_needed in (
        ("connection_id = ? AND ref", (connection_id, json_list(refs)), refs),
        ("raw_id", (json_list(earlier),), earlier),
    ):
        if is_needed:
            rows = unit.connection.exec_driver_sql(
                f"SELECT ref, id, patient, body, gone_at FROM {table} "  # noqa: S608  (a name of our own)
                f"WHERE {where} IN (SELECT value FROM json_each(?))",
                parameters,
            )
            found |= {row.ref: _Before(row.id, row.patient, row.body, row.gone_at) for row in rows}
    return found


def _row(connection_id: int, reading: Reading, record: CanonicalRecord) -> tuple[Any, ...]:
    notes = orjson.dumps(record.notes).decode() if record.notes else None
    return (
        connection_id, record.ref, record.source, record.patient, record.on, reading.version, reading.raw_id,
        reading.fetched_at, record.updated_at, reading.gone_at, notes, orjson.dumps(record.fields).decode(),
    )  # fmt: skip


def _store(unit: Unit, table: str, new: list[tuple[Any, ...]], again: list[tuple[Any, ...]]) -> None:
    # Not an upsert: with foreign keys on, SQLite keeps a journal of its own for each row of one, three times as slow.
    names = _COLUMNS.split(", ")
    if new:
        unit.connection.exec_driver_sql(
            f"INSERT INTO {table} ({_COLUMNS}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
            new,
        )
    if again:
        sets = ", ".join(f"{name} = ?" for name in names[2:])
        unit.connection.exec_driver_sql(f"UPDATE {table} SET {sets} WHERE id = ?", again)  # noqa: S608


def mark_gone(unit: Unit, connection_id: int, raw_ids: Sequence[int]) -> None:
    """These raw rows are no longer at the source: they and their records are kept, as gone."""
    ids = json_list(raw_ids)
    unit.connection.exec_driver_sql(
        "UPDATE raw_records SET gone_at = ? WHERE id IN (SELECT value FROM json_each(?))", (unit.now, ids)
    )
    for entity, table in RECORDS.items():
        where = "WHERE raw_id IN (SELECT value FROM json_each(?)) AND gone_at IS NULL"
        rows = unit.connection.exec_driver_sql(f"SELECT ref, patient FROM {table.name} {where}", (ids,))  # noqa: S608
        lost: dict[str, str | None] = {row.ref: row.patient for row in rows}
        if lost:
            unit.connection.exec_driver_sql(
                f"UPDATE {table.name} SET gone_at = ? {where}",  # noqa: S608
                (unit.now, ids),
            )
            queue(unit, connection_id, entity, lost)


def queue(unit: Unit, connection_id: int, entity: str, changed: dict[str, str | None]) -> None:
    """Put changed records (ref -> patient) into the queues of matching and reconciling, and name the areas."""
    if not changed:
        return
    if entity in _SHARED:
        queue_cases(unit, connection_id, [EVERYBODY])
    queue_cases(unit, connection_id, changed.values())
    if entity == "patients":
        queue_matching(unit, connection_id, changed)
    if entity == "patient_links":
        queue_linked(unit, connection_id, changed)
    unit.touch("people" if entity in ("patients", "patient_links") else "visits")


def queue_cases(unit: Unit, connection_id: int, patients: Iterable[str | None]) -> None:
    """Whose case has to be looked at again."""
    rows = [(connection_id, patient) for patient in dict.fromkeys(patients) if patient]
    if rows:
        unit.connection.exec_driver_sql("INSERT OR IGNORE INTO case_queue (connection_id, patient) VALUES (?, ?)", rows)


def queue_matching(unit: Unit, connection_id: int, refs: Iterable[str]) -> None:
    """Which patient records have to be matched again."""
    unit.connection.exec_driver_sql(
        "INSERT OR IGNORE INTO match_queue (patient_id) SELECT id FROM patients "
        "WHERE connection_id = ? AND ref IN (SELECT value FROM json_each(?))",
        (connection_id, json_list(refs)),
    )


def queue_linked(unit: Unit, connection_id: int, refs: Iterable[str]) -> None:
    """The records that these links name, as the store holds the links now, have to be matched again."""
    unit.connection.exec_driver_sql(
        "INSERT OR IGNORE INTO match_queue (patient_id) SELECT p.id FROM patient_links l JOIN patients p "
        "ON p.connection_id = l.connection_id "
        "AND p.ref IN (json_extract(l.body, '$.a'), json_extract(l.body, '$.b')) "
        "WHERE l.connection_id = ? AND l.ref IN (SELECT value FROM json_each(?))",
        (connection_id, json_list(refs)),
    )
