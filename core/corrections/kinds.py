"""Kinds of correction: what each one means, and what takes it back.

`target` and `other` are Kind/id in the connection that is corrected; changes use the field names of the table format.

| kind            | target                | changes                                              |
|-----------------|-----------------------|------------------------------------------------------|
| update-patient  | the patient           | any people column, active                            |
| keep-patient    | the kept record       | values taken from the folded one, `replaces` + ref   |
| fold-patient    | the folded record     | active -> false, merged_into -> kept (other = kept)  |
| merge-patient   | the folded record     | same, by the server's own merge call (other = kept)  |
| create-charge   | none until it exists  | every field of the new charge (before = None)        |
| amend-charge    | the charge            | any charge field                                     |
| void-charge     | the charge            | status -> void                                       |
| task            | any record            | what a person should find changed; always by hand    |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.connectors._port import FieldChange

UPDATE_PATIENT = "update-patient"
KEEP_PATIENT = "keep-patient"
FOLD_PATIENT = "fold-patient"
MERGE_PATIENT = "merge-patient"
CREATE_CHARGE = "create-charge"
AMEND_CHARGE = "amend-charge"
VOID_CHARGE = "void-charge"
TASK = "task"


@dataclass(frozen=True, slots=True)
class Kind:
    """`inverse` names the kind that takes it back, None where no system offers that."""

    id: str
    inverse: str | None
    words: str


KINDS = {
    kind.id: kind
    for kind in (
        Kind(UPDATE_PATIENT, UPDATE_PATIENT, "Change the patient's data"),
        Kind(KEEP_PATIENT, UPDATE_PATIENT, "Mark the record that is kept"),
        Kind(FOLD_PATIENT, UPDATE_PATIENT, "Fold a duplicate record into the kept one"),
        # A server-side merge moves visits and papers; no system puts them back where they were.
        Kind(MERGE_PATIENT, None, "Merge a duplicate record into the kept one"),
        Kind(CREATE_CHARGE, VOID_CHARGE, "Add a charge"),
        Kind(AMEND_CHARGE, AMEND_CHARGE, "Change a charge"),
        # A voided charge stays void in every ledger we know; it is entered again instead.
        Kind(VOID_CHARGE, CREATE_CHARGE, "Void a charge"),
        Kind(TASK, None, "Do it by hand"),
    )
}


def turned_round(changes: Sequence[FieldChange]) -> tuple[FieldChange, ...]:
    """The same fields, back to what they were."""
    return tuple(replace(change, before=change.after, after=change.before) for change in changes)


def is_same_value(one: object, other: object) -> bool:
    """Whether two stored values mean the same: absent, null and empty all mean unknown; 1 and 1.0 are one number."""
    blank: tuple[object, ...] = (None, "", [], {}, ())
    if one in blank or other in blank:
        return one in blank and other in blank
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return float(one) == float(other)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(is_same_value(a, b) for a, b in zip(one, other, strict=True))
    return one == other
