"""A visit as the day page shows it: its records and charges, the four stages, how late and how much."""

from __future__ import annotations

from datetime import date
from typing import Any

from matching.case import Case, Context, Visit
from matching.due import is_billable, is_charged, is_due, is_in_question
from matching.link.scores import known_codes
from matching.money import worth_of_lines, worth_of_visit
from matching.records import Ref

DONE, GAP, ODD, LATER = "done", "gap", "odd", "later"


def visit_row(case: Case, visit: Visit, ctx: Context) -> dict[str, Any]:
    """The row of the visits table."""
    records = (*visit.encounters, *((visit.appointment,) if visit.appointment else ()), *visit.bookings)
    charges = [
        {"ref": str(line.ref), "score": round(score, 3), "how": how}
        for bill, score, how in visit.bills
        for line in bill.lines
    ]
    return {
        "id": str(visit.ref),
        "person_id": case.person,
        "on_date": str(visit.on) if visit.on else None,
        "members": [str(record.ref) for record in records],
        "charges": charges,
        "summary": _summary(case, visit, ctx),
    }


def _summary(case: Case, visit: Visit, ctx: Context) -> dict[str, Any]:
    encounter = visit.encounter
    start = encounter.start if encounter else None
    stage = {"visit": DONE if visit.happened else LATER, "charge": _charge_stage(case, visit, ctx)}
    stage |= {"claim": _claim_stage(case, visit), "paid": LATER}
    cents, basis = worth_of_lines(visit.lines, ctx) if visit.lines else worth_of_visit(visit, known_codes(visit), ctx)
    return {
        "time": start.at.strftime("%H:%M") if start and start.at else "",
        "patients": sorted({str(record.patient) for record in visit.encounters if record.patient}),
        "provider": ctx.name_of(visit.provider),
        "visit_type": (encounter.type or encounter.cls or "") if encounter else "",
        "location": ctx.name_of(encounter.location) if encounter else "",
        "status": encounter.status if encounter else None,
        "is_billable": is_billable(visit, ctx),
        "is_note_open": bool(encounter and encounter.note_status in ("none", "draft")),
        "stage": stage,
        "gap": _gap(stage, visit),
        "lag_days": _lag(visit),
        "worth_cents": cents,
        "worth_basis": basis,
        "codes": sorted({line.code for line in visit.lines if line.code}),
    }


def _charge_stage(case: Case, visit: Visit, ctx: Context) -> str:
    if is_charged(visit):
        return ODD if _is_odd(visit) else DONE
    if is_in_question(case, visit):
        return ODD
    return GAP if is_billable(visit, ctx) and is_due(visit, ctx) else LATER


def _is_odd(visit: Visit) -> bool:
    matched = visit.lines_matched
    is_kin = any(not covered.is_same for covered in matched.covered)
    is_other_day = any(
        not bill.is_span and bill.on and visit.on and visit.last_on and not visit.on <= bill.on <= visit.last_on
        for bill, _, _ in visit.bills
    )
    return is_kin or is_other_day


def _claim_stage(case: Case, visit: Visit) -> str:
    claimed: set[Ref] = {line.charge_id for claim in case.claims for line in claim.lines if line.charge_id}
    lines = visit.lines
    return DONE if lines and all(line.ref in claimed or line.status == "billed" for line in lines) else LATER


def _gap(stage: dict[str, str], visit: Visit) -> str:
    """One word for what is open, empty where nothing is."""
    if stage["charge"] == GAP:
        return "charge"
    if stage["charge"] == ODD:
        return "difference" if visit.bills else "question"
    return "lines" if visit.bills and visit.lines_matched.open_services else ""


def _lag(visit: Visit) -> int | None:
    """Days from the visit to the first entry of a charge."""
    entered: list[date] = [line.entered_at.on for line in visit.lines if line.entered_at]
    return (min(entered) - visit.on).days if entered and visit.on else None
