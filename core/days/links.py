"""Which charge a person may link to which visit, how well they fit, and what has to change for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.days.state import ref_text
from matching.case import Bill, Case, Context, Visit
from matching.link.scores import Parts, days_apart, score_parts

FAR_DAYS = 30
"""A charge farther from a visit than this is not offered."""
OTHER_SYSTEM = "no-visit-number"
FROM_CLAIM = "from-claim"


@dataclass(frozen=True, slots=True)
class Link:
    """A bill and a visit that may belong together. `is_charge`: the finding is about the visit, the bill is offered."""

    bill: Bill
    visit: Visit
    parts: Parts
    is_charge: bool

    @property
    def id(self) -> str:
        """What the offered side is called."""
        return str(self.bill.first.ref) if self.is_charge else str(self.visit.ref)

    @property
    def cannot(self) -> str:
        """Why it cannot be linked: its line of a claim is corrected by a claim; the visit has no number to name."""
        if self.bill.first.ref.kind == "Claim":
            return FROM_CLAIM
        return "" if _changes(self) else OTHER_SYSTEM


def links_of(subjects: Sequence[Mapping[str, str]], case: Case, ctx: Context) -> list[Link]:
    """Candidates for a finding by its subjects, the best first. Only bills that stand on no visit are offered."""
    names = {ref_text(subject) for subject in subjects[:1]}
    free = [*case.loose_bills, *(question.bill for question in case.questions)]
    about = next((v for v in case.visits if v.encounter and names & {str(e.ref) for e in v.encounters}), None)
    if about is not None:
        found = [Link(bill, about, score_parts(bill, about, case, ctx), is_charge=True)
                 for bill in free if days_apart(bill, about) <= FAR_DAYS]  # fmt: skip
    else:
        mine = [bill for bill in free if names & {str(line.ref) for line in bill.lines}]
        found = [
            Link(bill, visit, score_parts(bill, visit, case, ctx), is_charge=False)
            for bill in mine[:1]
            for visit in case.visits
            if visit.encounter and visit.happened and days_apart(bill, visit) <= FAR_DAYS
        ]
    return sorted(found, key=lambda link: (-round(link.parts.total, 6), days_apart(link.bill, link.visit), link.id))


def as_proposals(link: Link) -> tuple[dict[str, Any], ...]:
    """What is changed in the billing system: every line of the bill names the visit."""
    return tuple(
        {"kind": "link_charge", "target": line.ref.as_json(), "changes": _changes(link), "text": "",
         "system": line.ref.system}
        for line in link.bill.lines
    )  # fmt: skip


def _changes(link: Link) -> list[dict[str, Any]]:
    encounter, first = link.visit.encounter, link.bill.first
    own = next((e for e in link.visit.encounters if e.ref.system == first.ref.system), None)
    if own is not None:
        before = first.encounter.local if first.encounter else None
        return [{"field": "encounter", "before": before, "after": own.ref.local}]
    if encounter is None or not encounter.visit_number:
        return []
    changes = [("visit_number", first.visit_number, encounter.visit_number)]
    if encounter.visit_number_system:
        changes.append(("visit_number_system", first.visit_number_system, encounter.visit_number_system))
    return [{"field": name, "before": before, "after": after} for name, before, after in changes if before != after]
