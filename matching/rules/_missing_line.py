"""What the rules of missing lines share: a service with a code of its own, or with codes learned for its kind."""

from __future__ import annotations

from collections.abc import Iterable

from matching.case import Case, Context, Expected, Visit
from matching.codes import family, is_kin
from matching.findings import Evidence, Finding, Proposal, evidence_fingerprint, finding_key
from matching.learn import event_key
from matching.records import Ref, ServiceEvent
from matching.rules._shared import (
    billing_system,
    day,
    draft_changes,
    due_events,
    is_billed_nearby,
    line_evidence,
    visit_evidence,
    worth_of,
)


def missing_by_code(case: Case, ctx: Context, rule: str, kind: str) -> Iterable[Finding]:
    """Services that name their billing code and are on no bill; the same code twice on one visit is one service."""
    seen: set[tuple[Ref, str]] = set()
    for visit, event in due_events(case, ctx, kind):
        if not event.code or (visit.ref, event.code) in seen:
            continue
        seen.add((visit.ref, event.code))
        if not is_billed_nearby(case, event.code, visit.on) and not _is_billed_as_kin(visit, event.code):
            yield finding(case, ctx, rule, visit, event, Expected(event.code, 0.95, 0))


def missing_by_history(case: Case, ctx: Context, rule: str, kind: str, families: frozenset[str]) -> Iterable[Finding]:
    """Services without a code of their own, by what was billed with them before; one finding per code and visit."""
    seen: set[tuple[Ref, str]] = set()
    for visit, event in due_events(case, ctx, kind):
        for row in ctx.practice.crosswalk.get(event_key(event), ()):
            if family(row.code) not in families or (visit.ref, row.code) in seen:
                continue
            seen.add((visit.ref, row.code))
            if not is_billed_nearby(case, row.code, visit.on):
                yield finding(case, ctx, rule, visit, event, row)


def finding(  # noqa: PLR0917  (the case, then what is missing)
    case: Case, ctx: Context, rule: str, visit: Visit, event: ServiceEvent, row: Expected
) -> Finding:
    """One missing line on a visit."""
    cents, basis = worth_of(row.code, ctx)
    learned = (Evidence("learned from", f"{row.seen} earlier visits", event.ref),) if row.seen else ()
    return Finding(
        rule=rule,
        key=finding_key(rule, str(visit.ref), row.code),
        subjects=(visit.ref, event.ref),
        severity="medium",
        confidence=row.confidence,
        person=case.person,
        on=visit.on,
        at_risk_cents=cents,
        at_risk_basis=basis,
        facts={"event": event.name or row.code, "dos": day(visit.on), "code": row.code},
        evidence=(
            Evidence("service", event.name or row.code, event.ref),
            *learned,
            *visit_evidence(visit, ctx),
            *(e for line in visit.lines for e in line_evidence(line, ctx)[:1]),
        ),
        proposal=Proposal(
            "create_charge_draft",
            changes=draft_changes(case, visit, ctx, row.code),
            system=billing_system(case, ctx, visit),
        ),
        fingerprint=evidence_fingerprint(event.ref, row.code, visit.on),
    )


def _is_billed_as_kin(visit: Visit, code: str) -> bool:
    """Whether a near code that nothing documents stands on the bill: then the code differs, it is not missing."""
    documented = {event.code for event in visit.events}
    return any(line.code and line.code not in documented and is_kin(line.code, code) for line in visit.lines)
