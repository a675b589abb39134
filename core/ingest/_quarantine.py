"""Input that cannot be used: kept with its bytes, its place and a reason a person understands; it stops nothing."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from core.connectors._port import RawItem, Unreadable
from core.errors import BadInput
from core.ingest._raw import json_list
from core.store.tables.intake import quarantine
from core.store.unit import Unit

_PLACE = re.compile(r",?( (line|entry|row|column) \d+,?)+$")


def refuse_pieces(unit: Unit, connection_id: int, pieces: Iterable[Unreadable], pull_id: int | None) -> int:
    """Quarantine what is no record at all; gives how many."""
    count = 0
    for piece in pieces:
        _keep(
            unit, connection_id, piece.payload, pull_id, position=piece.position, reason=piece.reason, code=piece.code,
            form=piece.form, kind=piece.kind or None,
        )  # fmt: skip
        count += 1
    return count


def refuse_item(unit: Unit, connection_id: int, item: RawItem, why: BadInput, pull_id: int | None) -> None:
    """Quarantine a record that cannot be used."""
    place = f" ({why.place})" if why.place and why.place != item.position else ""
    _keep(
        unit, connection_id, item.payload, pull_id, position=item.position, reason=f"{why.what}{place}",
        code=why.code, form=item.form, kind=item.kind, source_id=item.id, version=item.version,
        context=dict(item.context) if item.context else None,
    )  # fmt: skip


def resolve_items(unit: Unit, connection_id: int, items: Sequence[RawItem]) -> None:
    """These records can be read now: what was held back of them earlier is settled."""
    waiting = unit.connection.exec_driver_sql(
        "SELECT 1 FROM quarantine WHERE connection_id = ? AND resolved_at IS NULL AND source_id IS NOT NULL LIMIT 1",
        (connection_id,),
    ).first()
    if waiting is None:
        return
    by_kind: dict[str, list[str]] = {}
    for item in items:
        by_kind.setdefault(item.kind, []).append(item.id)
    for kind, ids in by_kind.items():
        unit.connection.exec_driver_sql(
            "UPDATE quarantine SET resolved_at = ? WHERE connection_id = ? AND kind = ? AND resolved_at IS NULL "
            "AND source_id IN (SELECT value FROM json_each(?))",
            (unit.now, connection_id, kind, json_list(ids)),
        )


def resolve_unseen(unit: Unit, connection_id: int, kind: str | None, pull_id: int) -> None:
    """A whole reading did not meet these again: they were corrected or removed at the source."""
    unseen = (
        update(quarantine)
        .where(quarantine.c.connection_id == connection_id, quarantine.c.resolved_at.is_(None))
        .where(quarantine.c.seen_pull_id.is_(None) | (quarantine.c.seen_pull_id != pull_id))
    )
    if kind is not None:
        unseen = unseen.where(quarantine.c.kind == kind)
    unit.connection.execute(unseen.values(resolved_at=unit.now))


def _keep(unit: Unit, connection_id: int, payload: bytes, pull_id: int | None, **about: Any) -> None:
    digest = hashlib.sha256(payload).digest()
    same = select(quarantine.c.id, quarantine.c.position, quarantine.c.kind, quarantine.c.source_id).where(
        quarantine.c.connection_id == connection_id, quarantine.c.hash == digest
    )
    known = None
    for row in unit.connection.execute(same):
        is_same_record = row.source_id is not None and (row.kind, row.source_id) == (
            about["kind"],
            about.get("source_id"),
        )
        if row.position == about["position"] or is_same_record:
            known = row.id
            break
    seen = {"last_seen_at": unit.now, "seen_pull_id": pull_id, "resolved_at": None}
    if known is not None:
        unit.connection.execute(
            update(quarantine)
            .where(quarantine.c.id == known)
            .values(reason=about["reason"], code=about["code"], **seen)
        )
    else:
        unit.connection.execute(
            insert(quarantine).values(
                connection_id=connection_id,
                payload=zlib.compress(payload),
                hash=digest,
                first_seen_at=unit.now,
                **about,
                **seen,
            )
        )
    unit.touch("quarantine")


def retryable(unit: Unit, connection_id: int) -> list[RawItem]:
    """Records held back that can be tried again, as they came. Pieces that were no record come with the next pull."""
    query = select(quarantine).where(
        quarantine.c.connection_id == connection_id,
        quarantine.c.resolved_at.is_(None),
        quarantine.c.source_id.is_not(None),
    )
    return [_item(row) for row in unit.connection.execute(query).mappings()]


def _item(row: RowMapping) -> RawItem:
    payload = zlib.decompress(row["payload"])
    return RawItem(row["form"], row["kind"], row["source_id"], payload, row["position"], row["version"], row["context"])


def position_file(position: str) -> str:
    """The file of a position ("export.zip!Patient.ndjson line 7 entry 2" -> "export.zip!Patient.ndjson")."""
    return _PLACE.sub("", position)
