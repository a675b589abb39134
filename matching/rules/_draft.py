"""A new charge as it is proposed: filled only from what was documented, in the names of the system it goes into."""

from __future__ import annotations

from matching.case import Case, Context, Visit
from matching.findings import Change, Proposal
from matching.records import Ref
from matching.rules._evidence import billing_read, day


def draft(case: Case, ctx: Context, visit: Visit, code: str | None, *, units: float = 1, side: str = "") -> Proposal:
    """The proposal of one new charge. An unknown code stays empty: a person with billing rights chooses it."""
    system = billing_system(case, ctx, visit)
    patient, provider = _patient_in(case, system, visit), provider_in(visit.provider, system, ctx)
    encounter = visit.encounter
    diagnoses = [{"code": d.code, "rank": n} for n, d in enumerate(encounter.diagnoses, 1)] if encounter else []
    is_own = encounter is not None and encounter.ref.system == system
    fee = ctx.practice.fees.get(code or "")
    fields: list[tuple[str, object]] = [
        ("patient", patient.local if patient else None),
        ("encounter", encounter.ref.local if encounter and is_own else None),
        ("visit_number", encounter.visit_number if encounter else None),
        ("visit_number_system", encounter.visit_number_system if encounter else None),
        ("dos_from", day(visit.on)),
        ("dos_to", day(visit.on)),
        ("code", code),
        ("modifiers", [_SIDES[side]] if side in _SIDES else None),
        ("units", units),
        ("amount", round(fee * units) if fee is not None else None),
        ("rendering", provider),
        ("location", encounter.location.local if encounter and encounter.location and is_own else None),
        ("diagnoses", diagnoses),
        ("status", "ready"),
    ]
    changes = tuple(Change(name, None, value) for name, value in fields if value not in (None, [], "?"))
    return Proposal("create_charge_draft", changes=changes, system=system)


_SIDES = {"left": "LT", "right": "RT", "both": "50"}


def billing_system(case: Case, ctx: Context, visit: Visit | None = None) -> str:
    """The connection a new charge belongs into: where this visit's or person's charges are, else the one that bills."""
    charges = [*(visit.lines if visit else ()), *case.charges]
    if charges:
        return str(charges[0].ref.system)
    return next(iter(sorted(billing_read(ctx))), "").partition("#")[0]


def provider_in(provider: Ref | None, system: str, ctx: Context) -> str | None:
    """The same provider as another system calls them; None where it does not know them."""
    if provider is None:
        return None
    if provider.system == system:
        return provider.local
    npi = ctx.practice.npi.get(provider)
    if npi is None:
        return None
    return next((r.local for r, n in sorted(ctx.practice.npi.items()) if n == npi and r.system == system), None)


def _patient_in(case: Case, system: str, visit: Visit) -> Ref | None:
    for line in visit.lines:
        if line.patient is not None and line.ref.system == system:
            return line.patient
    if visit.patient is not None and visit.patient.system == system:
        return visit.patient
    own = [p.ref for p in case.patients if p.ref.system == system and not p.merged_into and p.active is not False]
    return min(own, default=None)
