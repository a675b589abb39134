"""What the documentation of a visit calls for: its own billing codes, and codes that practice history knows."""

from __future__ import annotations

from collections import defaultdict

from matching.case import Case, Context, Expected, Service, Visit
from matching.codes import family
from matching.records import Ref, ServiceEvent

NOT_BOUGHT = frozenset({"state", "patient", "sample"})
"""Sources of a vaccine or drug that the practice did not pay for: only giving it is billed."""
PAST_DAYS = 3
PRODUCTS = frozenset({"vaccine", "drug"})


def attach_events(case: Case) -> None:
    """Put services on their visits: by their own link, else on the only visit of their day."""
    by_ref = {encounter.ref: visit for visit in case.visits for encounter in visit.encounters}
    for event in case.events:
        visit = by_ref.get(event.encounter) if event.encounter else _only_visit(case, event)
        if visit is not None:
            visit.events.append(event)


def is_ours(visit: Visit, organizations: frozenset[Ref]) -> bool:
    """Whether the practice itself provided a visit: hospital stays of others are theirs to bill."""
    behind = visit.encounter.organization if visit.encounter else None
    return behind is None or not organizations or behind in organizations


def is_done_here(event: ServiceEvent, organizations: frozenset[Ref]) -> bool:
    """Whether the practice performed a service itself; a reference laboratory bills its own results."""
    if event.performed_by_us is not None:
        return event.performed_by_us
    behind = event.performer_organization
    return behind is None or not organizations or behind in organizations


def is_real(event: ServiceEvent, organizations: frozenset[Ref]) -> bool:
    """Whether a service was really done, here, and now: not a plan, not history, not somebody else's."""
    return event.status == "completed" and not event.is_historical and is_done_here(event, organizations)


def event_key(event: ServiceEvent) -> str:
    """What a service without a billing code is known by: its kind and its own code."""
    return f"{event.kind}/{event.vaccine_cvx or event.internal_code or ''}"


def documented_codes(visit: Visit) -> set[str]:
    """Billing codes that the documentation of a visit names."""
    found = {code for encounter in visit.encounters for code in encounter.type_codes}
    return found | {event.code for event in visit.events if event.code and event.status == "completed"}


def services_of(visit: Visit, ctx: Context) -> tuple[Service, ...]:
    """One service per code. Codes of giving a vaccine are left out: they are counted, not listed."""
    encounter = visit.encounter
    if encounter is None:
        return ()
    named: defaultdict[str, list[ServiceEvent]] = defaultdict(list)
    learned: defaultdict[tuple[str, str], list[tuple[ServiceEvent, Expected]]] = defaultdict(list)
    for event in sorted(visit.events, key=lambda e: e.ref):
        if not is_real(event, ctx.practice.organizations) or is_past(event, visit):
            continue
        for row in expected_codes(event, ctx):
            if event.code:
                named[row.code].append(event)
            else:
                learned[_kind(event, row.code), row.code].append((event, row))
    # What two kinds of record name by one code (a visit level, a study and its procedure) was done once.
    levels = dict.fromkeys(encounter.type_codes)
    found = [
        Service(code, encounter.ref, "visit", encounter.type or code, tuple(named.pop(code, ()))) for code in levels
    ]
    for code, events in named.items():
        found.append(Service(code, events[0].ref, events[0].kind or "", events[0].name or code, tuple(events)))
    known = {service.code for service in found}
    for (kind, code), rows in learned.items():
        if code not in known:
            event, row = max(rows, key=lambda pair: pair[1].confidence)
            behind = tuple(e for e, _ in rows)
            found.append(Service(code, event.ref, kind, event.name or code, behind, row.confidence, row.seen))
    return tuple(found)


def expected_codes(event: ServiceEvent, ctx: Context) -> tuple[Expected, ...]:
    """The codes that a service should be billed with: its own, else those learned for its kind."""
    rows = (Expected(event.code, 0.95, 0),) if event.code else ctx.practice.crosswalk.get(event_key(event), ())
    kept = (row for row in rows if family(row.code) != "vaccine-admin")
    if event.supply_source in NOT_BOUGHT:
        return tuple(row for row in kept if family(row.code) not in PRODUCTS)
    return tuple(kept)


def is_past(event: ServiceEvent, visit: Visit) -> bool:
    """Whether a service was done long before the visit that lists it: history told, not work done."""
    on, begun = event.performed_start, visit.on
    return on is not None and begun is not None and (begun - on.on).days > PAST_DAYS


def _kind(event: ServiceEvent, code: str) -> str:
    return "specimen_draw" if family(code) == "draw" else event.kind or ""


def _only_visit(case: Case, event: ServiceEvent) -> Visit | None:
    on = event.performed_start.on if event.performed_start else None
    found = [v for v in case.visits if v.encounter and v.on == on]
    return found[0] if len(found) == 1 else None
