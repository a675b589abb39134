"""Records of one visit: encounters of several systems, encounters entered twice, and bookings (catalogue 4.1)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from matching.case import Case, Context, Visit
from matching.link.assign import assign
from matching.records import Appointment, Encounter, Moment, Ref

TWICE_WITHIN = timedelta(minutes=30)
ACCEPT = 0.75
FAR_DAYS = 3
"""An explicit link over more days than this is a question, not a link."""
_TOOK_PLACE = frozenset({"finished", "fulfilled"})
_UNDER_WAY = frozenset({"arrived", "in_progress"})
_ASIDE = frozenset({"supervising", "resource"})
_BOOKED = frozenset({"booked", "planned"})
_MODES = {"in_person": "ambulatory", "video": "virtual", "phone": "phone", "group": "ambulatory"}
_COMPATIBLE = (
    frozenset({"ambulatory", "virtual"}), frozenset({"ambulatory", "phone"}), frozenset({"virtual", "phone"}),
    frozenset({"ambulatory", "nurse"}), frozenset({"inpatient", "observation"}),
    frozenset({"emergency", "observation"}),
    frozenset({"emergency", "inpatient"}), frozenset({"ambulatory", "lab_only"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """What an encounter or a booking says about time, people and place, in one form."""

    record: Encounter | Appointment
    origin: str
    start: Moment | None
    end: datetime | None
    providers: frozenset[str]
    aside: frozenset[str]  # of these, who only supervised or was booked as a resource
    location: Ref | None
    place: str
    cls: str
    status: str

    @property
    def is_booking(self) -> bool:
        """Whether it is a booking."""
        return isinstance(self.record, Appointment)


def link_visits(case: Case, ctx: Context) -> None:
    """Give a case its visits, in order of time. A repeat of an encounter stands on the visit it repeats."""
    encounters, repeats = _without_repeats(case, ctx)
    booked = [a for a in sorted(case.appointments, key=_when) if a.status != "entered_in_error" and not a.resource_only]
    records: list[Encounter | Appointment] = [*encounters, *booked]
    slots = [slot_of(record, case, ctx) for record in records]
    case.visits = sorted(
        (_visit(members, score, repeats, ctx) for members, score in _clusters(slots)),
        key=lambda visit: _when(visit.encounter or visit.appointment),
    )
    for visit in case.visits:
        visit.is_insured = bool(case.coverages)


def slot_of(record: Encounter | Appointment, case: Case, ctx: Context) -> Slot:
    """An encounter or a booking in the form that both are compared in."""
    if isinstance(record, Encounter):
        seen = _providers(record, ctx)
        aside = frozenset(ctx.provider(r.provider) for r in record.providers if r.provider and r.role in _ASIDE)
        end, cls = (_stamp(record.end) if record.end and record.end.at else None), record.cls or ""
    else:
        seen, aside = frozenset({ctx.provider(record.provider)} if record.provider else ()), frozenset()
        cls = _MODES.get(record.mode or "", "")
        is_timed = record.start is not None and record.start.at is not None and record.minutes
        end = _stamp(record.start) + timedelta(minutes=record.minutes or 0) if record.start and is_timed else None
    return Slot(record, case.origin(record.ref), record.start, end, seen, aside, record.location,
                ctx.place(record.location), cls, record.status or "")  # fmt: skip


def is_repeat(first: Encounter, second: Encounter, ctx: Context) -> bool:
    """Whether one system holds the same visit a second time: same record, provider, type and (nearly) start."""
    if first.status != second.status or first.cls != second.cls or first.location != second.location:
        return False
    if first.patient != second.patient or first.type != second.type or first.start is None or second.start is None:
        return False
    if first.appointment is not None and second.appointment is not None and first.appointment != second.appointment:
        return False
    if _providers(first, ctx) != _providers(second, ctx) or first.start.on != second.start.on:
        return False
    return abs(_stamp(first.start) - _stamp(second.start)) <= TWICE_WITHIN and first.start.at is not None


def is_explicit(one: Slot, other: Slot) -> bool:
    """Whether the records name each other: the encounter's booking, or one visit number of one assigner."""
    a, b = (other, one) if one.is_booking else (one, other)
    if isinstance(a.record, Encounter) and isinstance(b.record, Appointment):
        return a.record.appointment is not None and a.record.appointment == b.record.ref
    if isinstance(a.record, Encounter) and isinstance(b.record, Encounter):
        x, y = a.record, b.record
        return bool(x.visit_number and x.visit_number_system) and (
            (x.visit_number, x.visit_number_system) == (y.visit_number, y.visit_number_system)
        )
    return False


def score_of(one: Slot, other: Slot) -> float:
    """How well two records fit one visit: 0.40 time, 0.20 provider, 0.15 place, 0.15 type, 0.10 status."""
    return (
        0.40 * _time(one, other) + 0.20 * _provider(one, other) + 0.15 * _place(one, other)
        + 0.15 * _type(one, other) + 0.10 * _status(one, other)
    )  # fmt: skip


def took_place(status: str) -> bool:
    """Whether a status says that the patient was there."""
    return status in _TOOK_PLACE or status in _UNDER_WAY


def _without_repeats(case: Case, ctx: Context) -> tuple[list[Encounter], dict[Ref, list[Encounter]]]:
    kept: list[Encounter] = []
    repeats: defaultdict[Ref, list[Encounter]] = defaultdict(list)
    for encounter in sorted((e for e in case.encounters if e.status != "entered_in_error"), key=_when):
        origin = case.origin(encounter.ref)
        twin = next((e for e in kept if case.origin(e.ref) == origin and is_repeat(e, encounter, ctx)), None)
        if twin is None:
            kept.append(encounter)
        else:
            repeats[twin.ref].append(encounter)
    return kept, repeats


