"""A value that its system marks as verified comes before one that is not."""

from __future__ import annotations

from matching.plan import Plan
from matching.survive._base import Candidate, SurvivorshipRule


def _keep(field: str, candidates: list[Candidate], plan: Plan) -> list[Candidate]:
    return [one for one in candidates if one.verified] or candidates


RULE = SurvivorshipRule(id="verified", order=20, words="verified", keep=_keep)
