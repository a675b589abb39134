"""What several rules ask: is a visit billable here and due, what is a code worth, who and when in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from matching.case import BILLABLE_CLASSES, Case, Context, Visit
from matching.findings import Change, Evidence
from matching.learn import is_done_here, is_ours, visit_type
from matching.link.bills import documented_codes
from matching.records import Charge, Ref, ServiceEvent

BASIS_HISTORY, BASIS_FEE, BASIS_NONE = "history", "fee", "none"


def grace_days(visit: Visit, ctx: Context) -> int:
    """How many days its charges may take."""
    is_hospital = visit.encounter is not None and visit.encounter.cls in ("inpatient", "observation", "emergency")
    return int(ctx.settings["charge_grace_days.hospital" if is_hospital else "charge_grace_days.office"])


def is_due(visit: Visit, ctx: Context) -> bool:
    """Whether charges of a visit should be there by now, and their absence would have been seen."""
    on = visit.last_on
    if on is None:
        return False
    signed = visit.encounter.signed_at.on if visit.encounter and visit.encounter.signed_at else None
    through = max(on, signed or on) + timedelta(days=grace_days(visit, ctx))
    return ctx.today > through and ctx.charges_complete(through)


def is_billable(visit: Visit, ctx: Context) -> bool:
    """Whether a visit is one that this practice bills, in a place whose charges we see."""
    encounter = visit.encounter
    if encounter is None or not visit.happened or encounter.cls not in BILLABLE_CLASSES:
        return False
    if encounter.no_charge_reason or not is_ours(visit, ctx.practice.organizations):
        return False
    if encounter.location in ctx.practice.silent_locations:
        return False
    if encounter.note_status in ("none", "draft"):  # not late yet: the note has to be signed first
        return False
    share = ctx.practice.charged_share.get(visit_type(visit))
    if documented_codes(visit):
        return True
    return share >= 0.5 if share is not None else not ctx.practice.documents_codes


def has_held_charge(case: Case, visit: Visit) -> bool:
    """Whether a draft or held charge waits for this visit: then it is not missing."""
    return any(c.status in ("draft", "hold") and c.dos_from == visit.on for c in case.charges)


def due_events(case: Case, ctx: Context, kind: str) -> Iterable[tuple[Visit, ServiceEvent]]:
    """Completed services of a kind, done here, on billed visits that are due."""
    for visit in case.visits:
        if not visit.bills or not is_due(visit, ctx) or not is_ours(visit, ctx.practice.organizations):
            continue
        for event in visit.events:
            if event.kind != kind or event.status != "completed" or event.is_historical:
                continue
            if is_done_here(event, ctx.practice.organizations):
                yield visit, event


def is_billed_nearby(case: Case, code: str, on: date | None) -> bool:
    """Whether some live bill of this person has the code within three days."""
    return any(
        charge.code == code
        and charge.status in ("draft", "hold", "ready", "billed")
        and charge.dos_from is not None
        and on is not None
        and abs((charge.dos_from - on).days) <= 3
        for charge in case.charges
    )


def worth_of(code: str | None, ctx: Context, units: float = 1) -> tuple[int, str]:
    """What a code brings, in cents, and how that is known. The practice's own prices are all that is known here."""
    fee = ctx.practice.fees.get(code or "")
    return (0, BASIS_NONE) if fee is None else (round(fee * units), BASIS_FEE)


def day(on: date | None) -> str:
    """A date as texts carry it."""
    return on.isoformat() if on else "?"


def visit_evidence(visit: Visit, ctx: Context) -> tuple[Evidence, ...]:
    """The visit's side of a difference."""
    found = [Evidence("visit", day(visit.on), visit.ref)]
    if visit.provider is not None:
        found.append(Evidence("seen by", ctx.name_of(visit.provider), visit.provider))
    if visit.encounter and visit.encounter.location:
        found.append(Evidence("place", ctx.name_of(visit.encounter.location), visit.encounter.location))
    codes = sorted(documented_codes(visit))
    if codes:
        found.append(Evidence("documented codes", ", ".join(codes), visit.ref))
    return tuple(found)


def line_evidence(charge: Charge, ctx: Context) -> tuple[Evidence, ...]:
    """The charge's side of a difference."""
    units = "" if charge.units is None else f" x {charge.units:g}"
    entered = f", entered {charge.entered_at.on}" if charge.entered_at else ""
    found = [Evidence("charge", f"{charge.code or '?'}{units} on {day(charge.dos_from)}{entered}", charge.ref)]
    if charge.rendering is not None:
        found.append(Evidence("billed under", ctx.name_of(charge.rendering), charge.rendering))
    return tuple(found)


def billing_system(case: Case, ctx: Context, visit: Visit | None = None) -> str:
    """The system a new charge belongs into: the one that holds this person's charges, else the one that bills."""
    charges = [*(visit.lines if visit else ()), *case.charges]
    if charges:
        return str(charges[0].ref.system)
    ready: list[str] = sorted(name for name, source in ctx.sources.items() if "charges" in source.complete_through)
    return next(iter(ready), "")


def draft_changes(case: Case, visit: Visit, ctx: Context, code: str | None, units: int = 1) -> tuple[Change, ...]:
    """A new charge, prefilled only from what was documented."""
    system = billing_system(case, ctx, visit)
    patient = _patient_in(case, system, visit)
    fields: list[tuple[str, object]] = [
        ("patient", patient.local if patient else None),
        ("dos_from", day(visit.on)),
        ("dos_to", day(visit.on)),
        ("code", code),
        ("units", units),
        ("rendering", _provider_in(visit.provider, system, ctx)),
        ("diagnoses", _ranked(visit)),
        ("visit_number", visit.encounter.visit_number if visit.encounter else None),
        ("visit_number_system", visit.encounter.visit_number_system if visit.encounter else None),
        ("status", "ready"),
    ]
    fee = ctx.practice.fees.get(code or "")
    if fee is not None:
        fields.append(("amount", fee * units))
    return tuple(Change(name, None, value) for name, value in fields if value not in (None, [], "?"))


def _ranked(visit: Visit) -> list[dict[str, object]]:
    codes = [d.code for d in visit.encounter.diagnoses] if visit.encounter else []
    return [{"code": code, "rank": place} for place, code in enumerate(codes, 1)]


def _patient_in(case: Case, system: str, visit: Visit) -> Ref | None:
    for line in visit.lines:
        if line.patient is not None and line.ref.system == system:
            return line.patient
    own = [p.ref for p in case.patients if p.ref.system == system and not p.merged_into and p.active is not False]
    return visit.patient if visit.patient and visit.patient.system == system else next(iter(sorted(own)), None)


def _provider_in(provider: Ref | None, system: str, ctx: Context) -> str | None:
    if provider is None:
        return None
    if provider.system == system:
        return provider.local
    npi = ctx.practice.npi.get(provider)
    return next((r.local for r, n in sorted(ctx.practice.npi.items()) if n == npi and r.system == system), None)
