"""The two sides of a difference, as findings show them."""

from __future__ import annotations

from datetime import date

from matching.case import Case, Context, Visit
from matching.findings import Evidence
from matching.link.services import documented_codes
from matching.records import Charge


def day(on: date | None) -> str:
    """A date as texts carry it."""
    return on.isoformat() if on else "?"


def visit_evidence(visit: Visit, ctx: Context) -> tuple[Evidence, ...]:
    """The visit's side: when, by whom, where, which codes its documentation names, its booking and its note."""
    found = [Evidence("visit", day(visit.on), visit.ref)]
    if visit.provider is not None:
        found.append(Evidence("seen by", ctx.name_of(visit.provider), visit.provider))
    encounter = visit.encounter
    if encounter and encounter.location:
        found.append(Evidence("place", ctx.name_of(encounter.location), encounter.location))
    codes = sorted(documented_codes(visit))
    if codes:
        found.append(Evidence("documented codes", ", ".join(codes), visit.ref))
    if encounter and encounter.note_status:
        signed = f", signed {day(encounter.signed_at.on)}" if encounter.signed_at else ""
        found.append(Evidence("note", f"{encounter.note_status}{signed}", encounter.ref))
    if visit.appointment is not None and encounter is not None:
        found.append(Evidence("booking", visit.appointment.status or "", visit.appointment.ref))
    return tuple(found)


def line_evidence(charge: Charge, ctx: Context) -> tuple[Evidence, ...]:
    """The charge's side: code, units, day, who entered it when, and in whose name."""
    units = "" if charge.units is None else f" x {charge.units:g}"
    modifiers = "".join(f"-{modifier}" for modifier in charge.modifiers)
    by = f" by {charge.entered_by}" if charge.entered_by else ""
    entered = f", entered {charge.entered_at.on}{by}" if charge.entered_at else ""
    what = f"{charge.code or '?'}{modifiers}{units} on {day(charge.dos_from)}{entered}"
    found = [Evidence("charge", what, charge.ref)]
    if charge.rendering is not None:
        found.append(Evidence("billed under", ctx.name_of(charge.rendering), charge.rendering))
    return tuple(found)


def search_evidence(case: Case, visit: Visit, ctx: Context) -> tuple[Evidence, ...]:
    """Where a charge was looked for, how far each system was read, and the bill that came nearest."""
    found = [
        Evidence("searched", f"{name}, read through {through.isoformat()}")
        for name, through in sorted(billing_read(ctx).items())
    ]
    nearest = [
        (score, bill)
        for bill in case.loose_bills
        for candidate, score in [case.near_misses.get(bill.first.ref, (None, 0.0))]
        if candidate is visit
    ]
    if nearest:
        score, bill = max(nearest, key=lambda pair: (pair[0], str(pair[1].first.ref)))
        found.append(Evidence("nearest bill", f"{day(bill.on)}, fits {score:.2f}", bill.first.ref))
    return tuple(found)


def billing_read(ctx: Context) -> dict[str, date]:
    """Systems that bill, and the day each was read through."""
    return {n: s.complete_through["charges"] for n, s in ctx.sources.items() if "charges" in s.complete_through}
