"""The system that owns this field, as the practice says, comes first."""

from __future__ import annotations

from matching.plan import Plan
from matching.survive._base import Candidate, SurvivorshipRule


def _keep(field: str, candidates: list[Candidate], plan: Plan) -> list[Candidate]:
    first = min(one.rank for one in candidates)
    return [one for one in candidates if one.rank == first]


RULE = SurvivorshipRule(id="owner", order=10, words="from the system that owns this field", keep=_keep)
