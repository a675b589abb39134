"""Records that are probably one person but not joined yet: what lacks on one may stand on the other."""

from __future__ import annotations

from matching.case import Bill, Case, Context, Visit
from matching.due import is_billable
from matching.link.bills import names
from matching.link.scores import days_apart, score_parts


def visit_of_candidate(case: Case, bill: Bill, ctx: Context) -> tuple[Visit, Case, float] | None:
    """The uncharged visit on a candidate's record that this bill fits, with the candidate and its probability."""
    found = [
        (score, str(visit.ref), visit, other, probability)
        for other, probability in case.candidates
        for visit in other.visits
        if (score := _fit(bill, visit, other, ctx)) >= float(ctx.settings["match_auto"])
    ]
    if not found:
        return None
    _, _, visit, other, probability = max(found, key=lambda item: (item[0], item[1]))
    return visit, other, probability


def is_charged_on_candidate(case: Case, visit: Visit, ctx: Context) -> bool:
    """Whether a bill without a visit on a candidate's record is probably this visit's."""
    auto = float(ctx.settings["match_auto"])
    return any(_fit(bill, visit, case, ctx) >= auto for other, _ in case.candidates for bill in other.loose_bills)


def has_candidate_visit(case: Case, visit: Visit) -> bool:
    """Whether a candidate's record holds a visit of that day."""
    return any(
        v.encounter and v.on and visit.on and abs((v.on - visit.on).days) <= 1
        for other, _ in case.candidates
        for v in other.visits
    )


def _fit(bill: Bill, visit: Visit, case: Case, ctx: Context) -> float:
    if visit.bills or not is_billable(visit, ctx):
        return 0.0
    if any(names(bill.first, encounter) for encounter in visit.encounters):
        return 1.0
    if days_apart(bill, visit) > int(ctx.settings["dos_window_days"]):
        return 0.0
    return score_parts(bill, visit, case, ctx).total
