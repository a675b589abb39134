"""The demo servers' memory: every version of every resource, in memory and in an append-only log beside it.

One line of the log is one version. A process that ends in the middle of a line loses that line only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from core.clock import iso_stamp
from core.demo.messages import Resource
from core.errors import Damaged


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one resource; a deletion is a version too. `resource` is shared and must not be changed."""

    kind: str
    id: str
    number: int
    updated_at: datetime
    is_deleted: bool
    resource: Resource
    body: bytes

    @property
    def etag(self) -> str:
        """The weak ETag of this version."""
        return f'W/"{self.number}"'


@dataclass(frozen=True, slots=True)
class Change:
    """A new state of a resource to store; `resource` None deletes it."""

    kind: str
    id: str
    resource: Resource | None


class VersionedStore:
    """All versions of all resources of one server. Safe to use from many threads."""

    def __init__(self, clock: Callable[[], datetime], log_path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self._clock = clock
        self._log_path = log_path
        self._versions: dict[tuple[str, str], list[Version]] = {}
        self._by_kind: dict[str, dict[str, Version]] = {}
        self._first_results: dict[str, tuple[str, str, int]] = {}
        if log_path is not None and log_path.exists():
            self._load(log_path)

    def latest(self, kind: str, resource_id: str) -> Version | None:
        """The newest version, which may be a deletion."""
        with self.lock:
            versions = self._versions.get((kind, resource_id))
            return versions[-1] if versions else None

    def version(self, kind: str, resource_id: str, number: int) -> Version | None:
        """One numbered version."""
        with self.lock:
            return next((v for v in self._versions.get((kind, resource_id), ()) if v.number == number), None)

    def history(self, kind: str, resource_id: str) -> tuple[Version, ...]:
        """All versions, newest first."""
        with self.lock:
            return tuple(reversed(self._versions.get((kind, resource_id), ())))

    def living(self, kind: str) -> tuple[Version, ...]:
        """The newest version of each resource of a kind that is not deleted, oldest resource first."""
        with self.lock:
            return tuple(self._by_kind.get(kind, {}).values())

    def kinds(self) -> tuple[str, ...]:
        """The kinds that hold at least one resource."""
        with self.lock:
            return tuple(kind for kind, found in self._by_kind.items() if found)

    def seed(self, resources: Iterable[Resource]) -> None:
        """Store first versions; a `meta.lastUpdated` they bring is kept, so that old data looks old."""
        with self.lock:
            lines = []
            for resource in resources:
                stamp = resource.get("meta", {}).get("lastUpdated")
                when = datetime.fromisoformat(stamp) if stamp else self._clock()
                lines.append(self._add(Change(resource["resourceType"], resource["id"], resource), when, ""))
            self._append(lines)

    def commit(self, changes: Sequence[Change], key: str = "") -> tuple[Version, ...]:
        """Store new versions together; `key` remembers the first of them as the result of that idempotency key."""
        with self.lock:
            now = self._clock()
            lines = [self._add(change, now, key if at == 0 else "") for at, change in enumerate(changes)]
            self._append(lines)
            return tuple(self._versions[change.kind, change.id][-1] for change in changes)

    def first_result(self, key: str) -> Version | None:
        """What the first request with this idempotency key led to."""
        with self.lock:
            found = self._first_results.get(key)
            return self.version(*found) if found else None

    def _add(self, change: Change, when: datetime, key: str) -> bytes:
        versions = self._versions.setdefault((change.kind, change.id), [])
        number = len(versions) + 1
        when = when.replace(microsecond=when.microsecond // 1000 * 1000)  # as precise as meta.lastUpdated tells
        resource: Resource = {"resourceType": change.kind, "id": change.id}
        resource.update(change.resource or {})
        meta = dict(resource.get("meta") or {})
        resource["meta"] = {**meta, "versionId": str(number), "lastUpdated": iso_stamp(when)}
        body = orjson.dumps(resource)
        version = Version(change.kind, change.id, number, when, change.resource is None, resource, body)
        self._remember(version, key)
        line: dict[str, Any] = {"deleted": version.is_deleted, "key": key, "resource": orjson.Fragment(body)}
        return orjson.dumps(line) + b"\n"

    def _remember(self, version: Version, key: str) -> None:
        self._versions.setdefault((version.kind, version.id), []).append(version)
        living = self._by_kind.setdefault(version.kind, {})
        if version.is_deleted:
            living.pop(version.id, None)
        else:
            living[version.id] = version
        if key:
            self._first_results[key] = (version.kind, version.id, version.number)

    def _append(self, lines: list[bytes]) -> None:
        if self._log_path is None or not lines:
            return
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        with self._log_path.open("ab") as log:
            log.write(b"".join(lines))

    def _load(self, path: Path) -> None:
        content = path.read_bytes()
        whole, _, rest = content.rpartition(b"\n")
        if rest:  # the last process ended while it wrote this line
            with path.open("r+b") as log:
                log.truncate(len(content) - len(rest))
        for at, line in enumerate(whole.split(b"\n") if whole else (), start=1):
            try:
                entry = orjson.loads(line)
                resource = entry["resource"]
                meta = resource["meta"]
                when = datetime.fromisoformat(meta["lastUpdated"])
                number = int(meta["versionId"])
            except (orjson.JSONDecodeError, KeyError, ValueError) as error:
                raise Damaged(f"{path.name}, line {at}: not a stored version of a demo record.") from error
            version = Version(
                resource["resourceType"],
                resource["id"],
                number,
                when,
                entry["deleted"],
                resource,
                orjson.dumps(resource),
            )
            self._remember(version, entry["key"])
