"""Records of one person in two systems that disagree in substance, not in format."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import product

from matching.case import Case, Context
from matching.clean.addresses import clean_street, clean_zip
from matching.clean.identifiers import clean_sex, clean_ssn
from matching.clean.names import clean_family, clean_name
from matching.clean.phones import clean_phone
from matching.findings import Change, Evidence, Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.records import Coverage, Patient, Ref

_SEVERITY = {"birth_date": "high", "ssn": "high", "family_name": "medium", "given_name": "medium", "sex": "medium"}
_NICK_PREFIX = 3
_USUALLY = 0.9


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per system whose records all disagree with the owning system's; its value is proposed.

    Where a system holds several records, what differs between them is the duplicate's to show: only fields in which
    none of them agrees with any of the owner's count here. A registration without any chart is one finding too.
    """
    by_origin: defaultdict[str, list[Patient]] = defaultdict(list)
    for patient in case.patients:
        if not patient.merged_into and patient.active is not False:
            by_origin[case.origin(patient.ref)].append(patient)
    origins = sorted(by_origin, key=lambda origin: (_rank(origin, ctx), origin))
    for origin in origins[1:]:
        pairs = list(product(sorted(by_origin[origins[0]], key=_ref), sorted(by_origin[origin], key=_ref)))
        in_all = set.intersection(*(set(differences(owner, other)) for owner, other in pairs))
        owner, other = min(pairs, key=lambda pair: len(differences(*pair)))
        fields = tuple(name for name in differences(owner, other) if name in in_all)
        coverages = other_member_ids(case, origins[0], origin, ctx)
        if fields or coverages:
            yield _finding(case, ctx, owner, other, fields, coverages)
    if len(origins) == 1 and is_without_chart(case, origins[0], ctx):
        yield _without_chart(case, min(by_origin[origins[0]], key=_ref))


def differences(a: Patient, b: Patient) -> tuple[str, ...]:
    """The fields in which two records of one person disagree in substance."""
    found = []
    if a.birth_date and b.birth_date and a.birth_date != b.birth_date:
        found.append("birth_date")
    one, other = clean_ssn(a.ssn or ""), clean_ssn(b.ssn or "")
    if len(one) == len(other) == 9 and one != other:
        found.append("ssn")
    if _family_differs(a, b):
        found.append("family_name")
    if _given_differs(a, b):
        found.append("given_name")
    one, other = clean_sex(a.sex or ""), clean_sex(b.sex or "")
    if one and other and one != other:
        found.append("sex")
    if _address_differs(a, b):
        found.append("street")
    one, other = clean_phone(a.phone or ""), clean_phone(b.phone or "")
    if one and other and one != other:
        found.append("phone")
    return tuple(found)


def other_member_ids(case: Case, owner: str, origin: str, ctx: Context) -> tuple[Coverage, ...]:
    """Insurances of one payer whose member number no record of the other system has: theirs, then the owner's."""
    for theirs in _in_force(case, origin, ctx):
        same_payer = [c for c in _in_force(case, owner, ctx) if _payer(c) == _payer(theirs)]
        if same_payer and all(_member(c) != _member(theirs) for c in same_payer):
            of_payer = [c for c in _in_force(case, origin, ctx) if _payer(c) == _payer(theirs)]
            if not {_member(c) for c in of_payer} & {_member(c) for c in same_payer}:
                return theirs, same_payer[0]
    return ()


def is_without_chart(case: Case, origin: str, ctx: Context) -> bool:
    """Whether a registration has no chart although nearly all have one, and no visit is on its way."""
    if ctx.role(origin) != "pm" or ctx.practice.charted_share < _USUALLY or case.candidates:
        return False
    charting = [source for source in ctx.sources.values() if source.role == "ehr"]
    if not charting or not all("patients" in source.complete_through for source in charting):
        return False
    return not any(a.start is None or a.start.on >= ctx.today for a in case.appointments)


