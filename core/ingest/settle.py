"""What can only be settled when a reading is complete: what is gone, whose a record is, what the source links."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.ingest._canonical import mark_gone, queue_cases
from core.ingest._quarantine import position_file, resolve_unseen
from core.ingest._raw import json_list
from core.ingest.reread import read_again
from core.store.tables.intake import connections, quarantine
from core.store.unit import Unit

ALL_KINDS = "files"  # the stream that carries every kind of its connection

_STEP = 500


@dataclass(frozen=True, slots=True)
class Unseen:
    """A record that a whole reading of its stream did not deliver."""

    raw_id: int
    kind: str
    source_id: str


def find_unseen(connection: Connection, connection_id: int, stream: str, pull_id: int) -> list[Unseen]:
    """What a whole reading did not deliver, and what is therefore probably gone.

    Where a piece could not be read and names no record, nothing that may be in that piece (of its file, or of the
    stream) is among them.
    """
    kind = None if stream == ALL_KINDS else stream
    doubtful = _doubtful(connection, connection_id, kind, pull_id)
    if kind is not None and doubtful:
        return []
    # A record read back while the reading ran was not delivered by it, and is not gone.
    query = (
        "SELECT id, kind, source_id, position FROM raw_records WHERE connection_id = ? AND (? IS NULL OR kind = ?) "
        "AND is_current = 1 AND gone_at IS NULL AND (seen_pull_id <> ? OR seen_pull_id IS NULL AND fetched_at < "
        "(SELECT started_at FROM pulls WHERE id = ?))"
    )
    rows = connection.exec_driver_sql(query, (connection_id, kind, kind, pull_id, pull_id))
    return [Unseen(row.id, row.kind, row.source_id) for row in rows if not _is_in(row.position, doubtful)]


def settle_snapshot(
    unit: Unit, connection_id: int, stream: str, pull_id: int, alive: Collection[int] = frozenset()
) -> int:
    """After a whole reading of a stream: what it did not deliver is gone, but for those known to be `alive` (raw ids).

    Gives how many records went.
    """
    unseen = find_unseen(unit.connection, connection_id, stream, pull_id)
    absent = [one.raw_id for one in unseen if one.raw_id not in alive]
    replaced = _fall_back(unit, connection_id, absent, pull_id)
    gone = [raw_id for raw_id in absent if raw_id not in replaced]
    for start in range(0, len(gone), _STEP):
        mark_gone(unit, connection_id, gone[start : start + _STEP])
    resolve_unseen(unit, connection_id, None if stream == ALL_KINDS else stream, pull_id)
    return len(gone)


def _doubtful(connection: Connection, connection_id: int, kind: str | None, pull_id: int) -> set[str]:
    """Files (or addresses) of this reading with a piece that is no record."""
    query = select(quarantine.c.position).where(
        quarantine.c.connection_id == connection_id,
        quarantine.c.seen_pull_id == pull_id,
        quarantine.c.source_id.is_(None),
    )
    if kind is not None:
        query = query.where(quarantine.c.kind.is_(None) | (quarantine.c.kind == kind))
    return {position_file(position) for position in connection.execute(query).scalars()}


def _is_in(position: str, files: Collection[str]) -> bool:
    """Whether a position lies in one of these files, or in an archive among them."""
    if not files:
        return False
    name = position_file(position)
    return any(name == file or name.startswith(f"{file}!") for file in files)


def _fall_back(unit: Unit, connection_id: int, unseen: Sequence[int], pull_id: int) -> set[int]:
    """A source that delivered two contents of one record and now delivers only the other one: that one is current."""
    rows = unit.connection.exec_driver_sql(_OTHER_VERSION, (pull_id, json_list(unseen))).all() if unseen else []
    others = {row.old_id: row for row in rows}
    if not others:
        return set()
    for sql, ids in (
        ("UPDATE raw_records SET is_current = 0 WHERE id IN (SELECT value FROM json_each(?))", list(others)),
        ("UPDATE raw_records SET is_current = 1, gone_at = NULL WHERE id IN (SELECT value FROM json_each(?))",
         [row.id for row in others.values()]),
    ):  # fmt: skip
        unit.connection.exec_driver_sql(sql, (json_list(ids),))
    read_again(unit, connection_id, list(others.values()), replaced=list(others))
    return set(others)


_OTHER_VERSION = (
    "SELECT o.id AS old_id, n.id, n.form, n.kind, n.source_id, n.version, n.context, n.position, n.fetched_at, "
    "n.gone_at, n.payload FROM raw_records o JOIN raw_records n ON n.connection_id = o.connection_id "
    "AND n.kind = o.kind AND n.source_id = o.source_id AND n.is_current = 0 AND n.seen_pull_id = ? "
    "WHERE o.id IN (SELECT value FROM json_each(?))"
)


def settle_patients(unit: Unit, connection_id: int) -> None:
    """Records that name only their visit, or only their charges, get the patient of those."""
    for table, found in (
        ("service_events", _OF_VISIT.format("service_events")),
        ("visit_notes", _OF_VISIT.format("visit_notes")),
        ("claims", _OF_CHARGES),
    ):
        rows = unit.connection.exec_driver_sql(found, (connection_id,)).all()
        missing = [(patient, row_id) for row_id, patient in rows if patient]
        if missing:
            unit.connection.exec_driver_sql(f"UPDATE {table} SET patient = ? WHERE id = ?", missing)  # noqa: S608
            queue_cases(unit, connection_id, (patient for patient, _ in missing))


_OF_VISIT = (
    "SELECT r.id, e.patient FROM {} r JOIN encounters e ON e.connection_id = r.connection_id "
    "AND e.ref = json_extract(r.body, '$.encounter') WHERE r.connection_id = ? AND r.patient IS NULL"
)
_OF_CHARGES = (
    "SELECT r.id, (SELECT c.patient FROM json_each(r.body, '$.lines') l JOIN charges c "
    "ON c.connection_id = r.connection_id AND c.ref = json_extract(l.value, '$.charge_id') "
    "WHERE c.patient IS NOT NULL LIMIT 1) FROM claims r WHERE r.connection_id = ? AND r.patient IS NULL"
)


def settle_links(unit: Unit, connection_id: int) -> None:
    """What the source's own patient index says counts as a judgement of that system; a person's goes before it.

    Candidate pairs are no judgement: they stay in `patient_links` with their probability. Whose link changed is in the
    queue of matching since it landed.
    """
    said = _links(unit, connection_id)
    by = "system:" + str(
        unit.connection.execute(select(connections.c.name).where(connections.c.id == connection_id)).scalar_one()
    )
    rows = unit.connection.exec_driver_sql("SELECT a_id, b_id, is_same, by FROM judgements WHERE by = ?", (by,))
    known = {(row.a_id, row.b_id): bool(row.is_same) for row in rows}
    if said == known:
        return
    changed = [pair for pair in said.keys() | known.keys() if said.get(pair) != known.get(pair)]
    unit.connection.exec_driver_sql(
        "DELETE FROM judgements WHERE a_id = ? AND b_id = ? AND by = ?", [(*pair, by) for pair in changed]
    )
    # Mostly in the queue already; not where a person's word goes that stood before the system's.
    unit.connection.exec_driver_sql(
        "INSERT OR IGNORE INTO match_queue (patient_id) VALUES (?)", [(key,) for pair in changed for key in pair]
    )
    new = [(*pair, int(said[pair]), by, unit.now) for pair in changed if pair in said]
    if new:
        unit.connection.exec_driver_sql(
            "INSERT OR IGNORE INTO judgements (a_id, b_id, is_same, by, at) VALUES (?, ?, ?, ?, ?)", new
        )
    unit.touch("people")


def _links(unit: Unit, connection_id: int) -> dict[tuple[int, int], bool]:
    query = (
        "SELECT min(a.id, b.id), max(a.id, b.id), json_extract(l.body, '$.state') FROM patient_links l "
        "JOIN patients a ON a.connection_id = l.connection_id AND a.ref = json_extract(l.body, '$.a') "
        "JOIN patients b ON b.connection_id = l.connection_id AND b.ref = json_extract(l.body, '$.b') "
        "WHERE l.connection_id = ? AND l.gone_at IS NULL AND a.id <> b.id"
    )
    rows = unit.connection.exec_driver_sql(query, (connection_id,))
    return {(a, b): state == "linked" for a, b, state in rows if state in ("linked", "different")}
