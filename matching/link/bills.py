"""Bills to visits (catalogue 4.2, 4.3): explicit links first, then the best total score, then what codes prove."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matching.case import Bill, Case, Context, Visit
from matching.codes import family, is_evaluation
from matching.link.assign import assign
from matching.records import Charge, Encounter

LIVE = frozenset({"draft", "hold", "ready", "billed"})
FAR_DAYS = 45
_UNDOCUMENTED = frozenset({"vaccine", "vaccine-admin", "draw", "lab"})
_PROOF = 0.66


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a score, each 0 to 1."""

    date: float
    provider: float
    place: float = 0.5
    codes: float = 0.5
    diagnoses: float = 0.5
    references: float = 0.5

    @property
    def total(self) -> float:
        """0.35 date, 0.20 provider, 0.10 place, 0.20 codes, 0.10 diagnoses, 0.05 references."""
        return (
            0.35 * self.date + 0.20 * self.provider + 0.10 * self.place + 0.20 * self.codes
            + 0.10 * self.diagnoses + 0.05 * self.references
        )  # fmt: skip


def bills_of(charges: Sequence[Charge]) -> list[Bill]:
    """Charge lines grouped to bills, ordered so that results never depend on the order of the input."""
    groups: defaultdict[tuple[str, ...], list[Charge]] = defaultdict(list)
    for charge in sorted(charges, key=_order):
        if charge.status not in LIVE:
            continue
        key = (charge.ref.system, charge.patient, charge.dos_from, charge.rendering, charge.visit_number,
               charge.encounter, charge.superbill)  # fmt: skip
        groups[tuple(str(part) for part in key)].append(charge)
    return [Bill(tuple(lines)) for lines in groups.values()]


def link_bills(case: Case, ctx: Context) -> None:
    """Put the case's bills on its visits; what fits none stays loose, with its nearest visit."""
    bills = bills_of(case.charges)
    rest = [bill for bill in bills if not _link_explicit(case, bill)]
    candidates = [v for v in case.visits if v.encounter and v.happened and not v.bills]
    rest = _link_by_score(case, candidates, rest, ctx)
    # A second bill of another kind may join a visit that has one already.
    for bill in list(rest):
        best = _best(bill, [v for v in case.visits if v.happened and v.bills], ctx)
        if best and best[1] >= float(ctx.settings["match_auto"]) and _is_rest_of(best[0], bill):
            best[0].bills.append((bill, best[1], "score"))
            rest.remove(bill)
    case.loose_bills = _link_by_codes(case, rest, ctx)
    for bill in case.loose_bills:
        nearest = _best(bill, [v for v in case.visits if v.encounter], ctx)
        if nearest:
            case.near_misses[bill.first.ref] = nearest


def score_parts(bill: Bill, visit: Visit, ctx: Context) -> Parts:
    """How well a bill fits a visit, part by part."""
    encounter = visit.encounter
    assert encounter is not None
    return Parts(
        date=_date_part(bill, visit),
        provider=_provider_part(bill, encounter, ctx),
        codes=_codes_part(bill, visit),
        diagnoses=_diagnoses_part(bill, encounter),
    )


def documented_codes(visit: Visit) -> set[str]:
    """Billing codes that the documentation of a visit names."""
    found = set(visit.encounter.type_codes) if visit.encounter else set()
    return found | {event.code for event in visit.events if event.code and event.status == "completed"}


def _link_explicit(case: Case, bill: Bill) -> bool:
    charge = bill.first
    for visit in case.visits:
        for encounter in (visit.encounter, *visit.repeats):
            if encounter is not None and _names(charge, encounter):
                visit.bills.append((bill, 1.0, "explicit"))
                return True
    return False


def _names(charge: Charge, encounter: Encounter) -> bool:
    if charge.encounter is not None and charge.encounter == encounter.ref:
        return True
    if not charge.visit_number or charge.visit_number != encounter.visit_number:
        return False
    # Equal bare numbers of different assigners are not a match.
    return not charge.visit_number_system or charge.visit_number_system == encounter.visit_number_system


def _link_by_score(case: Case, visits: list[Visit], bills: list[Bill], ctx: Context) -> list[Bill]:
    review, auto = float(ctx.settings["match_review"]), float(ctx.settings["match_auto"])
    scores = {
        (i, j): total
        for i, visit in enumerate(visits)
        for j, bill in enumerate(bills)
        if (total := score_parts(bill, visit, ctx).total) >= review and _within(bill, visit, ctx)
    }
    left = set(range(len(bills)))
    for i, j in assign(scores, len(visits), len(bills)).items():
        if scores[i, j] >= auto:
            visits[i].bills.append((bills[j], scores[i, j], "score"))
            left.discard(j)
    return [bills[j] for j in sorted(left)]


