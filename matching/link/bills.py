"""Bills to visits (catalogue 4.2, 4.3): explicit links, then the best total score, then what codes prove.

How a bill came to its visit: explicit (the charge names it), score, rest (what other bills of the visit leave open),
repeat (a copy of a bill that is on it), span (a bill over several days), codes (another day or provider, but the
contents prove it).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from matching.case import Bill, Case, Context, Question, Visit
from matching.codes import family, is_evaluation
from matching.link.assign import assign
from matching.link.scores import days_apart, diagnoses_part, known_codes, provider_part, score_parts
from matching.link.services import is_ours
from matching.link.visits import took_place
from matching.records import Charge, Encounter

LIVE = frozenset({"draft", "hold", "ready", "billed"})
FAR_DAYS = 45
"""A bill farther from its visit than this is never taken for its bill by what it holds."""
_SAYS_LITTLE = frozenset({"vaccine-admin", "draw"})
_PROOF = 0.66
_PROVEN_SCORE = 0.75


def bills_of(case: Case) -> list[Bill]:
    """Charge lines grouped to bills, ordered so that results never depend on the order of the input."""
    groups: defaultdict[tuple[str, ...], list[Charge]] = defaultdict(list)
    for charge in sorted(case.charges, key=_order):
        if charge.status not in LIVE:
            continue
        key = (case.origin(charge.ref), charge.patient, charge.dos_from, charge.dos_to or charge.dos_from,
               charge.rendering, charge.billing_group, charge.kind, charge.visit_number, charge.encounter,
               charge.superbill)  # fmt: skip
        groups[tuple(str(part) for part in key)].append(charge)
    return [Bill(tuple(lines)) for lines in groups.values()]


def link_bills(case: Case, ctx: Context) -> None:
    """Put the case's bills on its visits. What fits none stays loose; where a person has to choose it is a question."""
    rest = [bill for bill in bills_of(case) if not _link_explicit(case, bill) and not _link_span(case, bill)]
    rest = _link_by_score(case, rest, ctx)
    rest = [bill for bill in rest if not _link_repeat(case, bill, ctx) and not _link_rest(case, bill, ctx)]
    rest = _link_by_codes(case, rest, ctx)
    case.loose_bills = []
    for bill in rest:
        choice = _choice(bill, [visit for visit in case.visits if _is_open(visit) or _is_guess(visit)], case, ctx)
        if choice:
            case.questions.append(Question(bill, choice))
            continue
        case.loose_bills.append(bill)
        nearest = _scored(bill, [visit for visit in case.visits if visit.encounter], case, ctx)
        if nearest:
            case.near_misses.setdefault(bill.first.ref, nearest[0])


def _choice(bill: Bill, free: list[Visit], case: Case, ctx: Context) -> tuple[tuple[Visit, float], ...]:
    """The visits among which a person has to choose: those that fit nearly best, else those that contents prove."""
    scored = _scored(bill, free, case, ctx)
    if scored and scored[0][1] >= float(ctx.settings["match_review"]):
        near = scored[0][1] - float(ctx.settings["match_margin"])
        return tuple((visit, score) for visit, score in scored if score >= near)
    proven = _proven(bill, free, ctx)
    nearest = sorted(proven, key=lambda visit: (days_apart(bill, visit), str(visit.ref)))
    return tuple((visit, score_parts(bill, visit, case, ctx).total) for visit in nearest)


def is_under_way(visit: Visit) -> bool:
    """Whether the patient was there: what is not finished may have its charge already."""
    return any(took_place(encounter.status or "") for encounter in visit.encounters)


def names(charge: Charge, encounter: Encounter) -> bool:
    """Whether a charge names this encounter, as a record or by a visit number of one assigner."""
    if charge.encounter is not None and charge.encounter == encounter.ref:
        return True
    if not charge.visit_number or charge.visit_number != encounter.visit_number:
        return False
    if charge.visit_number_system or encounter.visit_number_system:
        return charge.visit_number_system == encounter.visit_number_system
    return charge.ref.system == encounter.ref.system  # bare numbers only count inside one system


def _link_explicit(case: Case, bill: Bill) -> bool:
    services = {ref for line in bill.lines for ref in line.services}
    for visit in case.visits:
        is_named = any(names(bill.first, encounter) for encounter in visit.encounters)
        if not is_named and not services & {event.ref for event in visit.events}:
            continue
        if not is_under_way(visit):
            # It names a visit that did not happen: the link is right, and that is what is wrong.
            case.near_misses[bill.first.ref] = (visit, 1.0)
            return False
        visit.bills.append((bill, 1.0, "explicit"))
        return True
    return False


def _link_span(case: Case, bill: Bill) -> bool:
    """A bill over several days stands on every visit inside them."""
    inside = [v for v in case.visits if v.encounter and is_under_way(v) and days_apart(bill, v) == 0]
    if not bill.is_span or not inside:
        return False
    for visit in inside:
        visit.bills.append((bill, 1.0, "span"))
    return True


def _link_by_score(case: Case, bills: list[Bill], ctx: Context) -> list[Bill]:
    review, auto = float(ctx.settings["match_review"]), float(ctx.settings["match_auto"])
    visits = [visit for visit in case.visits if _is_open(visit)]
    everything = bills_of(case)
    scores = {}
    for j, bill in enumerate(bills):
        # What stands on another bill of that day too is probably a copy: it is not offered to a visit of another day.
        window = 0 if _is_copy(bill, everything, ctx) else int(ctx.settings["dos_window_days"])
        for i, visit in enumerate(visits):
            days = days_apart(bill, visit)
            if days > window:
                continue
            total = score_parts(bill, visit, case, ctx).total
            if total >= review:
                scores[i, j] = total - 1e-6 * days  # of equal scores the nearer day
    found = assign(scores, len(visits), len(bills))
    left = set(range(len(bills)))
    free = set(range(len(visits))) - set(found)
    for i, j in found.items():
        rivals = [s for k in free if (s := scores.get((k, j), 0.0)) > scores[i, j] - float(ctx.settings["match_margin"])
                  and is_ours(visits[k], ctx.practice.organizations)]  # fmt: skip
        if scores[i, j] >= auto - 1e-5 and not rivals:
            visits[i].bills.append((bills[j], round(scores[i, j], 4), "score"))
            left.discard(j)
    return [bills[j] for j in sorted(left)]


