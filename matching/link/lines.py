"""Services of a visit to lines of its bills (catalogue 4.3): 0.60 code, 0.20 day, 0.10 units, 0.10 side."""

from __future__ import annotations

from matching.case import Covered, LineMatch, Service, Visit
from matching.codes import is_kin
from matching.link.assign import assign
from matching.records import Charge

SAME, LEARNED, KIN = 1.0, 0.9, 0.3
_SIDES = {"LT": "left", "RT": "right", "50": "both"}


def match_lines(visit: Visit) -> LineMatch:
    """Which line bills which service. Further lines of a covered code (sides, modifiers, repeats) go with it."""
    services, lines = visit.services, sorted(visit.lines, key=lambda line: line.ref)
    named, billed = {service.code for service in services}, {line.code for line in lines}
    scores = {
        (i, j): score
        for i, service in enumerate(services)
        for j, line in enumerate(lines)
        if (score := _score(service, line, visit, is_kin_allowed=service.code not in billed and line.code not in named))
    }
    pairs = assign(scores, len(services), len(lines))
    taken = set(pairs.values())
    covered = []
    for i, j in sorted(pairs.items()):
        service, line = services[i], lines[j]
        more = [k for k, other in enumerate(lines) if k not in taken and other.code == line.code]
        taken.update(more)
        covered.append(
            Covered(service, (line, *(lines[k] for k in more)), round(scores[i, j], 4), line.code == service.code)
        )
    return LineMatch(
        tuple(covered),
        tuple(service for i, service in enumerate(services) if i not in pairs),
        tuple(line for j, line in enumerate(lines) if j not in taken),
    )


def _score(service: Service, line: Charge, visit: Visit, *, is_kin_allowed: bool) -> float:
    code = line.code or ""
    if code == service.code:
        part = LEARNED if service.seen else SAME
    elif is_kin_allowed and code and is_kin(code, service.code):
        part = KIN
    else:
        return 0.0
    return (
        0.60 * part + 0.20 * _day_part(service, line, visit) + 0.10 * _units_part(service, line)
        + 0.10 * _side_part(service, line)
    )  # fmt: skip


def _day_part(service: Service, line: Charge, visit: Visit) -> float:
    on = service.events[0].performed_start if service.events else None
    return float(line.dos_from == (on.on if on else visit.on))


def _units_part(service: Service, line: Charge) -> float:
    return float((line.units or 1) == max(1, len(service.events)) or (line.units or 1) == 1)


def _side_part(service: Service, line: Charge) -> float:
    sides = {event.body_side for event in service.events} - {None, "none"}
    told = {_SIDES[modifier] for modifier in line.modifiers if modifier in _SIDES}
    return float(not sides or not told or bool(sides & told) or "both" in sides | told)
