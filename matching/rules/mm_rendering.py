"""A charge under another provider than the one who saw the patient."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Change, Finding, Rule
from matching.money import worth_of_lines
from matching.rules._difference import Difference, difference, link_confidence
from matching.rules._draft import provider_in

STAND_INS = frozenset({"Q5", "Q6"})
"""Modifiers that say: another provider stood in."""
SHARED = frozenset({"FS", "GC", "GE"})
"""Modifiers that say: shared with, or taught by, the one who is billed."""


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line; supervising and attending providers of the visit are right too."""
    for visit in case.visits:
        seen = {ctx.provider(r.provider) for e in visit.encounters for r in e.providers if r.provider}
        if not seen or (visit.encounter and visit.encounter.cls == "nurse"):
            continue
        for line in visit.lines:
            if line.rendering is None or (STAND_INS | SHARED) & set(line.modifiers):
                continue
            performers = {ctx.provider(e.performer) for e in visit.events if e.performer and e.code == line.code}
            if ctx.provider(line.rendering) in seen | performers:
                continue
            right = provider_in(visit.provider, line.ref.system, ctx)
            cents, basis = worth_of_lines([line], ctx)
            found = Difference(
                changes=(Change("rendering", line.rendering.local, right),) if right else (),
                severity=RULE.severity,
                confidence=link_confidence(visit, line),
                cents=cents,
                basis=basis,
                facts={"a": ctx.name_of(visit.provider), "b": ctx.name_of(line.rendering)},
            )
            yield difference(case, ctx, RULE.id, visit, line, found)


RULE = Rule("mm-rendering", "c", "high", find, 91)
