"""Of two spellings that differ only in case and accents, the one written with both: García before GARCIA."""

from __future__ import annotations

from matching.plan import Plan
from matching.survive._base import Candidate, SurvivorshipRule


def _keep(field: str, candidates: list[Candidate], plan: Plan) -> list[Candidate]:
    if len({one.compared for one in candidates}) > 1:
        return candidates
    best = max(_care(one.value) for one in candidates)
    return [one for one in candidates if _care(one.value) == best]


def _care(value: str) -> tuple[bool, bool, int]:
    mixed = value != value.upper() and value != value.lower()
    return mixed, not value.isascii(), len(value)


RULE = SurvivorshipRule(id="written_properly", order=45, words="written in full", keep=_keep)
