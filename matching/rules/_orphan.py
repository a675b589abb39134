"""What the rules of orphan charges share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from matching.case import NOT_HAPPENED, Bill, Case, Context, Visit
from matching.codes import family, needs_presence
from matching.findings import Proposal
from matching.records import Charge
from matching.rules._candidates import visit_of_candidate

_RESULT_KINDS = frozenset({"in_house_lab", "imaging"})
_NEAR_DAYS = 3


def orphans(case: Case, ctx: Context) -> Iterable[Bill]:
    """Bills that fit no visit of this person, nor one on a record that is probably theirs too."""
    for bill in without_visit(case, ctx):
        if visit_of_candidate(case, bill, ctx) is None:
            yield bill


def without_visit(case: Case, ctx: Context) -> Iterable[Bill]:
    """Bills that fit no visit, although every system that documents visits was read past their day."""
    for bill in case.loose_bills:
        if bill.on is None or bill.first.kind in ("patient_fee", "statistical"):
            continue
        through = bill.on + timedelta(days=int(ctx.settings["charge_grace_days.office"]))
        if ctx.today <= through or not ctx.visits_complete(through):
            continue
        if bill.first.location in ctx.practice.visits_not_loaded or not any(
            needs_visit(line, case, ctx) for line in bill.lines
        ):
            continue
        if not _was_kept(case, bill, ctx):
            yield bill


def needs_visit(line: Charge, case: Case, ctx: Context) -> bool:
    """Whether a line cannot stand without a visit. A test or image may, where no results are read, or near one."""
    code = line.code or ""
    if "26" in line.modifiers or (line.units or 1) < 0 or (line.amount or 0) < 0:
        return False
    if needs_presence(code):
        return True
    if family(code) not in ("lab", "imaging") or not ctx.practice.results_are_read:
        return False
    return not any(
        event.kind in _RESULT_KINDS
        and event.performed_start is not None
        and line.dos_from is not None
        and abs((event.performed_start.on - line.dos_from).days) <= _NEAR_DAYS
        for event in case.events
    )


def missed_visit(case: Case, bill: Bill, ctx: Context) -> Visit | None:
    """A visit of that day that was cancelled or missed, when nothing else took place that day."""
    named = case.near_misses.get(bill.first.ref)
    if named is not None and named[1] == 1.0 and not named[0].happened:
        return named[0]
    same_day = [visit for visit in case.visits if visit.on == bill.on]
    if any(_statuses(visit) & _THERE for visit in same_day):
        return None
    missed = [visit for visit in same_day if _statuses(visit) & NOT_HAPPENED - {"planned"}]
    billed = ctx.provider(bill.first.rendering)
    return next(
        (v for v in missed if not billed or v.provider is None or ctx.provider(v.provider) == billed),
        next(iter(missed), None),
    )


_THERE = frozenset({"finished", "in_progress", "arrived", "fulfilled"})


def _statuses(visit: Visit) -> set[str]:
    records = (*visit.encounters, *((visit.appointment,) if visit.appointment else ()), *visit.bookings)
    return {record.status or "" for record in records}


def _was_kept(case: Case, bill: Bill, ctx: Context) -> bool:
    """A kept booking that day explains the charge: what lacks is the documentation, and that is said elsewhere."""
    billed = ctx.provider(bill.first.rendering)
    return any(
        visit.encounter is None
        and visit.on == bill.on
        and "fulfilled" in _statuses(visit)
        and (not billed or visit.provider is None or ctx.provider(visit.provider) == billed)
        for visit in case.visits
    )


def voiding(line: Charge) -> Proposal:
    """What puts an orphan right once somebody has checked it: the claim, where there is one, has to go too."""
    text = "check, then void the claim" if line.status == "billed" else "check, then void"
    return Proposal("task", line.ref, text=text)