def _in_force(case: Case, origin: str, ctx: Context) -> list[Coverage]:
    return [
        coverage
        for coverage in sorted(case.coverages, key=lambda c: c.ref)
        if case.origin(coverage.ref) == origin
        and coverage.status not in ("cancelled", "entered_in_error", "entered-in-error", "draft")
        and (coverage.end is None or coverage.end >= ctx.today)
        and _payer(coverage)
        and _member(coverage)
    ]


def _payer(coverage: Coverage) -> str:
    name = _letters(coverage.payer_name)
    return name or (str(coverage.payer) if coverage.payer else "")


def _member(coverage: Coverage) -> str:
    return _letters(coverage.member_id)


def _letters(text: str | None) -> str:
    return "".join(letter for letter in (text or "").casefold() if letter.isalnum())


def _family_differs(a: Patient, b: Patient) -> bool:
    one, other = clean_family(a.family_name or "")[0], clean_family(b.family_name or "")[0]
    return bool(one and other) and one.replace(" ", "") != other.replace(" ", "")


def _given_differs(a: Patient, b: Patient) -> bool:
    one, other = (clean_name(p.given_name or "").split(" ")[0] for p in (a, b))
    if not one or not other or one == other:
        return False
    return not (one.startswith(other) or other.startswith(one)) or min(len(one), len(other)) >= _NICK_PREFIX


def _address_differs(a: Patient, b: Patient) -> bool:
    one, other = clean_street(a.street or "")[:2], clean_street(b.street or "")[:2]
    if not all(one) or not all(other):
        return False
    return (one != other and clean_zip(a.zip or "")[:5] != clean_zip(b.zip or "")[:5]) or one[0] != other[0]


def _finding(  # noqa: PLR0917  (the case, the two records, what differs)
    case: Case, ctx: Context, a: Patient, b: Patient, fields: tuple[str, ...], coverages: tuple[Coverage, ...]
) -> Finding:
    names = (*fields, *(("city", "state", "zip") if "street" in fields else ()))
    changes = tuple(
        Change(name, _plain(getattr(b, name)), _plain(getattr(a, name)))
        for name in names
        if _plain(getattr(a, name)) not in (None, _plain(getattr(b, name)))
    )
    evidence = tuple(
        Evidence(name.replace("_", " "), str(_plain(getattr(p, name)) or ""), p.ref) for name in fields for p in (a, b)
    )
    members = tuple(Evidence("member number", c.member_id or "", c.ref) for c in reversed(coverages))
    said = [name.replace("_", " ") for name in fields] + (["member number"] if coverages else [])
    task = Proposal("task", coverages[0].ref, text="check the member number") if coverages else None
    return Finding(
        rule=RULE.id,
        key=finding_key(RULE.id, str(b.ref)),
        subjects=(b.ref, a.ref, *(coverage.ref for coverage in coverages)),
        severity=_SEVERITY.get(next((name for name in _SEVERITY if name in fields), ""), "low"),
        confidence=0.85,
        person=case.person,
        facts={"fields": ", ".join(said), "a": case.origin(a.ref), "b": case.origin(b.ref)},
        evidence=(*evidence, *members),
        proposal=Proposal("update_patient", b.ref, changes) if changes else task,
        fingerprint=evidence_fingerprint(
            *(f"{c.field}={c.before}>{c.after}" for c in changes), *(c.member_id for c in coverages)
        ),
    )


def _without_chart(case: Case, patient: Patient) -> Finding:
    return Finding(
        rule=RULE.id,
        key=finding_key(RULE.id, str(patient.ref)),
        subjects=(patient.ref,),
        severity="low",
        confidence=0.75,
        person=case.person,
        facts={"what": "alone", "b": case.origin(patient.ref)},
        evidence=(Evidence("registration", patient.ref.id, patient.ref),),
        proposal=Proposal("task", patient.ref, text="find the chart, or close the registration"),
        fingerprint=evidence_fingerprint("alone", patient.ref),
    )


def _ref(patient: Patient) -> Ref:
    return patient.ref


def _rank(origin: str, ctx: Context) -> int:
    """Charting systems own who somebody is, until the practice says otherwise."""
    return 0 if ctx.role(origin) == "ehr" else 1


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


RULE = Rule("mismatch-demographics", "patients", "medium", find, 5)
