"""A charge under another provider than the one who saw the patient."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Change, Finding, Rule
from matching.rules._difference import difference
from matching.rules._shared import BASIS_NONE, _provider_in, worth_of

STAND_INS = frozenset({"Q5", "Q6"})
"""Modifiers that say: another provider stood in."""


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line; supervising and attending providers of the visit are right too."""
    for visit in case.visits:
        if visit.encounter is None:
            continue
        seen = {ctx.provider(role.provider) for role in visit.encounter.providers if role.provider}
        for line in visit.lines:
            if line.rendering is None or not seen or STAND_INS & set(line.modifiers):
                continue
            if ctx.provider(line.rendering) in seen:
                continue
            right = _provider_in(visit.provider, line.ref.system, ctx)
            cents, basis = (line.amount, "fee") if line.amount else worth_of(line.code, ctx)
            yield difference(
                case, ctx, RULE.id, visit, line,
                (Change("rendering", line.rendering.local, right),) if right else (),
                severity="high", confidence=0.9, cents=cents or 0, basis=basis if cents else BASIS_NONE,
                facts={"a": ctx.name_of(visit.provider), "b": ctx.name_of(line.rendering)},
            )  # fmt: skip


RULE = Rule("mm-rendering", "c", "high", find, 91)
