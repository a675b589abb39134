"""The raw rows a page meets: which version of a record is current, and which one a delivery makes current."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from sqlalchemy import Connection

from core.connectors._port import RawItem

Key = tuple[str, str]  # raw kind, source id

_COLUMNS = (
    "id, connection_id, form, kind, source_id, version, hash, context, position, fetched_at, updated_at, "
    "seen_pull_id, is_current, gone_at, payload"
)
_KNOWN = (
    "SELECT source_id, id, version, hash, updated_at, seen_pull_id, is_current, gone_at FROM raw_records "
    "WHERE connection_id = ? AND kind = ? AND source_id IN (SELECT value FROM json_each(?))"
)


@dataclass(slots=True)
class Version:
    """One raw version of a record. `item` is there while it is being landed, else the row is in the store already."""

    id: int
    version: str | None
    hash: bytes
    updated_at: str | None
    seen_pull_id: int | None
    is_current: bool
    gone_at: str | None = None
    item: RawItem | None = None


def digest(item: RawItem) -> bytes:
    """What makes a delivery the same again: its bytes, and how the references inside it resolve."""
    found = hashlib.sha256(item.payload)
    if item.context:
        found.update(orjson.dumps(dict(item.context), option=orjson.OPT_SORT_KEYS))
    return found.digest()


def known_versions(connection: Connection, connection_id: int, keys: Iterable[Key]) -> dict[Key, list[Version]]:
    """All stored versions of these records."""
    by_kind: dict[str, list[str]] = {}
    for kind, source_id in keys:
        by_kind.setdefault(kind, []).append(source_id)
    found: dict[Key, list[Version]] = {}
    for kind, ids in by_kind.items():
        rows = connection.exec_driver_sql(_KNOWN, (connection_id, kind, json_list(ids)))
        for source_id, row_id, version, hash_, updated_at, seen, is_current, gone_at in rows:
            found.setdefault((kind, source_id), []).append(
                Version(row_id, version, hash_, updated_at, seen, bool(is_current), gone_at)
            )
    return found


def is_older(version: str | None, updated_at: str | None, than: Version) -> bool:
    """Whether a delivery is certainly older than what is current: by version number or by the source's own time.

    Where both speak and disagree (a restored server counts anew), the delivery is what the source holds now.
    """
    signs = [_order(_count(version), _count(than.version)), _order(_instant(updated_at), _instant(than.updated_at))]
    return -1 in signs and 1 not in signs


def insert_versions(connection: Connection, connection_id: int, fetched_at: str, versions: Iterable[Version]) -> None:
    """Store versions that are being landed."""
    rows = [_row(connection_id, fetched_at, version, version.item) for version in versions if version.item]
    if rows:
        marks = ", ".join("?" * 15)
        connection.exec_driver_sql(f"INSERT INTO raw_records ({_COLUMNS}) VALUES ({marks})", rows)  # noqa: S608


def next_id(connection: Connection) -> int:
    """The first free row id; the transaction has the only writer."""
    return int(connection.exec_driver_sql("SELECT coalesce(max(id), 0) + 1 FROM raw_records").scalar_one())


def json_list(values: Iterable[object]) -> str:
    """A list as json_each takes it: any number of values in one parameter."""
    return orjson.dumps(list(values)).decode()


def _row(connection_id: int, fetched_at: str, version: Version, item: RawItem) -> tuple[object, ...]:
    context = orjson.dumps(dict(item.context)).decode() if item.context else None
    return (
        version.id, connection_id, item.form, item.kind, item.id, version.version, version.hash, context,
        item.position, fetched_at, version.updated_at, version.seen_pull_id, int(version.is_current), version.gone_at,
        zlib.compress(item.payload, 1),
    )  # fmt: skip


def _count(version: str | None) -> int | None:
    """A version as a number, where it is one: 7, "7", W/"7"."""
    bare = (version or "").removeprefix("W/").strip('"')
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 18 else None


def _instant(stamp: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(stamp or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _order(mine: int | datetime | None, theirs: int | datetime | None) -> int:
    if mine is None or theirs is None:
        return 0
    return (mine > theirs) - (mine < theirs)  # type: ignore[operator]  # both are of one kind
