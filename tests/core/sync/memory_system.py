"""A system in memory: pages, changes since a time, cuts at a chosen page. What no real server does on command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from core.connectors._port import AskFor, Capabilities, Capability, Check, ConnectorKind, RawItem, RawPage, Settings
from core.errors import Gone, NotFound
from core.jobs import Job


@dataclass
class MemorySystem:
    """Resources by (kind, id) with the time of their last change. `before_page(stream, number)` may raise."""

    kinds: tuple[str, ...] = ("Patient", "Encounter")
    page_size: int = 2
    resources: dict[tuple[str, str], tuple[int, dict[str, Any]]] = field(default_factory=dict)
    now: int = 1
    before_page: Callable[[str, int], None] = lambda _stream, _number: None
    left_out: set[tuple[str, str]] = field(default_factory=set)
    forgets_cursors: bool = False
    is_snapshot: bool = True
    ends: bool = True
    extra: dict[str, Any] = field(default_factory=dict)  # more of each page
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    settings: Settings | None = None
    probes: int = 0

    def put(self, kind: str, record_id: str, **elements: Any) -> None:
        self.now += 1
        meta = {"versionId": str(self.now), "lastUpdated": stamp(self.now)}
        resource = {"resourceType": kind, "id": record_id, "meta": meta, **elements}
        self.resources[kind, record_id] = (self.now, resource)

    def item(self, kind: str, record_id: str) -> RawItem:
        at, resource = self.resources[kind, record_id]
        return RawItem("fhir-r4", kind, record_id, orjson.dumps(resource), f"{kind}/{record_id}", str(at))

    def streams(self) -> tuple[str, ...]:
        return self.kinds

    def pull(self, stream: str, since: str | None, cursor: str | None, job: Job) -> Iterator[RawPage]:
        self.asked.append((stream, since, cursor))
        if cursor is not None and self.forgets_cursors:
            raise Gone("The page is gone.")
        keys = [
            key
            for key, (at, _) in sorted(self.resources.items())
            if key[0] == stream and key not in self.left_out and (since is None or stamp(at) > since)
        ]
        start = int(cursor or 0)
        while True:
            job.check()
            self.before_page(stream, start // self.page_size)
            end = start + self.page_size
            is_last = end >= len(keys)
            yield RawPage(
                items=tuple(self.item(*key) for key in keys[start:end]),
                cursor=None if is_last else str(end),
                is_last=is_last and self.ends,
                is_snapshot=is_last and since is None and self.is_snapshot,
                watermark=stamp(self.now) if is_last else None,
                bytes=100,
                requests=1,
                **self.extra,
            )
            if is_last:
                return
            start = end

    def read(self, target: str) -> RawItem:
        kind, _, record_id = target.partition("/")
        if (kind, record_id) not in self.resources:
            raise NotFound("There is no such record.")
        return self.item(kind, record_id)

    def probe(self) -> Capabilities:
        self.probes += 1
        return Capabilities((Capability("Patient", can_read=True, can_update=True),), {"software": "memory"})

    def test(self) -> Iterator[Check]:
        yield Check("reach", "ok", "Reached.")

    def close(self) -> None:
        pass


def stamp(count: int) -> str:
    return f"2026-05-01T{count // 60:02}:{count % 60:02}:00Z"


def kind_for(systems: dict[str, MemorySystem]) -> ConnectorKind:
    """A connection kind whose connections are these systems, by name."""

    def make(settings: Settings) -> Any:
        systems[settings.name].settings = settings
        return systems[settings.name]

    fields = (AskFor("url", "url", is_required=True), AskFor("auth", "choice", ("none", "bearer")),
              AskFor("bearer", "secret"), AskFor("rate"))  # fmt: skip
    return ConnectorKind("memory", 1, "fhir-r4", fields, make)
