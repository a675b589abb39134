"""Which visits should have a charge by now, and where its absence means something (catalogue, section 5)."""

from __future__ import annotations

from datetime import date, timedelta

from matching.case import BILLABLE_CLASSES, Case, Context, Visit
from matching.learn import NEVER_SHARE, visit_type
from matching.link.services import documented_codes, is_ours

_HOSPITAL = frozenset({"inpatient", "observation", "emergency"})
_NOT_THERE = frozenset({"noshow", "cancelled"})
_NO_PROFESSIONAL = frozenset({"facility", "patient_fee"})


def grace_days(visit: Visit, ctx: Context) -> int:
    """How many days its charges may take."""
    is_hospital = visit.encounter is not None and visit.encounter.cls in _HOSPITAL
    return int(ctx.settings["charge_grace_days.hospital" if is_hospital else "charge_grace_days.office"])


def due_through(visit: Visit, ctx: Context) -> date | None:
    """The last day that its charges may come on: grace after the visit, or after its note was signed."""
    on = visit.last_on
    if on is None:
        return None
    signed = visit.encounter.signed_at.on if visit.encounter and visit.encounter.signed_at else None
    office = on + timedelta(days=grace_days(visit, ctx))
    if visit.encounter and visit.encounter.location in ctx.practice.claimed_locations:
        office += timedelta(days=int(ctx.settings["unbilled_days"]))  # a claim goes out later than its charges
    if signed is None or signed <= on:
        return office
    return max(office, signed + timedelta(days=int(ctx.settings["charge_grace_days.unsigned_note"])))


def is_due(visit: Visit, ctx: Context) -> bool:
    """Whether charges of a visit should be there by now, and their absence would have been seen."""
    through = due_through(visit, ctx)
    if through is None or ctx.today <= through or not ctx.charges_complete(through):
        return False
    settled = ctx.practice.settled_through
    return settled is None or visit.on is None or visit.on <= settled


def is_here(visit: Visit, ctx: Context) -> bool:
    """Whether the practice bills what happens there, and into a system that is connected.

    Where bills are only known from claims, nothing is known of those who pay themselves.
    """
    encounter = visit.encounter
    if encounter is None or not is_ours(visit, ctx.practice.organizations):
        return False
    if encounter.location in ctx.practice.claimed_locations and not visit.is_insured:
        return False
    return encounter.location is None or encounter.location not in ctx.practice.silent_locations


def expects_services(visit: Visit, ctx: Context) -> bool:
    """Whether what was done there is billed here: it took place, nobody gave a reason, and its note is not open."""
    encounter = visit.encounter
    if encounter is None or not visit.happened or not is_here(visit, ctx) or encounter.no_charge_reason:
        return False
    if encounter.note_status in ("none", "draft"):  # the note comes first: nothing is late before it is signed
        return False
    if (encounter.group_size or 1) > 1 and visit.appointment and visit.appointment.status in _NOT_THERE:
        return False
    share = ctx.practice.charged_share.get(visit_type(visit))
    return share is None or share >= NEVER_SHARE


def is_billable(visit: Visit, ctx: Context) -> bool:
    """Whether a visit is one that this practice bills as such."""
    encounter = visit.encounter
    if encounter is None or encounter.cls not in BILLABLE_CLASSES or not expects_services(visit, ctx):
        return False
    if visit.provider is not None and visit.provider in ctx.practice.not_billing:
        return False
    share = ctx.practice.charged_share.get(visit_type(visit))
    if encounter.cls == "nurse":
        return share is not None and share >= 0.5
    if documented_codes(visit):
        return True
    return share >= 0.5 if share is not None else not ctx.practice.documents_codes


def is_charged(visit: Visit) -> bool:
    """Whether a professional bill is on it; a facility's bill alone is only half of it."""
    return any(bill.first.kind not in _NO_PROFESSIONAL for bill, _, _ in visit.bills)


def has_held_charge(case: Case, visit: Visit) -> bool:
    """Whether a draft or held charge waits on its day: then it is not missing."""
    return any(c.status in ("draft", "hold") and c.dos_from == visit.on for c in case.charges)


def is_in_question(case: Case, visit: Visit) -> bool:
    """Whether a person is asked if some bill belongs to it."""
    return any(candidate is visit for question in case.questions for candidate, _ in question.visits)
