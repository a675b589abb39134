"""What a correction is before it is staged, and how it will be sent: by API where the system can, else by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from core.clock import iso_stamp
from core.connectors._port import FieldChange
from core.corrections import approval, kinds, outbox
from core.ids import new_id
from core.store.tables.intake import connections, raw_records
from core.store.tables.records import RECORDS
from core.store.unit import Unit

_NEEDS = {  # kind -> (resource, what it must allow)
    kinds.UPDATE_PATIENT: ("Patient", "can_update"),
    kinds.KEEP_PATIENT: ("Patient", "can_update"),
    kinds.FOLD_PATIENT: ("Patient", "can_update"),
    kinds.CREATE_CHARGE: ("ChargeItem", "can_create"),
    kinds.AMEND_CHARGE: ("ChargeItem", "can_update"),
    kinds.VOID_CHARGE: ("ChargeItem", "can_update"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A correction about to be staged. `after` is the position of the draft that must be verified first."""

    kind: str
    connection_id: int
    changes: tuple[FieldChange, ...]
    target: str | None = None
    other: str | None = None
    after: int | None = None
    reverses_id: str | None = None


def system_row(connection: Connection, name: str) -> RowMapping:
    """A connection's row by its name."""
    return connection.execute(select(connections).where(connections.c.name == name)).mappings().one()


def can(system: Mapping[Any, Any], kind: str) -> bool:
    """Whether the system said (at its last test or pull) that it can do this kind of correction by API."""
    rows = {row["kind"]: row for row in (system["capabilities"] or {}).get("kinds", ())}
    if kind in (system["settings"] or {}).get("demoted", ()):
        return False
    if kind == kinds.MERGE_PATIENT:
        return "merge" in rows.get("Patient", {}).get("operations", ())
    if kind not in _NEEDS:
        return False
    resource, ability = _NEEDS[kind]
    return bool(rows.get(resource, {}).get(ability))


def body_of(connection: Connection, connection_id: int, ref: str) -> dict[str, Any] | None:
    """A canonical record's fields by its Kind/id, None when the store does not hold it."""
    for table in RECORDS.values():
        query = select(table.c.body).where(table.c.connection_id == connection_id, table.c.ref == ref)
        body = connection.execute(query).scalar()
        if body is not None:
            return dict(body)
    return None


def stage(
    unit: Unit,
    finding_key: str,
    decision_id: str,
    drafts: list[Draft],
    *,
    hold: timedelta,
    asked: Collection[str] = (),
) -> list[str]:
    """Put drafts into the outbox: held, waiting for approval, or for people to do by hand. Gives their ids.

    `asked` says why a second person has to agree (kinds of `core.corrections.approval`); empty: nobody has to.
    """
    ids = [new_id("co") for _ in drafts]
    for correction_id, draft in zip(ids, drafts, strict=True):
        system = unit.connection.execute(select(connections).where(connections.c.id == draft.connection_id))
        route = "api" if can(system.mappings().one(), draft.kind) else "by-hand"
        version, base = _base(unit.connection, draft)
        inverse = kinds.KINDS[draft.kind].inverse
        outbox.put(
            unit,
            {
                "id": correction_id,
                "finding_key": finding_key,
                "decision_id": decision_id,
                "connection_id": draft.connection_id,
                "kind": draft.kind,
                "target": draft.target,
                "other": draft.other,
                "route": route,
                "changes": [asdict(change) for change in draft.changes],
                "inverse": _inverse(draft) if inverse else None,
                "base_version": version,
                "base": base,
                "idempotency_key": f"chartmend-{correction_id}",
                "after_id": ids[draft.after] if draft.after is not None else None,
                "reverses_id": draft.reverses_id,
                "staged_by": unit.actor,
                "staged_at": unit.now,
            },
        )
        _onward(unit, correction_id, route, hold, asked)
    return ids


def _onward(unit: Unit, correction_id: str, route: str, hold: timedelta, asked: Collection[str]) -> None:
    if asked:
        why = " ".join(approval.WORDS[kind] for kind in asked)
        outbox.move(unit, correction_id, "awaiting-approval", why)
    elif route == "by-hand":
        outbox.move(unit, correction_id, "by-hand", "This system takes such a correction only by hand.")
    elif hold:
        until = datetime.fromisoformat(unit.now) + hold
        outbox.move(unit, correction_id, "held", held_until=iso_stamp(until))


def _inverse(draft: Draft) -> dict[str, Any]:
    kind = kinds.KINDS[draft.kind].inverse
    if draft.kind == kinds.CREATE_CHARGE:
        return {"kind": kind, "changes": [{"field": "status", "before": "ready", "after": "void"}]}
    if draft.kind == kinds.VOID_CHARGE:
        return {"kind": kind, "changes": []}  # filled from the voided charge when it is asked for
    return {"kind": kind, "changes": [asdict(change) for change in kinds.turned_round(draft.changes)]}


def _base(connection: Connection, draft: Draft) -> tuple[str | None, bytes | None]:
    if draft.target is None:
        return None, None
    kind, _, source_id = draft.target.partition("/")
    query = select(raw_records.c.version, raw_records.c.payload).where(
        raw_records.c.connection_id == draft.connection_id,
        raw_records.c.kind == kind,
        raw_records.c.source_id == source_id,
        raw_records.c.is_current == 1,
    )
    row = connection.execute(query).one_or_none()
    return (row.version, row.payload) if row else (None, None)
