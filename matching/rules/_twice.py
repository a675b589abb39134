"""Lines that stand for the same service: same person, days, code, modifiers, provider and kind of bill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from matching.case import Case, Context
from matching.findings import Change, Finding, Proposal, evidence_fingerprint, finding_key
from matching.link.bills import LIVE
from matching.money import EXPOSURE, worth_of_lines
from matching.records import Charge
from matching.rules._evidence import day, line_evidence
from matching.rules.mm_dos import differs as is_off_day

REPEATS = frozenset({"76", "77", "91", "59", "XE", "XS", "XP", "XU"})
"""Modifiers that say: done again, or separately."""
INFORMATION = frozenset({"25", "57", "95", "93", "GT", "GQ", "GC", "GE", "GA", "GX", "GY", "GZ", "KX", "QW", "CR"})
"""Modifiers that do not make it another service."""


def surplus(case: Case, ctx: Context, rule: str, severity: str, *, is_cross: bool) -> Iterable[Finding]:
    """One finding per surplus line: the one to give up first, the one to keep second."""
    for lines in repeated(case, ctx):
        kept = lines[0]
        for line in lines[allowed(case, lines) :]:
            if (case.origin(kept.ref) != case.origin(line.ref)) == is_cross:
                yield _finding(case, ctx, rule, severity, line, kept)


def repeated(case: Case, ctx: Context) -> list[list[Charge]]:
    """Groups of lines of one identity, the one to keep first: billed, then linked to a visit, then entered earlier."""
    linked = {
        line.ref for visit in case.visits for bill, _, how in visit.bills if how == "explicit" for line in bill.lines
    }
    # What belongs to a visit of another day only meets others there by its wrong date.
    elsewhere = {line.ref: visit.ref for visit in case.visits for line in visit.lines if is_off_day(visit, line)}
    groups: defaultdict[tuple[object, ...], list[Charge]] = defaultdict(list)
    taken_back: defaultdict[tuple[object, ...], int] = defaultdict(int)
    for line in case.charges:
        if line.status not in LIVE or not line.code or line.dos_from is None or REPEATS & set(line.modifiers):
            continue
        key = (*identity(line, ctx), elsewhere.get(line.ref))
        if (line.amount or 0) < 0 or (line.units or 1) < 0:
            taken_back[key] += 1
        else:
            groups[key].append(line)
    found = []
    for key, lines in groups.items():
        standing = sorted(lines, key=lambda x: _order(x, x.ref in linked))[: len(lines) - taken_back[key]]
        if len(standing) > 1 and len(standing) > allowed(case, standing):
            found.append(standing)
    return found


def identity(line: Charge, ctx: Context) -> tuple[object, ...]:
    """What makes two lines the same service. Facility and professional bills are never the same."""
    telling = tuple(sorted(set(line.modifiers) - INFORMATION))
    return line.dos_from, line.dos_to or line.dos_from, line.code, telling, ctx.provider(line.rendering), line.kind


def allowed(case: Case, lines: list[Charge]) -> int:
    """How many lines of this identity the documentation supports: times of the service, or visits, of that day."""
    first = lines[0]
    on_day = [visit for visit in case.visits if visit.on == first.dos_from]
    times = {
        event.performed_start.at
        for visit in on_day
        for event in visit.events
        if event.code == first.code and event.status == "completed" and event.performed_start
    }
    visits = sum(v.happened and any(first.code in e.type_codes for e in v.encounters) for v in on_day)
    return max(1, len(times), visits)


def _finding(  # noqa: PLR0917  (the case, then the two lines)
    case: Case, ctx: Context, rule: str, severity: str, line: Charge, kept: Charge
) -> Finding:
    is_billed = line.status == "billed"
    proposal = Proposal("void_charge", line.ref, (Change("status", line.status, "void"),))
    return Finding(
        rule=rule,
        key=finding_key(rule, str(line.ref)),
        subjects=(line.ref, kept.ref),
        severity=severity,
        confidence=0.9,
        person=case.person,
        on=line.dos_from,
        at_risk_cents=worth_of_lines([line], ctx)[0] if is_billed else 0,
        at_risk_basis=EXPOSURE if is_billed else "refused as a duplicate",
        facts={
            "a": day(kept.entered_at.on if kept.entered_at else None),
            "b": day(line.entered_at.on if line.entered_at else None),
            "source_a": case.origin(kept.ref),
            "source_b": case.origin(line.ref),
            "who_a": kept.entered_by or "-",
            "who_b": line.entered_by or "-",
            "code": line.code or "",
            "dos": day(line.dos_from),
        },
        evidence=(*line_evidence(kept, ctx), *line_evidence(line, ctx)),
        proposal=proposal if not is_billed else Proposal("task", line.ref, text="void the claim line"),
        fingerprint=evidence_fingerprint(line.ref, kept.ref, line.status),
    )


def _order(line: Charge, is_linked: bool) -> tuple[bool, bool, str, str]:
    entered = line.entered_at.on.isoformat() if line.entered_at else "9999"
    return line.status != "billed", not is_linked, entered, str(line.ref)
