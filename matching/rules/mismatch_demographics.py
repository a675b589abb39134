"""Records of one person in two systems that disagree in substance, not in format."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import product

from matching.case import Case, Context
from matching.clean.addresses import clean_street, clean_zip
from matching.clean.identifiers import clean_sex, clean_ssn
from matching.clean.names import clean_family, clean_name
from matching.findings import Change, Evidence, Finding, Proposal, Rule, evidence_fingerprint, finding_key
from matching.records import Patient, Ref

_SEVERITY = {"birth_date": "high", "ssn": "high", "family_name": "medium", "given_name": "medium", "sex": "medium"}
_NICK_PREFIX = 3


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per system whose records all disagree with the owning system's; its value is proposed.

    Where a system holds several records, what differs between them is the duplicate's to show: only fields in which
    none of them agrees with any of the owner's count here.
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
        if fields:
            yield _finding(case, ctx, owner, other, fields)


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
    return tuple(found)


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


def _finding(case: Case, ctx: Context, a: Patient, b: Patient, fields: tuple[str, ...]) -> Finding:
    names = (*fields, *(("city", "state", "zip") if "street" in fields else ()))
    changes = tuple(
        Change(name, _plain(getattr(b, name)), _plain(getattr(a, name)))
        for name in names
        if _plain(getattr(a, name)) not in (None, _plain(getattr(b, name)))
    )
    evidence = tuple(
        Evidence(name.replace("_", " "), str(_plain(getattr(p, name)) or ""), p.ref) for name in fields for p in (a, b)
    )
    return Finding(
        rule=RULE.id,
        key=finding_key(RULE.id, str(b.ref)),
        subjects=(b.ref, a.ref),
        severity=next((_SEVERITY[name] for name in fields if name in _SEVERITY), "low"),
        confidence=0.85,
        person=case.person,
        facts={
            "fields": ", ".join(name.replace("_", " ") for name in fields),
            "a": case.origin(a.ref),
            "b": case.origin(b.ref),
        },
        evidence=evidence,
        proposal=Proposal("update_patient", b.ref, changes),
        fingerprint=evidence_fingerprint(*(f"{c.field}={c.before}>{c.after}" for c in changes)),
    )


def _ref(patient: Patient) -> Ref:
    return patient.ref


def _rank(origin: str, ctx: Context) -> int:
    """Charting systems own who somebody is, until the practice says otherwise."""
    return 0 if ctx.role(origin) == "ehr" else 1


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


RULE = Rule("mismatch-demographics", "patients", "medium", find, 5)
