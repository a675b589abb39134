"""A code on the bill that is not the documented one, but near it."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context, Visit
from matching.codes import is_kin
from matching.findings import Change, Finding, Rule
from matching.link.bills import documented_codes
from matching.rules._difference import difference


def find(case: Case, ctx: Context) -> Iterable[Finding]:
    """One finding per line: documented code without a line, line without documentation, and the two are kin."""
    for visit in case.visits:
        if not visit.bills:
            continue
        documented = documented_codes(visit)
        billed = {line.code for line in visit.lines if line.code}
        open_codes = sorted(documented - billed)
        for line in visit.lines:
            code = line.code or ""
            if not code or code in documented:
                continue
            meant = next((known for known in open_codes if is_kin(known, code)), None)
            if meant is None:
                continue
            open_codes.remove(meant)
            a, b = ctx.practice.fees.get(meant), ctx.practice.fees.get(code)
            yield difference(
                case, ctx, RULE.id, visit, line, (Change("code", code, meant),),
                severity="high", confidence=0.85, cents=abs(a - b) if a is not None and b is not None else 0,
                basis="fee" if a is not None and b is not None else "none", facts={"a": meant, "b": code},
            )  # fmt: skip


def is_explained(visit: Visit, code: str) -> bool:
    """Whether a visit's documentation names a code."""
    return code in documented_codes(visit)


RULE = Rule("mm-code-vs-documented", "c", "high", find, 93)
