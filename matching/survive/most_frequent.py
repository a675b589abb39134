"""The value that most records hold."""

from __future__ import annotations

from collections import Counter

from matching.plan import Plan
from matching.survive._base import Candidate, SurvivorshipRule


def _keep(field: str, candidates: list[Candidate], plan: Plan) -> list[Candidate]:
    counts = Counter(one.compared for one in candidates)
    most = max(counts.values())
    return [one for one in candidates if counts[one.compared] == most]


RULE = SurvivorshipRule(id="most_frequent", order=30, words="held by most records", keep=_keep)
