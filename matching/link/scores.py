"""How well a bill fits a visit (catalogue 4.2), part by part."""

from __future__ import annotations

from dataclasses import dataclass

from matching.case import Bill, Case, Context, Visit
from matching.codes import family, is_evaluation
from matching.link.services import documented_codes
from matching.records import Encounter

UNKNOWN = 0.5
_HELPING = frozenset({"supervising", "attending", "resource"})
_PLACE_OF_CLASS = {
    "ambulatory": "office", "nurse": "office", "virtual": "telehealth", "phone": "telehealth", "home": "home",
    "inpatient": "hospital", "observation": "hospital", "emergency": "hospital",
}  # fmt: skip
_PLACE_OF_POS = {
    **dict.fromkeys(("11", "17", "20", "49", "50", "71", "72"), "office"),
    **dict.fromkeys(("02", "10"), "telehealth"),
    **dict.fromkeys(("12", "13", "14"), "home"),
    **dict.fromkeys(("19", "21", "22", "23", "24", "61"), "hospital"),
}


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a score, each 0 to 1; `link` is how sure the two patient records are one person."""

    date: float
    provider: float
    place: float = UNKNOWN
    codes: float = UNKNOWN
    diagnoses: float = UNKNOWN
    references: float = UNKNOWN
    link: float = 1.0

    @property
    def total(self) -> float:
        """0.35 date, 0.20 provider, 0.10 place, 0.20 codes, 0.10 diagnoses, 0.05 references, times the link."""
        return self.link * (
            0.35 * self.date + 0.20 * self.provider + 0.10 * self.place + 0.20 * self.codes
            + 0.10 * self.diagnoses + 0.05 * self.references
        )  # fmt: skip


def score_parts(bill: Bill, visit: Visit, case: Case, ctx: Context) -> Parts:
    """The parts for one bill and one visit that has an encounter."""
    encounter = visit.encounter
    assert encounter is not None
    return Parts(
        date=date_part(bill, visit),
        provider=provider_part(bill, visit, ctx),
        place=_place_part(bill, encounter, ctx),
        codes=_codes_part(bill, visit),
        diagnoses=diagnoses_part(bill, visit),
        references=_references_part(bill, visit),
        link=_link_of(bill, visit, case),
    )


def days_apart(bill: Bill, visit: Visit) -> int:
    """Days between the bill's and the visit's local days; 0 where they overlap, 999 where one is unknown."""
    first, last = visit.on, visit.last_on
    if bill.on is None or bill.last_on is None or first is None or last is None:
        return 999
    if bill.on <= last and bill.last_on >= first:
        return 0
    return min(abs((bill.on - last).days), abs((first - bill.last_on).days))


def date_part(bill: Bill, visit: Visit) -> float:
    """1.0 inside the visit's local days, 0.9 where only the UTC day differs, 0.6 next day, 0.2 up to three days."""
    days = days_apart(bill, visit)
    if days == 0:
        return 1.0
    starts = [encounter.start for encounter in visit.encounters if encounter.start]
    if days == 1 and any(start.utc_on not in (None, start.on) and bill.on == start.utc_on for start in starts):
        return 0.9
    return 0.6 if days == 1 else 0.2 if days <= 3 else 0.0


def provider_part(bill: Bill, visit: Visit, ctx: Context) -> float:
    """Same provider 1.0, one in a supporting role 0.8, same group and specialty 0.4, unknown 0.5, else 0."""
    roles = {
        ctx.provider(role.provider): role.role
        for encounter in visit.encounters
        for role in encounter.providers
        if role.provider
    }
    if bill.first.rendering is None or not roles:
        return UNKNOWN
    billed = ctx.provider(bill.first.rendering)
    if billed in roles:
        return 0.8 if roles[billed] in _HELPING else 1.0
    if bill.first.supervising is not None and ctx.provider(bill.first.supervising) in roles:
        return 0.8
    group, specialty = ctx.specialty(bill.first.rendering)
    seen = [ctx.specialty(r.provider) for e in visit.encounters for r in e.providers if r.provider]
    is_colleague = bool(specialty) and any(
        other == specialty and (not group or not their_group or group == their_group) for their_group, other in seen
    )
    return 0.4 if is_colleague else 0.0


def diagnoses_part(bill: Bill, visit: Visit) -> float:
    """One full code in common 1.0, one category 0.6, unknown 0.5, none 0."""
    billed = {d.code for line in bill.lines for d in line.diagnoses}
    known = {d.code for encounter in visit.encounters for d in encounter.diagnoses}
    if not billed or not known:
        return UNKNOWN
    if billed & known:
        return 1.0
    return 0.6 if {code[:3] for code in billed} & {code[:3] for code in known} else 0.0


def _place_part(bill: Bill, encounter: Encounter, ctx: Context) -> float:
    here, there = bill.first.location, encounter.location
    if here is not None and (here == there or (ctx.place(here) and ctx.place(here) == ctx.place(there))):
        return 1.0
    billed = _PLACE_OF_POS.get(bill.first.pos or "", "")
    seen = _PLACE_OF_CLASS.get(encounter.cls or "", "")
    if not billed or not seen:
        return UNKNOWN
    if billed == seen:
        return 0.7
    return 0.0 if {billed, seen} == {"office", "hospital"} and encounter.cls in ("inpatient", "ambulatory") else UNKNOWN


def _codes_part(bill: Bill, visit: Visit) -> float:
    if bill.codes & known_codes(visit):
        return 1.0
    families = {family(code) for code in bill.codes}
    cls = visit.encounter.cls if visit.encounter else None
    if any(is_evaluation(code) for code in bill.codes):
        is_stay = cls in ("inpatient", "observation", "emergency")
        return 0.8 if ("hospital" in families) == is_stay else 0.0
    return 0.8 if "psychotherapy" in families and cls in ("ambulatory", "virtual") else UNKNOWN


def known_codes(visit: Visit) -> set[str]:
    """Codes that the documentation of a visit names, and those that its services were billed with before."""
    return documented_codes(visit) | {service.code for service in visit.services}


def _references_part(bill: Bill, visit: Visit) -> float:
    """Bare visit numbers of two systems prove nothing, but equal ones do not meet by chance often."""
    number = bill.first.visit_number
    numbers = {encounter.visit_number for encounter in visit.encounters if encounter.visit_number}
    return 1.0 if number and number in numbers else UNKNOWN


def _link_of(bill: Bill, visit: Visit, case: Case) -> float:
    billed, seen = bill.first.patient, {encounter.patient for encounter in visit.encounters}
    if billed in seen:
        return 1.0
    told = [p.link_probability for p in case.patients if p.link_probability is not None and p.ref in {billed, *seen}]
    return min(told, default=1.0)
