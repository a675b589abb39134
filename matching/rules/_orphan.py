"""What the rules of orphan charges share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from matching.case import Bill, Case, Context, Visit
from matching.codes import needs_presence
from matching.records import Appointment


def orphans(case: Case, ctx: Context) -> Iterable[Bill]:
    """Bills that fit no visit, although every system that documents visits was read past their day."""
    for bill in case.loose_bills:
        if bill.on is None or bill.first.kind in ("patient_fee", "statistical"):
            continue
        through = bill.on + timedelta(days=int(ctx.settings["charge_grace_days.office"]))
        if ctx.today <= through or not ctx.visits_complete(bill.on):
            continue
        if bill.first.rendering is not None and bill.first.location in ctx.practice.silent_locations:
            continue
        near = case.near_misses.get(bill.first.ref)
        if near is not None and near[1] >= float(ctx.settings["match_review"]) and not near[0].bills:
            continue  # a likely visit is free: which one it belongs to is a question, not an orphan
        if (
            all(line.code and not needs_presence(line.code) for line in bill.lines)
            and not ctx.practice.results_are_read
        ):
            continue  # laboratory and imaging stand alone where results do not come in
        yield bill


def missed_booking(case: Case, bill: Bill) -> Appointment | None:
    """A booking of that day that was cancelled or not kept, when nothing else took place that day."""
    same_day = [v for v in case.visits if v.on == bill.on]
    if any(v.happened or (v.encounter and v.encounter.status in ("in_progress", "arrived")) for v in same_day):
        return None
    if any(v.appointment and v.appointment.status in ("fulfilled", "arrived") for v in same_day):
        return None
    return next((a for a in map(_booking, same_day) if a and a.status in ("noshow", "cancelled")), None)


def _booking(visit: Visit) -> Appointment | None:
    return visit.appointment
