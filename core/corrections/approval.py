"""Which decisions a second person has to agree to before they are sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from core.corrections import kinds

STOP_SIGNS, MERGES, PATIENT_DATA, CHARGES = "stop-signs", "merges", "patient-data", "charges"
BATCH = "batch"
KINDS = (STOP_SIGNS, MERGES, PATIENT_DATA, CHARGES)
"""Merges in spite of a stop sign, all merges, changed patient data, charges: as `approvals.kinds` names them."""

WORDS = {
    STOP_SIGNS: "One person in spite of a stop sign.",
    MERGES: "Two records become one.",
    PATIENT_DATA: "A patient's data changes.",
    CHARGES: "A charge changes.",
    BATCH: "One of many pairs that are accepted together.",
}
"""Why a second person was asked, as the correction's own steps keep it."""

_OF = {
    kinds.UPDATE_PATIENT: PATIENT_DATA,
    kinds.KEEP_PATIENT: MERGES,
    kinds.FOLD_PATIENT: MERGES,
    kinds.MERGE_PATIENT: MERGES,
    kinds.CREATE_CHARGE: CHARGES,
    kinds.AMEND_CHARGE: CHARGES,
    kinds.VOID_CHARGE: CHARGES,
}


def asked_for(
    wanted: Collection[str], *, answer: str, has_stop: bool, staged: Iterable[str], is_batch: bool = False
) -> tuple[str, ...]:
    """Which of the kinds that the practice wants seen twice a decision is; empty: nobody has to agree.

    `answer` is what was decided, `has_stop` whether a stop sign stood on it, `staged` the kinds of its corrections.
    What is accepted together with others is always seen twice.
    """
    found = {_OF[kind] for kind in staged if kind in _OF}
    if answer == "same-person":
        found = {MERGES, STOP_SIGNS} if has_stop else {MERGES}
    asked = tuple(kind for kind in KINDS if kind in found and kind in wanted)
    return (*asked, BATCH) if is_batch else asked