def _link_by_codes(case: Case, bills: list[Bill], ctx: Context) -> list[Bill]:
    """A bill on another day is a visit's all the same when codes, provider and diagnosis prove it and only one fits."""
    left = []
    for bill in bills:
        fits = [v for v in case.visits if v.happened and not v.bills and _is_proven(bill, v, ctx)]
        others = [b for b in bills if b is not bill and fits and _is_proven(b, fits[0], ctx)]
        if len(fits) == 1 and not others:
            fits[0].bills.append((bill, 0.75, "codes"))
        else:
            left.append(bill)
    return left


def _is_proven(bill: Bill, visit: Visit, ctx: Context) -> bool:
    encounter = visit.encounter
    if encounter is None or bill.on is None or visit.on is None or abs((bill.on - visit.on).days) > FAR_DAYS:
        return False
    if encounter.location in ctx.practice.silent_locations:
        return False
    # Codes that no documentation names (draws, vaccines, tests) say nothing about which visit it was.
    billed = {line.code for line in bill.lines if line.code and family(line.code) not in _UNDOCUMENTED}
    known = documented_codes(visit)
    if not billed or len(billed & known) < _PROOF * len(billed | known) or _diagnoses_part(bill, encounter) < 1.0:
        return False
    return _provider_part(bill, encounter, ctx) == 1.0


def _is_rest_of(visit: Visit, bill: Bill) -> bool:
    """Whether a bill carries only what the visit's other bills leave open."""
    billed = {line.code for line in visit.lines}
    return not any(line.code in billed for line in bill.lines)


def _best(bill: Bill, visits: Sequence[Visit], ctx: Context) -> tuple[Visit, float] | None:
    scored = [(v, score_parts(bill, v, ctx).total) for v in visits if v.encounter and _within(bill, v, ctx)]
    return max(scored, key=lambda item: item[1], default=None)


def _within(bill: Bill, visit: Visit, ctx: Context) -> bool:
    return _days_apart(bill, visit) <= int(ctx.settings["dos_window_days"])


def _days_apart(bill: Bill, visit: Visit) -> int:
    first, last = visit.on, visit.last_on
    if bill.on is None or first is None or last is None:
        return 999
    end = bill.first.dos_to or bill.on
    if bill.on <= last and end >= first:
        return 0
    return min(abs((bill.on - last).days), abs((first - end).days))


def _date_part(bill: Bill, visit: Visit) -> float:
    days = _days_apart(bill, visit)
    if days == 0:
        return 1.0
    start = visit.encounter.start if visit.encounter else None
    if days == 1 and start and start.utc_on not in (None, start.on) and bill.on == start.utc_on:
        return 0.9
    return 0.6 if days == 1 else 0.2 if days <= 3 else 0.0


def _provider_part(bill: Bill, encounter: Encounter, ctx: Context) -> float:
    if bill.first.rendering is None or not encounter.providers:
        return 0.5
    billed = ctx.provider(bill.first.rendering)
    roles = {ctx.provider(role.provider): role.role for role in encounter.providers if role.provider}
    if billed not in roles:
        return 0.0
    return 0.8 if roles[billed] in ("supervising", "attending", "resource") else 1.0


def _codes_part(bill: Bill, visit: Visit) -> float:
    billed = {line.code for line in bill.lines if line.code}
    if billed & documented_codes(visit):
        return 1.0
    cls = visit.encounter.cls if visit.encounter else None
    if any(is_evaluation(code) for code in billed):
        fits = any(family(code) == "hospital" for code in billed) == (cls in ("inpatient", "observation"))
        return 0.8 if fits else 0.0
    return 0.5


def _diagnoses_part(bill: Bill, encounter: Encounter) -> float:
    billed = {d.code for line in bill.lines for d in line.diagnoses}
    known = {d.code for d in encounter.diagnoses}
    if not billed or not known:
        return 0.5
    if billed & known:
        return 1.0
    return 0.6 if {code[:3] for code in billed} & {code[:3] for code in known} else 0.0


def _order(charge: Charge) -> tuple[date, str, str]:
    entered = charge.entered_at.on if charge.entered_at else date.max
    return (charge.dos_from or date.max, entered.isoformat(), str(charge.ref))
