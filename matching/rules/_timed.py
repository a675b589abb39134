"""Units of timed therapy codes: minutes to units of fifteen, over all timed services of a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from matching.records import ServiceEvent

UNIT_MINUTES, LEAST_MINUTES = 15, 8
TIMED = frozenset({
    "97032", "97033", "97034", "97035", "97036", "97110", "97112", "97113", "97116", "97124", "97129", "97140",
    "97530", "97533", "97535", "97537", "97542", "97750", "97755", "97760", "97761", "97763",
})  # fmt: skip
_MINUTES = frozenset({"min", "mins", "minute", "minutes", "m"})


def units_of(minutes: float) -> int:
    """Units of a number of minutes: 8 to 22 are one, 23 to 37 two, then one more for each fifteen."""
    return 0 if minutes < LEAST_MINUTES else int((minutes + UNIT_MINUTES - LEAST_MINUTES) // UNIT_MINUTES)


def minutes_of(event: ServiceEvent) -> float | None:
    """How long a service took, where its record tells."""
    if event.quantity and (event.unit or "").lower() in _MINUTES:
        return float(event.quantity)
    start, end = event.performed_start, event.performed_end
    if start is None or end is None or start.at is None or end.at is None:
        return None
    lasted = datetime.combine(end.on, end.at) - datetime.combine(start.on, start.at)
    return lasted.total_seconds() / 60 if lasted.total_seconds() > 0 else None


def timed_units(events: Iterable[ServiceEvent]) -> Mapping[str, int] | None:
    """Code -> units by the total of all timed minutes; None where some service does not tell its minutes.

    Whole fifteens go to their own code, what is left over to the codes with the most minutes left.
    """
    minutes: dict[str, float] = {}
    for event in events:
        if event.code in TIMED:
            lasted = minutes_of(event)
            if lasted is None:
                return None
            minutes[event.code] = minutes.get(event.code, 0.0) + lasted
    if not minutes:
        return None
    units = {code: int(lasted // UNIT_MINUTES) for code, lasted in minutes.items()}
    over = units_of(sum(minutes.values())) - sum(units.values())
    for code in sorted(minutes, key=lambda c: (-(minutes[c] % UNIT_MINUTES), c))[: max(0, over)]:
        units[code] += 1
    return units
