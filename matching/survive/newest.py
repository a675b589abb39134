"""The value of the record that was updated last; records without a date come last."""

from __future__ import annotations

from matching.plan import Plan
from matching.survive._base import Candidate, SurvivorshipRule


def _keep(field: str, candidates: list[Candidate], plan: Plan) -> list[Candidate]:
    latest = max(one.updated_at for one in candidates)
    return [one for one in candidates if one.updated_at == latest]


RULE = SurvivorshipRule(id="newest", order=50, words="newest", keep=_keep)