def _link_repeat(case: Case, bill: Bill, ctx: Context) -> bool:
    """A copy of a bill goes where the bill went; that it is one is for the rules of duplicates to say."""
    for visit in case.visits:
        if _is_copy(bill, [known for known, _, _ in visit.bills], ctx):
            visit.bills.append((bill, 1.0, "repeat"))
            return True
    return False


def _link_rest(case: Case, bill: Bill, ctx: Context) -> bool:
    """A further bill joins a visit that has one: another kind of bill, or only what the others leave open."""
    billed = [visit for visit in case.visits if visit.bills and is_under_way(visit)]
    for visit, score in _scored(bill, billed, case, ctx):
        if score < float(ctx.settings["match_auto"]):
            return False
        if _may_join(visit, bill, ctx):
            visit.bills.append((bill, round(score, 4), "rest"))
            return True
    return False


def _may_join(visit: Visit, bill: Bill, ctx: Context) -> bool:
    others = [known for known, _, _ in visit.bills]
    if all(known.first.kind != bill.first.kind for known in others):
        return True  # facility beside professional
    if all("26" in line.modifiers for line in bill.lines):
        return True
    billed = {code for known in others for code in known.codes}
    if bill.codes & billed:
        return False
    is_second_visit = any(is_evaluation(c) for c in bill.codes) and any(
        family(c) == family(d) for c in bill.codes for d in billed if is_evaluation(c)
    )
    return not is_second_visit or bill.codes <= known_codes(visit)


def _link_by_codes(case: Case, bills: list[Bill], ctx: Context) -> list[Bill]:
    """A bill of another day or provider is a visit's all the same when its contents prove it and only one fits."""
    free = [visit for visit in case.visits if _is_open(visit)]
    proven = {bill.first.ref: _proven(bill, free, ctx) for bill in bills}
    left = []
    for bill in bills:
        fits = proven[bill.first.ref]
        rivals = [b for b in bills if b is not bill and any(v is fit for v in proven[b.first.ref] for fit in fits)]
        if len(fits) == 1 and not rivals:
            fits[0].bills.append((bill, _PROVEN_SCORE, "codes"))
        else:
            left.append(bill)
    return left


def _proven(bill: Bill, visits: list[Visit], ctx: Context) -> list[Visit]:
    """Visits whose bill this is by its contents; one of the same day leaves those of other days out."""
    fits = [visit for visit in visits if is_proven(bill, visit, ctx)]
    return [visit for visit in fits if days_apart(bill, visit) == 0] or fits


def is_proven(bill: Bill, visit: Visit, ctx: Context) -> bool:
    """Whether codes and diagnoses agree, and the provider or the day does."""
    encounter = visit.encounter
    if encounter is None or days_apart(bill, visit) > FAR_DAYS:
        return False
    if encounter.location in ctx.practice.silent_locations or not is_ours(visit, ctx.practice.organizations):
        return False
    # Codes that come with many services (draws, giving a vaccine) say nothing about which visit it was.
    billed = {code for code in bill.codes if family(code) not in _SAYS_LITTLE}
    known = {code for code in known_codes(visit) if family(code) not in _SAYS_LITTLE}
    if not billed or len(billed & known) < _PROOF * len(billed | known) or diagnoses_part(bill, visit) < 1.0:
        return False
    return provider_part(bill, visit, ctx) == 1.0 or days_apart(bill, visit) == 0


def _is_open(visit: Visit) -> bool:
    return visit.encounter is not None and is_under_way(visit) and not visit.bills


def _is_guess(visit: Visit) -> bool:
    """Whether the visit's only bills came to it by what they hold: another bill may still be the right one."""
    return visit.encounter is not None and bool(visit.bills) and all(how == "codes" for _, _, how in visit.bills)


def _scored(bill: Bill, visits: list[Visit], case: Case, ctx: Context) -> list[tuple[Visit, float]]:
    """Visits inside the window with their scores, the best first, of equal ones the nearer and earlier."""
    window = int(ctx.settings["dos_window_days"])
    near = [v for v in visits if v.encounter is not None and days_apart(bill, v) <= window]
    scored = [(v, score_parts(bill, v, case, ctx).total) for v in near]
    return sorted(scored, key=lambda item: (-round(item[1], 6), days_apart(bill, item[0]), str(item[0].ref)))


def _is_copy(bill: Bill, others: Sequence[Bill], ctx: Context) -> bool:
    """Whether another bill of the same day and provider holds all its lines too."""
    return any(
        other != bill
        and (other.on, other.last_on, other.first.kind) == (bill.on, bill.last_on, bill.first.kind)
        and ctx.provider(other.first.rendering) == ctx.provider(bill.first.rendering)
        and _contents(bill) <= _contents(other)
        for other in others
    )


def _contents(bill: Bill) -> set[tuple[str, tuple[str, ...]]]:
    return {(line.code or "", tuple(sorted(line.modifiers))) for line in bill.lines}


def _order(charge: Charge) -> tuple[str, str, str]:
    entered = charge.entered_at.on.isoformat() if charge.entered_at else "9999"
    on = charge.dos_from.isoformat() if charge.dos_from else "9999"
    return on, entered, str(charge.ref)
