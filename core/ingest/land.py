"""Lands a page: raw rows with their versions, canonical records beside them, quarantine for the rest.

Idempotent: delivering the same page again changes nothing but which pull saw it last. The newest version of a record
is the current one, whatever order versions arrive in; older ones are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.connectors._port import RawItem, RawPage
from core.errors import BadInput
from core.ingest import _quarantine
from core.ingest._canonical import Reading, mark_gone, write_records
from core.ingest._raw import Key, Version, digest, insert_versions, is_older, json_list, known_versions, next_id
from core.ingest.normalise import CanonicalRecord
from core.ingest.read import read_item
from core.store.unit import Unit


@dataclass(slots=True)
class Landed:
    """What a page did. `unmapped`: raw kind -> fields that nobody reads."""

    landed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    deleted: int = 0
    unmapped: dict[str, set[str]] = field(default_factory=dict)


def land(unit: Unit, connection_id: int, page: RawPage, pull_id: int | None = None) -> Landed:
    """Land one page in the unit's transaction. `pull_id`: the pull that delivers it (none for a single record)."""
    landing = _Landing(unit, connection_id, pull_id, page.items)
    for item in page.items:
        landing.take(item)
    landing.write()
    landing.result.deleted += _delete(unit, connection_id, page.deleted)
    landing.result.quarantined += _quarantine.refuse_pieces(unit, connection_id, page.unreadable, pull_id)
    return landing.result


def land_read_back(unit: Unit, connection_id: int, item: RawItem) -> Landed:
    """Land one record that was just read from its system."""
    return land(unit, connection_id, RawPage(items=(item,)))


class _Landing:
    """One page on its way in: first decides for every item, then writes everything in a few statements."""

    def __init__(self, unit: Unit, connection_id: int, pull_id: int | None, items: Sequence[RawItem]) -> None:
        self.unit, self.connection_id, self.pull_id = unit, connection_id, pull_id
        self.result = Landed()
        self._known = known_versions(unit.connection, connection_id, {(i.kind, i.id) for i in items})
        self._next_id = next_id(unit.connection)
        self._new: list[Version] = []
        self._seen: list[int] = []
        self._superseded: dict[int, Version] = {}
        self._revived: dict[int, Version] = {}
        self._fresh: dict[Key, tuple[Version, RawItem, Sequence[CanonicalRecord]]] = {}
        self._read: list[RawItem] = []

    def take(self, item: RawItem) -> None:
        """Decide what this delivery means."""
        versions = self._known.setdefault((item.kind, item.id), [])
        current = next((v for v in versions if v.is_current), None)
        hashed = digest(item)
        same = next((v for v in versions if v.hash == hashed), None)
        if same is not None:
            self._take_known(item, same, current, versions)
            return
        records = self._understand(item)
        if records is None:
            # Delivered, though we cannot use it: what we have of it is not gone.
            if current is not None:
                self._see(current)
            return
        updated_at = records[0].updated_at if records else None
        version = Version(self._next_id, item.version, hashed, updated_at, self.pull_id, is_current=True, item=item)
        self._next_id += 1
        self._new.append(version)
        if (
            current is not None
            and current.gone_at is None
            and self._is_outdated(item.version, updated_at, current, versions)
        ):
            version.is_current = False
            self._see(current)
            self.result.unchanged += 1
        else:
            self._make_current(item, version, current, records)
        versions.append(version)

    def _take_known(self, item: RawItem, same: Version, current: Version | None, versions: Iterable[Version]) -> None:
        """The same bytes as a version we have."""
        is_back = same.is_current and same.gone_at is not None
        is_return = not same.is_current and not self._stays_behind(same, current, versions)
        records = self._understand(item) if is_back or is_return else None
        if records is not None:
            self._revived[same.id] = same
            self._make_current(item, same, current if is_return else None, records)
        else:
            self.result.unchanged += 1
        self._see(same)

    def _is_outdated(
        self, version: str | None, updated_at: str | None, current: Version, versions: Iterable[Version]
    ) -> bool:
        """Whether a delivery is certainly older than the current version, or than another of the same pull.

        One without version and time may be current between two that have them, and must not hide which is newer.
        """
        beside = [one for one in versions if self.pull_id is not None and one.seen_pull_id == self.pull_id]
        return any(is_older(version, updated_at, one) for one in (current, *beside))

    def _stays_behind(self, same: Version, current: Version | None, versions: Iterable[Version]) -> bool:
        """Whether an earlier version that arrives again leaves the current one in place.

        Without an order between the two, a source that delivers two contents of one record in each pull (the same
        organization in many files) would otherwise swap them for ever.
        """
        if current is None or current.gone_at is not None:
            return False
        if self._is_outdated(same.version, same.updated_at, current, versions):
            return True
        is_newer = is_older(current.version, current.updated_at, same)
        if is_newer or self.pull_id is None:
            return False
        return same.seen_pull_id in (current.seen_pull_id, self.pull_id)

    def _make_current(
        self, item: RawItem, version: Version, before: Version | None, records: Sequence[CanonicalRecord]
    ) -> None:
        if before is not None and before is not version:
            before.is_current = False
            if before.item is None:
                self._superseded[before.id] = before
            self._revived.pop(before.id, None)
        version.is_current, version.gone_at = True, None
        self._superseded.pop(version.id, None)
        self._fresh[item.kind, item.id] = (version, item, records)
        self.result.landed += 1

    def _see(self, version: Version) -> None:
        if self.pull_id is not None and version.seen_pull_id != self.pull_id:
            version.seen_pull_id = self.pull_id
            if version.item is None:
                self._seen.append(version.id)

    def _understand(self, item: RawItem) -> Sequence[CanonicalRecord] | None:
        try:
            records = read_item(item)
        except BadInput as why:
            _quarantine.refuse_item(self.unit, self.connection_id, item, why, self.pull_id)
            self.result.quarantined += 1
            return None
        for record in records:
            if record.unmapped:
                self.result.unmapped.setdefault(item.kind, set()).update(record.unmapped)
        self._read.append(item)
        return records

    def write(self) -> None:
        """Write what was decided."""
        connection, now = self.unit.connection, self.unit.now
        if self._superseded:
            connection.exec_driver_sql(
                "UPDATE raw_records SET is_current = 0 WHERE id IN (SELECT value FROM json_each(?))",
                (json_list(self._superseded),),
            )
        if self._revived:
            connection.exec_driver_sql(
                "UPDATE raw_records SET is_current = 1, gone_at = NULL, fetched_at = ? "
                "WHERE id IN (SELECT value FROM json_each(?))",
                (now, json_list(self._revived)),
            )
        if self._seen:
            connection.exec_driver_sql(
                "UPDATE raw_records SET seen_pull_id = ? WHERE id IN (SELECT value FROM json_each(?))",
                (self.pull_id, json_list(self._seen)),
            )
        insert_versions(connection, self.connection_id, now, self._new)
        readings = [Reading(version.id, version.version, records, now) for version, _, records in self._fresh.values()]
        if readings:
            write_records(self.unit, self.connection_id, readings, [*self._superseded, *self._revived])
        if self._read:
            _quarantine.resolve_items(self.unit, self.connection_id, self._read)


def _delete(unit: Unit, connection_id: int, keys: Sequence[Key]) -> int:
    if not keys:
        return 0
    known = known_versions(unit.connection, connection_id, keys)
    gone = [v.id for versions in known.values() for v in versions if v.is_current and v.gone_at is None]
    if gone:
        mark_gone(unit, connection_id, gone)
    return len(gone)