def _clusters(slots: list[Slot]) -> list[tuple[list[Slot], float]]:
    """Slots joined to visits, with each cluster's weakest link. A cluster holds one record per system and kind."""
    parent = list(range(len(slots)))
    keys = [{(slot.origin, slot.is_booking)} for slot in slots]
    weakest = [1.0] * len(slots)

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    # Strongest first: what would put two records of one system together is left out, so a chain breaks at its weakest.
    for score, i, j in sorted(_links(slots), key=lambda link: (-link[0], link[1], link[2])):
        a, b = sorted((root(i), root(j)))
        if a == b or keys[a] & keys[b]:
            continue
        parent[b] = a
        keys[a] |= keys[b]
        weakest[a] = min(weakest[a], weakest[b], score)
    members: defaultdict[int, list[Slot]] = defaultdict(list)
    for i, slot in enumerate(slots):
        members[root(i)].append(slot)
    return [(found, weakest[i]) for i, found in members.items()]


def _links(slots: list[Slot]) -> list[tuple[float, int, int]]:
    """Accepted links between slots of different systems or kinds: explicit ones, then one-to-one by score."""
    groups: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
    for i, slot in enumerate(slots):
        groups[slot.origin, slot.is_booking].append(i)
    links: list[tuple[float, int, int]] = []
    order = sorted(groups)
    for n, one in enumerate(order):
        for other in order[n + 1 :]:
            links += _between(slots, groups[one], groups[other])
    return links


def _between(slots: list[Slot], left: list[int], right: list[int]) -> list[tuple[float, int, int]]:
    named = [(i, j) for i in left for j in right if is_explicit(slots[i], slots[j])]
    links = [(1.0, i, j) for i, j in named if _days_apart(slots[i], slots[j]) <= FAR_DAYS]
    # A record that names its partner is not offered to another one, not even where the link is in doubt.
    bound = {i for pair in named for i in pair}
    left, right = [i for i in left if i not in bound], [j for j in right if j not in bound]
    scores = {
        (m, n): score
        for m, i in enumerate(left)
        for n, j in enumerate(right)
        if _days_apart(slots[i], slots[j]) <= 1 and (score := score_of(slots[i], slots[j])) >= ACCEPT
    }
    return links + [(scores[m, n], left[m], right[n]) for m, n in assign(scores, len(left), len(right)).items()]


def _visit(members: list[Slot], score: float, repeats: dict[Ref, list[Encounter]], ctx: Context) -> Visit:
    by_rank = sorted(members, key=lambda slot: (ctx.role(slot.origin) != "ehr", _when(slot.record)))
    encounters = [slot.record for slot in by_rank if isinstance(slot.record, Encounter)]
    bookings = [slot.record for slot in members if isinstance(slot.record, Appointment)]
    return Visit(
        encounter=encounters[0] if encounters else None,
        repeats=[twin for encounter in encounters for twin in repeats.get(encounter.ref, ())],
        others=encounters[1:],
        appointment=bookings[0] if bookings else None,
        bookings=bookings[1:],
        score=score,
    )


def _days_apart(one: Slot, other: Slot) -> int:
    if one.start is None or other.start is None:
        return 99
    # A stay lasts: what falls inside it is no day away.
    days = abs((one.start.on - other.start.on).days)
    for stay, day in ((one, other.start.on), (other, one.start.on)):
        if stay.start and stay.end and stay.start.on <= day <= stay.end.date():
            return 0
    return days


def _time(one: Slot, other: Slot) -> float:
    a, b = one.start, other.start
    if a is None or b is None:
        return 0.0
    if a.at is None or b.at is None:
        return 0.4 if a.on == b.on else 0.3 if abs((a.on - b.on).days) == 1 else 0.0
    first, second = _stamp(a), _stamp(b)
    if first == second or (_until(one, first) > second and _until(other, second) > first):
        return 1.0
    apart = abs(first - second)
    if apart <= timedelta(minutes=30):
        return 0.9
    if apart <= timedelta(hours=4):
        return 0.6
    return 0.4 if a.on == b.on else 0.0


def _until(slot: Slot, start: datetime) -> datetime:
    return slot.end if slot.end is not None and slot.end > start else start


def _provider(one: Slot, other: Slot) -> float:
    if not one.providers or not other.providers:
        return 0.5
    shared = one.providers & other.providers
    if not shared:
        return 0.0
    # Met only as somebody's supervisor, or as the room or machine that was booked.
    return 0.8 if shared <= one.aside | other.aside else 1.0


def _place(one: Slot, other: Slot) -> float:
    if one.location is None or other.location is None:
        return 0.5
    if one.location == other.location or (one.place and one.place == other.place):
        return 1.0
    # Two systems may write one place in two ways.
    return 0.0 if one.origin == other.origin else 0.5


def _type(one: Slot, other: Slot) -> float:
    if not one.cls or not other.cls:
        return 0.5
    if one.cls == other.cls:
        return 1.0
    return 0.6 if frozenset({one.cls, other.cls}) in _COMPATIBLE else 0.0


def _status(one: Slot, other: Slot) -> float:
    if took_place(one.status) == took_place(other.status) and not {one.status, other.status} & _BOOKED:
        return 1.0
    if {one.status, other.status} <= _BOOKED:
        return 1.0
    return 0.8 if {one.status, other.status} & _BOOKED else 0.2


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
