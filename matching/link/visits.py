"""Records of one visit: encounters entered twice, and bookings with the visits they led to (catalogue 4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from matching.case import Context, Visit
from matching.link.assign import assign
from matching.records import Appointment, Encounter, Moment

TWICE_WITHIN = timedelta(minutes=30)
ACCEPT = 0.75


def visits_of(encounters: Sequence[Encounter], appointments: Sequence[Appointment], ctx: Context) -> list[Visit]:
    """The visits of one person, in order of time. A repeat of an encounter stands on the visit it repeats."""
    real = sorted((e for e in encounters if e.status != "entered_in_error"), key=_when)
    visits: list[Visit] = []
    for encounter in real:
        twin = next((v for v in visits if v.encounter and is_repeat(v.encounter, encounter, ctx)), None)
        if twin is not None:
            twin.repeats.append(encounter)
        else:
            visits.append(Visit(encounter=encounter))
    booked = sorted((a for a in appointments if a.status != "entered_in_error" and not a.resource_only), key=_when)
    scores = {
        (i, j): score
        for i, visit in enumerate(visits)
        for j, appointment in enumerate(booked)
        if visit.encounter and (score := score_of(visit.encounter, appointment, ctx)) >= ACCEPT
    }
    found = assign(scores, len(visits), len(booked))
    for i, j in found.items():
        visits[i].appointment = booked[j]
    alone = [Visit(appointment=a) for j, a in enumerate(booked) if j not in found.values()]
    return sorted(visits + alone, key=lambda v: _when(v.encounter or v.appointment))


def is_repeat(first: Encounter, second: Encounter, ctx: Context) -> bool:
    """Whether one system holds the same visit a second time: same record, provider, type and (nearly) start."""
    if first.ref.system != second.ref.system or first.status != second.status or first.cls != second.cls:
        return False
    if first.patient != second.patient or first.type != second.type or first.start is None or second.start is None:
        return False
    if _providers(first, ctx) != _providers(second, ctx) or first.start.on != second.start.on:
        return False
    return abs(_stamp(first.start) - _stamp(second.start)) <= TWICE_WITHIN and first.start.at is not None


def score_of(encounter: Encounter, appointment: Appointment, ctx: Context) -> float:
    """How well a booking fits a visit, 0 to 1: 0.40 time, 0.20 provider, 0.15 place, 0.15 type, 0.10 status."""
    if encounter.appointment is not None and encounter.appointment == appointment.ref:
        return 1.0
    providers = _providers(encounter, ctx)
    same = (
        0.5 if not providers or appointment.provider is None else float(ctx.provider(appointment.provider) in providers)
    )
    place = 0.5
    if encounter.location and appointment.location and encounter.location.system == appointment.location.system:
        place = float(encounter.location == appointment.location)
    happened = encounter.status in ("finished", "in_progress", "arrived")
    kept = appointment.status in ("fulfilled", "arrived")
    status = 1.0 if happened == kept else 0.8 if happened and appointment.status == "booked" else 0.2
    return 0.40 * _time(encounter.start, appointment.start) + 0.20 * same + 0.15 * place + 0.15 * 0.5 + 0.10 * status


def _time(a: Moment | None, b: Moment | None) -> float:
    if a is None or b is None:
        return 0.0
    if a.at is None or b.at is None:
        return 0.4 if a.on == b.on else 0.3 if abs((a.on - b.on).days) == 1 else 0.0
    apart = abs(_stamp(a) - _stamp(b))
    if apart <= timedelta(minutes=5):
        return 1.0
    if apart <= timedelta(minutes=30):
        return 0.9
    if apart <= timedelta(hours=4):
        return 0.6
    return 0.4 if a.on == b.on else 0.0


def _providers(encounter: Encounter, ctx: Context) -> frozenset[str]:
    return frozenset(ctx.provider(role.provider) for role in encounter.providers if role.provider)


def _stamp(moment: Moment) -> datetime:
    return (
        datetime.combine(moment.on, moment.at)
        if moment.at
        else datetime(moment.on.year, moment.on.month, moment.on.day)
    )


def _when(record: Encounter | Appointment | None) -> tuple[str, str]:
    assert record is not None
    return (_stamp(record.start).isoformat() if record.start else "", str(record.ref))
