"""Two or more records of one person in one system, or records that may be one person and wait for somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from matching.case import Case, Context, PairEvidence
from matching.findings import Evidence, Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.records import Patient, Ref

PAIR = "pair"
"""The fact `what` of a finding about two records that are not one person (yet)."""


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per person and system. Records that were merged there already are not raised."""
    by_origin: defaultdict[str, list[Patient]] = defaultdict(list)
    for patient in case.patients:
        if not patient.merged_into and patient.active is not False:
            by_origin[case.origin(patient.ref)].append(patient)
    for records in by_origin.values():
        if len(records) > 1:
            yield _finding(case, tuple(sorted(p.ref for p in records)))


def _finding(case: Case, refs: tuple[Ref, ...]) -> Finding:
    within = [pair for pair in case.pairs if pair.a in refs and pair.b in refs]
    best = max(within, key=lambda pair: pair.probability, default=None)
    probability = min((pair.probability for pair in within), default=_weakest(case))
    return finding_of(case, refs, best, probability)


def finding_of(
    case: Case, refs: tuple[Ref, ...], best: PairEvidence | None, probability: float, who: tuple[str, ...] = ()
) -> Finding:
    """The finding for a group of one person's records, or for a pair that waits for an answer.

    A group is known by its first record, so that it stays itself when another record joins; a pair, whose records are
    two persons still, by both. `who` is what the records of a pair say of who they are: an answer holds until that
    changes.
    """
    is_group = all(any(patient.ref == ref for patient in case.patients) for ref in refs)
    stops = tuple(
        dict.fromkeys(stop for pair in case.pairs if pair.a in refs and pair.b in refs for stop in pair.stops)
    )
    return Finding(
        rule=RULE.id,
        key=finding_key(RULE.id, *map(str, refs[:1] if is_group else refs)),
        subjects=refs,
        severity="medium",
        confidence=round(probability, 4),
        person=case.person,
        facts={
            "count": str(len(refs)),
            "systems": ", ".join(dict.fromkeys(case.origin(ref) for ref in refs)),
            "tier": best.tier if best else "strong",
            **({} if is_group else {"what": PAIR}),
            **({"reason": best.reason} if best and best.reason else {}),
            **({"stops": "; ".join(stops)} if stops else {}),
            **({"index": best.index} if best and best.index else {}),
        },
        evidence=tuple(Evidence("record", ref.id, ref) for ref in refs),
        proposal=Proposal("fold_patient", refs[-1]),
        probability=round(probability, 6),
        weights=best.weights if best else (),
        fingerprint=evidence_fingerprint(*refs, *(_identity(p) for p in case.patients if p.ref in refs), *who),
    )


def _weakest(case: Case) -> float:
    return min((pair.probability for pair in case.pairs), default=0.99)


def _identity(patient: Patient) -> str:
    fields = (patient.given_name, patient.family_name, patient.birth_date, patient.sex, patient.ssn, patient.phone)
    return "|".join("" if field is None else str(field) for field in fields)


RULE = Rule("duplicate-patient", "patients", "medium", find, 0)
