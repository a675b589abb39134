"""A code on the bill that is not the documented one, but near it."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Change, Finding, Rule
from matching.learn import CONFIRMED
from matching.money import difference_of
from matching.rules._difference import Difference, difference, link_confidence


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line that stands for a service by family only."""
    for visit in case.visits:
        for covered in visit.lines_matched.covered:
            if covered.is_same or covered.service.confidence < CONFIRMED:
                continue  # a code that history only suggests is no measure for another one
            meant = covered.service.code
            for line in covered.lines:
                cents, basis = difference_of(meant, line.code, ctx)
                found = Difference(
                    changes=(Change("code", line.code, meant),),
                    severity=RULE.severity,
                    confidence=min(0.85, link_confidence(visit, line)),
                    cents=cents,
                    basis=basis,
                    facts={"a": meant, "b": line.code or "", **({"what": "learned"} if covered.service.seen else {})},
                )
                yield difference(case, ctx, RULE.id, visit, line, found)


RULE = Rule("mm-code-vs-documented", "c", "high", find, 93)
