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


def _write_entity(
    unit: Unit, connection_id: int, entity: str, pairs: Sequence[tuple[Reading, CanonicalRecord]], earlier: list[int]
) -> None:
    table = RECORDS[entity].name
    before: dict[str, tuple[str | None, str, str | None]] = {}
    if earlier:
        query = (
            f"SELECT ref, patient, body, gone_at FROM {table} "  # noqa: S608  (names of our own tables)
            "WHERE raw_id IN (SELECT value FROM json_each(?))"
        )
        rows = unit.connection.exec_driver_sql(query, (json_list(earlier),))
        before = {ref: (patient, body, gone_at) for ref, patient, body, gone_at in rows}
    if not pairs and not before:
        return
    changed: dict[str, str | None] = {}
    written = []
    for reading, record in pairs:
        row = _row(connection_id, reading, record)
        written.append(row)
        was = before.pop(record.ref, None)
        # A patient of None is not a change: it is found through the visit once the reading is complete.
        has_moved = was is not None and record.patient is not None and was[0] != record.patient
        if was is None or has_moved or was[1] != row[-1] or was[2] != reading.gone_at:
            changed[record.ref] = record.patient
            if was is not None:
                queue_cases(unit, connection_id, [was[0]])
    if written:
        _upsert(unit, table, written)
    lost = {ref: patient for ref, (patient, _, gone_at) in before.items() if gone_at is None}
    if lost:
        unit.connection.exec_driver_sql(
            f"UPDATE {table} SET gone_at = ? "  # noqa: S608
            "WHERE connection_id = ? AND ref IN (SELECT value FROM json_each(?))",
            (unit.now, connection_id, json_list(lost)),
        )
    queue(unit, connection_id, entity, changed | lost)


def _row(connection_id: int, reading: Reading, record: CanonicalRecord) -> tuple[Any, ...]:
    notes = orjson.dumps(record.notes).decode() if record.notes else None
    return (
        connection_id, record.ref, record.source, record.patient, record.on, reading.version, reading.raw_id,
        reading.fetched_at, record.updated_at, reading.gone_at, notes, orjson.dumps(record.fields).decode(),
    )  # fmt: skip


def _upsert(unit: Unit, table: str, rows: list[tuple[Any, ...]]) -> None:
    names = _COLUMNS.split(", ")
    sets = ", ".join(f"{name} = excluded.{name}" for name in names[2:])
    unit.connection.exec_driver_sql(
        f"INSERT INTO {table} ({_COLUMNS}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608
        f"ON CONFLICT (connection_id, ref) DO UPDATE SET {sets}",
        rows,
    )


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
