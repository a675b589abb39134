"""From a decision to the corrections it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from core.connectors._port import FieldChange
from core.corrections import kinds
from core.corrections.draft import Draft, body_of, can, system_row
from core.corrections.kinds import is_same_value
from core.errors import NotPossible
from matching.records import Ref

_FROM_PROPOSAL = {
    "create_charge_draft": kinds.CREATE_CHARGE,
    "amend_charge": kinds.AMEND_CHARGE,
    "link_charge": kinds.AMEND_CHARGE,
    "move_charge": kinds.AMEND_CHARGE,
    "void_charge": kinds.VOID_CHARGE,
    "update_patient": kinds.UPDATE_PATIENT,
    "fold_patient": kinds.FOLD_PATIENT,
}


def from_proposal(connection: Connection, proposal: Mapping[str, Any], takes: Mapping[str, Any]) -> list[Draft]:
    """The correction that a finding proposes; `takes` replaces proposed values (a completed draft charge)."""
    named = proposal.get("target")
    # A correction goes to a whole record; which line of a claim is meant stands in its finding.
    target = Ref(named["system"], named["kind"], named["id"]) if named else None
    system = system_row(connection, target.system if target else proposal["system"])
    kind = _FROM_PROPOSAL.get(proposal["kind"], kinds.TASK)
    changes = [FieldChange(c["field"], c["before"], takes.get(c["field"], c["after"])) for c in proposal["changes"]]
    known = {change.field for change in changes}
    changes += [FieldChange(name, None, value) for name, value in takes.items() if name not in known]
    if kind == kinds.CREATE_CHARGE and not next((c.after for c in changes if c.field == "code"), None):
        raise NotPossible(
            "The visit's documentation does not settle the code.",
            safe="Nothing was staged.",
            todo="Give the code: --take code=... (a person with billing rights chooses it).",
            code="CM-DEC-04",
        )
    return [
        Draft(kind=kind, connection_id=system["id"], target=target.local if target else None, changes=tuple(changes))
    ]


def same_person(
    connection: Connection, records: Sequence[Ref], keep: Ref, takes: Mapping[str, Sequence[Ref]]
) -> list[Draft]:
    """One kept record per system; every other record of that system is folded into it.

    `takes`: field -> the record whose value is kept, or several whose values stand side by side.

    Where the server merges by itself it is asked to; else the kept record is marked first and the other one closed
    after that is verified, so that a half-way stop never leaves a person without an open record.
    """
    drafts: list[Draft] = []
    for name in dict.fromkeys(ref.system for ref in records):
        members = [ref for ref in records if ref.system == name]
        kept = keep if keep.system == name else members[0]
        folded = [ref for ref in members if ref != kept]
        if not folded:
            continue
        system = system_row(connection, name)
        body = _must_have(connection, system["id"], kept)
        taken = _taken(connection, system["id"], body, kept, takes)
        if can(system, kinds.MERGE_PATIENT):
            if taken:
                drafts.append(
                    Draft(kind=kinds.UPDATE_PATIENT, connection_id=system["id"], target=kept.local, changes=taken)
                )
            drafts += [_fold(connection, system["id"], ref, kept, kind=kinds.MERGE_PATIENT) for ref in folded]
            continue
        replaces = [*(body.get("replaces") or []), *(ref.local for ref in folded)]
        marked = (*taken, FieldChange("replaces", body.get("replaces") or None, replaces))
        drafts.append(
            Draft(
                kind=kinds.KEEP_PATIENT,
                connection_id=system["id"],
                target=kept.local,
                other=folded[0].local,
                changes=marked,
            )
        )
        first = len(drafts) - 1
        drafts += [_fold(connection, system["id"], ref, kept, kind=kinds.FOLD_PATIENT, after=first) for ref in folded]
    return drafts


def _fold(
    connection: Connection, connection_id: int, folded: Ref, kept: Ref, *, kind: str, after: int | None = None
) -> Draft:
    body = _must_have(connection, connection_id, folded)
    changes = (
        FieldChange("active", body.get("active"), False),
        FieldChange("merged_into", body.get("merged_into"), kept.local),
    )
    return Draft(
        kind=kind, connection_id=connection_id, target=folded.local, other=kept.local, changes=changes, after=after
    )


def _taken(
    connection: Connection,
    connection_id: int,
    body: Mapping[str, Any],
    kept: Ref,
    takes: Mapping[str, Sequence[Ref]],
) -> tuple[FieldChange, ...]:
    changes = []
    for name, sources in takes.items():
        values = []
        for source in sources:
            origin = system_row(connection, source.system)["id"] if source.system != kept.system else connection_id
            values.append(body.get(name) if source == kept else _must_have(connection, origin, source).get(name))
        value = values[0] if len(values) == 1 else _side_by_side(values)
        if not is_same_value(value, body.get(name)):
            changes.append(FieldChange(name, body.get(name), value))
    return tuple(changes)


def _side_by_side(values: Sequence[Any]) -> str:
    """Several values of one field as the table format writes them, each once."""
    parts = [part.strip() for value in values if value for part in str(value).split(";")]
    return ";".join(dict.fromkeys(part for part in parts if part))


def _must_have(connection: Connection, connection_id: int, ref: Ref) -> dict[str, Any]:
    body = body_of(connection, connection_id, ref.local)
    if body is None:
        raise NotPossible("One of these records is no longer in the store.", todo="Pull again.", code="CM-DEC-05")
    return body
