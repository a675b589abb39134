"""How a "same person" would be sent: by the system's own merge, by marking both records, or in steps by hand.

Made from the very drafts that the decision would stage, so that what the page promises is what happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from core.connectors._hand import hand_steps
from core.connectors._port import Order
from core.corrections import kinds
from core.corrections.build import same_person
from core.corrections.draft import Draft, body_of, can, system_row
from matching.records import Ref


@dataclass(frozen=True, slots=True)
class Way:
    """One system's part. `how`: merge (its own call), mark (both records are changed), by-hand (with steps).

    `checked_at` is when the system was last asked what it can do; `numbers` are record numbers worth copying.
    """

    system: str
    how: str
    checked_at: str | None
    is_writing_off: bool
    steps: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


def ways(connection: Connection, refs: Sequence[Ref]) -> tuple[tuple[Way, ...], ...]:
    """Per record that might be kept: how each system would be told."""
    return tuple(_ways(connection, refs, keep) for keep in refs)


def _ways(connection: Connection, refs: Sequence[Ref], keep: Ref) -> tuple[Way, ...]:
    drafts = same_person(connection, refs, keep, {})
    found = []
    for name in dict.fromkeys(ref.system for ref in refs):
        system = system_row(connection, name)
        own = [draft for draft in drafts if draft.connection_id == system["id"]]
        if own:
            found.append(_way(connection, system, own))
    return tuple(found)


def _way(connection: Connection, system: Any, drafts: Sequence[Draft]) -> Way:
    is_api = all(can(system, draft.kind) for draft in drafts)
    if is_api:
        how = "merge" if any(draft.kind == kinds.MERGE_PATIENT for draft in drafts) else "mark"
    else:
        how = "by-hand"
    by_hand = [draft for draft in drafts if not can(system, draft.kind)]
    return Way(
        system=system["name"],
        how=how,
        checked_at=(system["capabilities"] or {}).get("at"),
        is_writing_off=(system["settings"] or {}).get("write") in ("off", "dry-run"),
        steps=tuple(step for draft in by_hand for step in hand_steps(_order(connection, draft), system["name"])),
        numbers=tuple(
            dict.fromkeys(
                _number(connection, draft, ref) for draft in by_hand for ref in (draft.target, draft.other) if ref
            )
        ),
    )


def _order(connection: Connection, draft: Draft) -> Order:
    body = (body_of(connection, draft.connection_id, draft.target) if draft.target else None) or {}
    return Order(
        id="",
        kind=draft.kind,
        target=draft.target,
        other=draft.other,
        changes=draft.changes,
        idempotency_key="",
        base=orjson.dumps({"mrn": body.get("mrn")}),
    )


def _number(connection: Connection, draft: Draft, ref: str) -> str:
    body = body_of(connection, draft.connection_id, ref) or {}
    return str(body.get("mrn") or ref.partition("/")[2])
