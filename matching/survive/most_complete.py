"""The fuller form where one value contains the other: a middle name before an initial, a date before a year."""

from __future__ import annotations

from matching.plan import Plan
from matching.survive._base import Candidate, SurvivorshipRule


def _keep(field: str, candidates: list[Candidate], plan: Plan) -> list[Candidate]:
    return [
        one
        for one in candidates
        if not any(
            len(other.compared) > len(one.compared) and _contains(other.compared, one.compared) for other in candidates
        )
    ]


def _contains(longer: str, shorter: str) -> bool:
    return longer.startswith(shorter) or longer.endswith(shorter)


RULE = SurvivorshipRule(id="most_complete", order=40, words="most complete", keep=_keep)
